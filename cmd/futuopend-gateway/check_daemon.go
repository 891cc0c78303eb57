package main

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/ostai/futuopend-gateway/agent/fetch"
	"github.com/ostai/futuopend-gateway/fsm"
)

// heard is what the daemon said of its version when it ran last, as the journal has it.
type heard struct {
	version string    // as in 10.9.6918
	built   time.Time // zero if it did not say
	at      time.Time
	newer   string // a version that it said to be newer, empty if it named none
	old     bool   // it said that it is too old
}

var (
	versionSaid  = compiled(`\b(\d+(?:\.\d+){2})(?:\((?:20)?(\d{6})\d{6}\))?`)
	versionNamed = compiled(`\b\d+(?:\.\d+){2}\b`)
)

func (h *heard) note(e fsm.Entry) {
	switch e.Kind {
	case fsm.Version:
		*h = heard{at: e.At}
		h.version, h.built = versionOf(versionSaid(), e.Detail)
	case fsm.VersionNewer, fsm.VersionOld:
		h.old = h.old || e.Kind == fsm.VersionOld
		if name := versionNamed().FindString(e.Detail); name != "" && name != h.version {
			h.newer = name
		}
	}
}

// versionOf takes a version and the day of its build from what the daemon prints: 10.11.7108(20260916134500), with 12 or 14 digits.
func versionOf(form *regexp.Regexp, detail string) (version string, built time.Time) {
	m := form.FindStringSubmatch(detail)
	if m == nil {
		return "", built
	}
	if day, err := time.Parse("060102", m[2]); err == nil {
		built = day
	}
	return m[1], built
}

// which tells which daemon is used, how old it is and whether a newer one is known. Nobody is asked over the network. It reports whether
// there is one.
func (c *checkup) which(cfg config, h heard) bool {
	path, moomoo := cfg.daemon.Path, cfg.daemon.Folder.Moomoo
	info, err := os.Stat(path)
	if err != nil && cfg.fetch != nil {
		c.ok("daemon", say("check.daemon.fetched", "path", path, "version", cfg.fetch.Version))
		return false
	}
	if err != nil {
		c.bad("daemon", plainly(err))
		return false
	}
	release, known := fetch.ReleaseOf(path)
	brand := map[bool]string{false: "Futu", true: "moomoo"}[moomoo]
	switch {
	case known:
		c.ok("daemon", say("check.daemon", "path", path, "brand", brand, "version", release.Version))
	case h.version != "":
		c.ok("daemon", say("check.daemon.said", "path", path, "brand", brand, "version", h.version, "at", h.at.Local().Format(time.DateOnly)))
		release = fetch.Release{Moomoo: moomoo, Version: h.version}
	default:
		c.ok("daemon", say("check.daemon.unknown", "path", path, "brand", brand))
	}
	c.age(release, h, info.ModTime())
	c.newer(cfg, release, h)
	return true
}

// age tells when the daemon was made, by the best that is known of that.
func (c *checkup) age(r fetch.Release, h heard, changed time.Time) {
	number, _, _ := strings.Cut(r.Version, "_")
	key, day := "check.age.file", changed
	if built, ok := r.Built(); ok {
		key, day = "check.age.build", built
	} else if !h.built.IsZero() && h.version == number {
		key, day = "check.age.said", h.built
	}
	ago, days := "check.ago.days", int(time.Since(day).Hours()/24)
	switch {
	case days <= 0:
		ago = "check.ago.today"
	case days == 1:
		ago = "check.ago.day"
	}
	c.ok("daemon", say(key, "day", day.Format(time.DateOnly), "ago", say(ago, "days", strconv.Itoa(days))))
}

// newer tells what the daemon itself said, or else what this program knows.
func (c *checkup) newer(cfg config, r fetch.Release, h heard) {
	number, _, _ := strings.Cut(r.Version, "_")
	newest, ok := fetch.Standard(cfg.daemon.Folder.Moomoo, false)
	switch {
	case h.old && h.version == number:
		c.warning("daemon", say("check.newer.must", "version", h.newer))
	case h.newer != "" && h.version == number:
		c.ok("daemon", say("check.newer.said", "version", h.newer))
	case !ok:
	case r.Version == "":
		c.ok("daemon", say("check.newer.newest", "version", newest.Version))
	case !newest.Newer(r):
		c.ok("daemon", say("check.newer.none"))
	case cfg.password == "" && cfg.daemon.PasswordMD5 != "" && !newest.TakesMD5():
		c.ok("daemon", say("check.newer.password", "version", newest.Version))
	default:
		c.ok("daemon", say("check.newer.known", "version", newest.Version))
	}
}
