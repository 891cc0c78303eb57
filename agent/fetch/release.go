package fetch

import (
	"cmp"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Release names one archive of the daemon.
type Release struct {
	Moomoo  bool
	Version string // as in the archive's name, "10.11.7108_Ubuntu18.04"
}

// standardSystem is the system that a version without one means: the only one that Futu still builds for beside Centos7.
const standardSystem = "_Ubuntu18.04"

var versionForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9]+(\.[0-9]+)*(_[A-Za-z0-9]+)*(\.[0-9]+)*$`) })

// NewRelease understands a version as a person writes it. Its error says how it is written.
func NewRelease(moomoo bool, version string) (Release, error) {
	if !versionForm().MatchString(version) {
		return Release{}, fmt.Errorf("%q is no version such as 10.11.7108_Ubuntu18.04, and not latest", version)
	}
	if !strings.Contains(version, "_") {
		version += standardSystem
	}
	return Release{moomoo, version}, nil
}

// Name is the archive's name without its ending, which is the name of the folder, too.
func (r Release) Name() string {
	if r.Moomoo {
		return "moomoo_OpenD_" + r.Version
	}
	return "Futu_OpenD_" + r.Version
}

func (r Release) archive() string { return r.Name() + ".tar.gz" }

// Program is the name of the command-line program in the archive.
func (r Release) Program() string { return program(r.Moomoo) }

func program(moomoo bool) string {
	if moomoo {
		return "OpenD"
	}
	return "FutuOpenD"
}

// TakesMD5 reports whether this daemon can log in with the MD5 of a password: from 10.10 on it wants the password itself
// (changes of the daemon seen in 10.10.7008).
func (r Release) TakesMD5() bool { return compare(r.Version, "10.10") < 0 }

// Newer reports whether r is newer than another of its brand.
func (r Release) Newer(than Release) bool { return compare(r.Version, than.Version) > 0 }

// compare orders versions by their numbers; the system's name behind _ is no part of that.
func compare(a, b string) int {
	numbers := func(v string) (out []int) {
		v, _, _ = strings.Cut(v, "_")
		for part := range strings.SplitSeq(v, ".") {
			n, _ := strconv.Atoi(part) // its form was looked at; what is too large for an int is no version
			out = append(out, n)
		}
		return out
	}
	return slices.Compare(numbers(a), numbers(b))
}

// daemons has a line for each archive whose hash is publicly told: SHA-256, name, how many independent projects tell it, and the day of
// its build where somebody has shown what it prints. Futu publishes no hashes.
//
//go:embed daemons.sha256
var daemons string

// known is a row of daemons.
type known struct {
	Release
	sum     string
	sources int
	built   time.Time // zero if that is not known
}

// archiveName takes an archive's name apart: brand, version.
var archiveName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(Futu|moomoo)_OpenD_([0-9]+(?:\.[0-9]+)*_[A-Za-z0-9._]+?)\.tar\.gz$`)
})

func releaseOf(archive string) (r Release, ok bool) {
	m := archiveName().FindStringSubmatch(archive)
	if m == nil {
		return Release{}, false
	}
	return Release{Moomoo: m[1] == "moomoo", Version: m[2]}, true
}

// table is daemons, oldest first.
func table() (rows []known) {
	for line := range strings.Lines(daemons) {
		f := strings.Fields(line)
		r, ok := releaseOf(f[1])
		n, err := strconv.Atoi(f[2])
		var built time.Time
		if len(f) > 3 && err == nil {
			built, err = time.Parse(time.DateOnly, f[3])
		}
		if !ok || err != nil || len(f[0]) != 64 {
			panic("daemons.sha256 has the line " + strconv.Quote(line))
		}
		rows = append(rows, known{r, f[0], n, built})
	}
	slices.SortFunc(rows, func(a, b known) int {
		return cmp.Or(compare(a.Version, b.Version), strings.Compare(a.Name(), b.Name()))
	})
	return rows
}

// Standard is the release that is fetched if nobody names one: the newest whose hash two projects tell. With md5 alone it is the newest
// that takes one. ok is false if there is none.
func Standard(moomoo, md5 bool) (r Release, ok bool) {
	for _, k := range table() {
		if k.Moomoo == moomoo && k.sources >= 2 && (!md5 || k.TakesMD5()) {
			r, ok = k.Release, true
		}
	}
	return r, ok
}

// sumOf is the hash that is publicly told of an archive, empty if none is.
func sumOf(r Release) string {
	for _, k := range table() {
		if k.Release == r {
			return k.sum
		}
	}
	return ""
}
