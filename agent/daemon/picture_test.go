package daemon

import (
	"bytes"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// drawn is a small picture in a form.
func drawn(t *testing.T, encode func(io.Writer, image.Image) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b, image.NewGray(image.Rect(0, 0, 40, 16))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) }
func asGIF(w io.Writer, m image.Image) error  { return gif.Encode(w, m, nil) }

func TestThePictureIsNewAndSmall(t *testing.T) {
	good := drawn(t, png.Encode)
	f := Folder{Home: t.TempDir()}
	c := Config{Folder: f}
	if _, err := c.Picture("", time.Time{}); err == nil {
		t.Error("a picture that is not there was returned")
	}
	path := write(t, f, "PicVerifyCode.png", good)
	asked := time.Now().Add(-time.Second)
	if got, err := c.Picture("", asked); err != nil || !bytes.Equal(got, good) {
		t.Errorf("got %d bytes and %v", len(got), err)
	}
	if err := os.Chtimes(path, time.Time{}, asked.Add(-time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Picture("", asked); err == nil {
		t.Error("the picture of an earlier request was returned")
	}
	// The other brand's folder counts as well, and the newest wins.
	write(t, Folder{Home: f.Home, Moomoo: true}, "PicVerifyCode.png", good)
	if _, err := c.Picture("", asked); err != nil {
		t.Errorf("the picture of the other brand: %v", err)
	}
	for name, text := range map[string][]byte{"no PNG": []byte("hello"), "half a PNG": good[:20], "too large": make([]byte, maxFile+1)} {
		write(t, Folder{Home: f.Home, Moomoo: true}, "PicVerifyCode.png", text)
		if _, err := c.Picture("", asked); err == nil {
			t.Errorf("%s was returned", name)
		}
	}
	link := Folder{Home: t.TempDir()}
	if err := link.Check(); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", link.file("PicVerifyCode.png")); err != nil {
		t.Fatal(err)
	}
	if _, err := (Config{Folder: link}).Picture("", time.Time{}); err == nil {
		t.Error("a link was followed")
	}
}

// put writes a file and the folders above it.
func put(t *testing.T, path string, text []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestThePictureIsWhereTheDaemonSaysIfThatIsWithinItsFolders(t *testing.T) {
	home, opt, far := t.TempDir(), t.TempDir(), t.TempDir()
	c := Config{Path: filepath.Join(opt, "FutuOpenD"), Folder: Folder{Home: home}}
	data := c.Folder.Path()
	one, two := drawn(t, png.Encode), drawn(t, asJPEG)
	links := t.TempDir()
	link := func(name, to string) string {
		path := filepath.Join(links, name)
		if err := os.Symlink(to, path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	pngPath := put(t, filepath.Join(data, "F3CNN", "a b.png"), one)
	jpegPath := put(t, filepath.Join(opt, "pictures", "图.jpg"), two)
	outside := put(t, filepath.Join(far, "p.png"), one)
	fifo := filepath.Join(opt, "fifo.png")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(opt, "out.png")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Dir(outside), filepath.Join(data, "out")); err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		name, path string
		got        []byte
	}{
		{"in the data folder", pngPath, one},
		{"in the program's folder", jpegPath, two},
		{"relative to the program", "pictures/图.jpg", two},
		{"with dots that stay within", filepath.Join(opt, "x", "..", "pictures", "图.jpg"), two},
		{"elsewhere", outside, nil},
		{"a system file", "/etc/passwd", nil},
		{"dots that lead out", opt + "/../" + filepath.Base(far) + "/p.png", nil},
		{"relative dots that lead out", "../" + filepath.Base(far) + "/p.png", nil},
		{"a link that leads out", filepath.Join(opt, "out.png"), nil},
		{"a folder that leads out", filepath.Join(data, "out", "p.png"), nil},
		{"a FIFO", fifo, nil},
		{"a folder", filepath.Join(opt, "pictures"), nil},
		{"the folder itself", opt, nil},
		{"not there", filepath.Join(opt, "none.png"), nil},
		{"no path", "", nil},
	} {
		got, err := c.Picture(want.path, time.Time{})
		if !bytes.Equal(got, want.got) || (err == nil) != (want.got != nil) {
			t.Errorf("%s: %d bytes, %v", want.name, len(got), err)
		}
	}
	// A home that is a link: the daemon may name the place to which it leads.
	linked := Config{Path: filepath.Join(link("opt", opt), "FutuOpenD"), Folder: Folder{Home: link("home", home)}}
	for _, path := range []string{pngPath, jpegPath, filepath.Join(linked.Folder.Path(), "F3CNN", "a b.png")} {
		if got, err := linked.Picture(path, time.Time{}); err != nil || len(got) == 0 {
			t.Errorf("through a link, %s: %v", path, err)
		}
	}
	for name, text := range map[string][]byte{"a GIF": drawn(t, asGIF), "text": []byte("hello"), "too large": make([]byte, maxFile+1), "empty": nil} {
		if _, err := c.Picture(put(t, filepath.Join(opt, "p"), text), time.Time{}); err == nil {
			t.Errorf("%s was passed on", name)
		}
	}
}

func TestAPictureThatIsNamedAndOldGivesWayToANewOne(t *testing.T) {
	c := Config{Path: filepath.Join(t.TempDir(), "FutuOpenD"), Folder: Folder{Home: t.TempDir()}}
	one, two := drawn(t, png.Encode), drawn(t, asJPEG)
	asked := time.Now().Add(-time.Second)
	named := put(t, filepath.Join(filepath.Dir(c.Path), "p.jpg"), two)
	usual := write(t, c.Folder, "PicVerifyCode.png", one)
	if got, err := c.Picture(named, asked); err != nil || !bytes.Equal(got, two) {
		t.Errorf("the named one: %d bytes, %v", len(got), err)
	}
	if err := os.Chtimes(named, time.Time{}, asked.Add(-time.Minute)); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Picture(named, asked); err != nil || !bytes.Equal(got, one) {
		t.Errorf("with an old named one: %d bytes, %v", len(got), err)
	}
	if err := os.Chtimes(usual, time.Time{}, asked.Add(-time.Minute)); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Picture(named, asked); err == nil {
		t.Errorf("two old ones: %d bytes", len(got))
	}
}
