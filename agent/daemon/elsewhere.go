package daemon

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Elsewhere is a volume that another image uses for the daemon's data, and that is not where this daemon looks.
type Elsewhere struct {
	Mount string
	Path  string // the data folder on it, which may not be there yet
	Named bool   // it is there under the daemon's own name, or that cannot be ruled out
}

// otherPlaces are where other images keep data under no name of the daemon's.
var otherPlaces = []string{"/data", "/config", "/app/data"}

// FindElsewhere finds such volumes of a brand among mounts: those under the name of its data folder, those that have such a folder in them,
// and those at the places of other images. What is in the home folder is where the daemon looks.
func FindElsewhere(f Folder, mounts []string) (out []Elsewhere) {
	for _, m := range mounts {
		if m == f.Home || strings.HasPrefix(m, f.Home+"/") || strings.HasPrefix(f.Home, m+"/") {
			continue
		}
		if found, ok := inMount(m, filepath.Base(f.Path())); ok {
			out = append(out, found)
		}
	}
	return out
}

func inMount(mount, name string) (Elsewhere, bool) {
	inside := filepath.Join(mount, name)
	if filepath.Base(mount) == name {
		return Elsewhere{mount, mount, true}, true
	}
	known := slices.Contains(otherPlaces, mount)
	info, err := os.Stat(inside)
	switch {
	case err == nil && info.IsDir():
		return Elsewhere{mount, inside, true}, true
	case errors.Is(err, fs.ErrPermission) && (known || mount == "/root" || filepath.Dir(mount) == "/home"):
		return Elsewhere{mount, inside, true}, true
	case !known:
		return Elsewhere{}, false
	}
	if _, err := os.Stat(filepath.Join(mount, "F3CNN")); err == nil {
		return Elsewhere{mount, mount, true}, true
	}
	return Elsewhere{mount, inside, false}, true
}
