package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ostai/futuopend-gateway/agent/daemon"
)

// alias is a name that another image uses for a setting of ours.
type alias struct {
	name, means string
	// convert turns its value into ours; nil if they are the same. "" without an error says nothing.
	convert func(string) (string, error)
	// key says that the value is the path of a key: the other image went on without one that is not there.
	key bool
	// off says that the value is a switch: no takes away what the setting has, and yes says nothing.
	off bool
	// when says on what it depends, nil for nothing. It sees our names, as far as they were read.
	when func(vars map[string]string) bool
	// why is the key of the words that say why this name cannot be honoured; then it means nothing.
	why string
}

// had is what another image had where its file said nothing of it.
type had struct {
	means, value string
	// when says on what it depends, nil for nothing. It sees our names, after the aliases were read.
	when func(vars map[string]string) bool
	// file says that value is the path of a file, and counts if it is there; convert makes the setting of what is in it.
	file    bool
	convert func(string) (string, error)
}

// family is another image, with those that took over its names.
type family struct {
	name  string // of its page, docker/from/NAME.md
	only  string // the name without which the others do not count, since they are words that stand in any environment
	names []alias
	had   []had
	// files are what it read although no variable names them: each counts as a name of the family.
	files []had
}

// aliases are the names of all families.
func aliases() (out []alias) {
	for _, f := range families {
		out = append(out, f.names...)
	}
	return out
}

// translation is what was understood of another image's settings.
type translation struct {
	vars    map[string]string
	root    string   // of the file system
	read    []string // what was read, for one line of the log
	notices []string // what cannot be honoured, and why
}

// translate puts the values of other images' names where ours are not set. A variable of ours wins. Files are looked for below root.
func translate(vars map[string]string, root string) translation {
	t := translation{vars: vars, root: root}
	t.program()
	of := t.family()
	for _, f := range families {
		for _, a := range f.names {
			if f.only == "" || vars[f.only] != "" {
				t.alias(a)
			}
		}
	}
	if truth[strings.ToLower(vars["GATEWAY_CONTAINER"])] {
		t.configFile(mountsBelow(root))
	}
	inside(vars) // a container's defaults lose against every name, and count for what stands beside them
	if of != nil {
		t.defaults(*of)
	}
	return t
}

// mountsBelow are the mounts of this machine, if root is its own.
func mountsBelow(root string) []string {
	if root != "/" {
		return nil
	}
	return daemon.Mounts()
}

// program takes away the path of a program that is in another image and not in this one.
func (t *translation) program() {
	path := t.vars["FUTU_CMD"]
	if slices.Contains(otherPrograms, path) && !t.isFile(path) {
		delete(t.vars, "FUTU_CMD")
		t.notices = append(t.notices, say("setting.program", "path", path))
	}
}

// family is the first that has a name which is set, or empty on purpose, as compose files write it. The table begins with those that
// have names which nobody else has.
func (t *translation) family() *family {
	for i, f := range families {
		named := slices.ContainsFunc(f.names, func(a alias) bool {
			value, found := t.vars[a.name]
			return found && !fromKubernetes(a.name, value) && (f.only == "" || t.vars[f.only] != "")
		})
		if named || t.vars["FUTU_LOGIN_ACCOUNT"] == "" && slices.ContainsFunc(f.files, func(h had) bool { return t.isFile(h.value) }) {
			return &families[i]
		}
	}
	return nil
}

func (t *translation) alias(a alias) {
	value := t.vars[a.name]
	switch {
	case value == "" || fromKubernetes(a.name, value) || a.when != nil && !a.when(t.vars):
		return
	case a.off:
		if on, known := truth[strings.ToLower(value)]; known && !on {
			delete(t.vars, a.means)
			t.read = append(t.read, say("setting.alias", "name", a.name, "means", a.means))
		}
		return
	case a.why != "":
		t.notices = append(t.notices, say(a.why, "name", a.name))
		return
	case a.key && !t.isThere(value):
		t.notices = append(t.notices, say("setting.alias.key", "name", a.name, "path", quoted(value)))
		return
	}
	if a.convert != nil {
		var err error
		if value, err = a.convert(value); err != nil {
			t.notices = append(t.notices, say("setting.alias.odd", "name", a.name, "means", a.means))
			return
		}
	}
	switch ours := t.vars[a.means]; {
	case value == "":
	case ours != "" && ours != value:
		t.notices = append(t.notices, say("setting.alias.beaten", "name", a.name, "means", a.means))
	default:
		t.set(a.means, value, a.name)
	}
}

// set notes what a setting of ours was taken from.
func (t *translation) set(means, value, from string) {
	t.vars[means] = value
	t.read = append(t.read, say("setting.alias", "name", from, "means", means))
}

// defaults puts what a family had where nothing is said of it.
func (t *translation) defaults(f family) {
	for _, h := range append(slices.Clone(f.files), f.had...) {
		if t.vars[h.means] != "" || h.when != nil && !h.when(t.vars) {
			continue
		}
		value, from := h.value, say("setting.alias.had", "family", f.name, "value", h.value)
		if other, found := strings.CutPrefix(value, "$"); found {
			if value = t.vars[other]; value == "" {
				continue
			}
			from = other
		}
		if h.file {
			if !t.isFile(value) {
				continue
			}
			value, from = filepath.Join(t.root, value), value
		}
		if h.convert != nil {
			converted, err := h.convert(value)
			if err != nil || converted == "" {
				continue // what is wrong with a file is told when its setting is missed
			}
			value = converted
		}
		t.set(h.means, value, from)
	}
}

func (t *translation) isFile(path string) bool {
	info, err := os.Stat(filepath.Join(t.root, path))
	return err == nil && info.Mode().IsRegular()
}

// isThere reports whether there is a file, or something that cannot be looked at, which is an error of its own.
func (t *translation) isThere(path string) bool {
	info, err := os.Stat(path)
	return !errors.Is(err, os.ErrNotExist) && (err != nil || !info.IsDir()) // an engine makes a folder where a file that it is to mount is missing
}

var ofAService = compiled(`_SERVICE_(HOST|PORT)(_|$)|_PORT_\d+_(TCP|UDP|SCTP)(_|$)`)

// fromKubernetes reports whether Kubernetes sets a variable, for a Service with a name like that of another image.
func fromKubernetes(name, value string) bool {
	scheme, _, found := strings.Cut(value, "://")
	return ofAService().MatchString(name) || found && strings.HasSuffix(name, "_PORT") && slices.Contains([]string{"tcp", "udp", "sctp"}, scheme)
}
