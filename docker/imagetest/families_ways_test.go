//go:build image

package imagetest

import (
	"path/filepath"
	"testing"
)

// way is how the people of a family run the image on the volume that they have.
type way interface {
	volume() string
	begin() *container      // the first container
	again(n int) *container // another one in its place, by the nth of three ways
}

// way is compose where the family's page shows a compose file, and docker run elsewhere.
func (f family) way(t *testing.T, daemon string) way {
	if f.page == "" {
		return f.byHand(t, daemon)
	}
	return f.byPage(t, daemon)
}

// byHand is docker run, with the image's name changed and what the page for movers adds.
type byHand struct {
	t     *testing.T
	data  string
	flags []string
	last  *container
}

func (f family) byHand(t *testing.T, daemon string) *byHand {
	h := &byHand{t: t, data: newVolume(t)}
	h.flags = append([]string{"-v", h.data + ":" + f.at, "-v", daemon + ":/opt/opend:ro", "-e", "FUTU_LANG=en",
		"--env-file", "../from/" + f.env + ".env", "--health-interval=1s", "--health-cmd", f.health}, publish...)
	h.flags = append(h.flags, f.flags...)
	if f.puid != "" {
		h.flags = append(h.flags, "--user", "0", "-e", "PUID="+f.puid)
	}
	for path, text := range f.files {
		file := filepath.Join(filepath.Dir(daemon), path)
		put(t, file, text, 0o644)
		h.flags = append(h.flags, "-v", file+":"+path+":ro")
	}
	return h
}

func (h *byHand) volume() string { return h.data }

func (h *byHand) begin() *container {
	h.last = start(h.t, gatewayImage, h.flags)
	return h.last
}

func (h *byHand) again(int) *container {
	docker(h.t, "rm", "-f", "-v", h.last.name)
	return h.begin()
}
