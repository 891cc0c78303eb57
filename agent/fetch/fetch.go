package fetch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Terms is where Futu's terms for the daemon are read.
const Terms = "https://www.futunn.com/download/OpenAPI"

// Config is what is to be fetched, and to where.
type Config struct {
	Folder  string // where daemons are kept; made if it is not there
	Moomoo  bool
	Version string // as in the archive's name, or "latest"
	MD5     bool   // the login has the MD5 of a password and no password: latest stops before 10.10, which takes none
	URL     string // another address of the archive, or of a folder that has it, or a file; empty for Futu's
	SHA256  string // what the archive must hash to; empty for what is publicly told, or was seen before
	Any     bool   // nobody named a version: where the wanted one cannot be had, the one in place is as good
	Asks    string // another address that leads to the latest archive; empty for the brand's own

	Tell     func(text string)                        // gets what is worth telling, one sentence each
	Progress func(release Release, done, total int64) // bytes; total is -1 if the server does not say; called often
}

// Program is where the daemon's program is once it was fetched.
func (c Config) Program() string { return filepath.Join(c.Folder, currentLink, program(c.Moomoo)) }

// Here reports whether nothing is to be fetched: the version is there and in use, or any if the latest is wanted and not to be asked for.
func (c Config) Here() bool {
	r, ok := folder(c.Folder).inUse(c.Moomoo)
	if !ok || c.Version == "latest" {
		return false
	}
	want, err := NewRelease(c.Moomoo, c.Version)
	return err == nil && want == r
}

// Fetch makes [Config.Program] the wanted release, and returns that. What was in place stays so if it fails; the error says what to do.
// Where the latest is wanted and nobody can be asked, the one in place is as good.
func (c Config) Fetch(ctx context.Context) (Release, error) {
	r, err := c.fetch(ctx)
	if err != nil && c.Any && ctx.Err() == nil {
		if here, ok := c.serves(); ok {
			c.Tell(fmt.Sprintf("fetch FutuOpenD: %v; %s is here, and is used", err, here.Name()))
			return here, nil
		}
	}
	if err != nil {
		return Release{}, fmt.Errorf("fetch FutuOpenD: %w", err)
	}
	return r, nil
}

func (c Config) fetch(ctx context.Context) (Release, error) {
	f := folder(c.Folder)
	release, err := f.lock()
	if err != nil {
		return Release{}, err
	}
	defer release()
	r, err := c.release(ctx, f)
	if err != nil {
		return Release{}, err
	}
	if err := f.runs(); err != nil {
		return Release{}, err
	}
	if !f.has(r) {
		if err := c.bring(ctx, f, r); err != nil {
			return Release{}, err
		}
	}
	return r, f.use(r)
}

// serves is the release in place, if it can do what the wanted one would.
func (c Config) serves() (r Release, ok bool) {
	f := folder(c.Folder)
	r, ok = f.inUse(c.Moomoo)
	return r, ok && f.runs() == nil && (!c.MD5 || r.TakesMD5())
}

// release is the one that is wanted.
func (c Config) release(ctx context.Context, f folder) (Release, error) {
	if c.Version != "latest" {
		return NewRelease(c.Moomoo, c.Version)
	}
	r, err := Latest(ctx, c.Moomoo, c.Asks)
	here, ok := f.inUse(c.Moomoo)
	switch {
	case err != nil && ok && ctx.Err() == nil:
		c.Tell(fmt.Sprintf("%v; %s is here, and is used", err, here.Name()))
		return here, nil
	case err != nil:
		return Release{}, err
	case c.MD5 && !r.TakesMD5():
		old, known := Standard(c.Moomoo, true)
		if !known {
			return Release{}, fmt.Errorf("the latest is %s, which needs the password itself, and there is only its MD5: give the password, or name a version up to 10.9 in FUTU_VERSION", r.Version)
		}
		c.Tell(fmt.Sprintf("the latest is %s, which needs the password itself, and there is only its MD5: %s is used", r.Version, old.Version))
		return old, nil
	}
	c.Tell("the latest is " + r.Version)
	return r, nil
}

// bring downloads, proves and unpacks a release that is not there.
func (c Config) bring(ctx context.Context, f folder, r Release) error {
	archive, from, err := c.get(ctx, f, r)
	if err != nil {
		return err
	}
	sum, err := c.prove(f, r, archive, from)
	if err != nil {
		return err
	}
	fresh := f.path(r.Name() + folderPart)
	defer os.RemoveAll(fresh)
	if err := errors.Join(os.RemoveAll(fresh), unpack(ctx, archive, r, fresh)); err != nil {
		if !ofDisk(err) && ctx.Err() == nil {
			f.discard(r, archive) // it is the archive that is broken, and would be the next time
		}
		return fmt.Errorf("unpack %s: %w", from, err)
	}
	if err := errors.Join(f.note(r, sum), os.Rename(fresh, f.path(r.Name()))); err != nil {
		return err
	}
	f.discard(r, archive)
	return nil
}

// get returns the archive as a file, and where it is from.
func (c Config) get(ctx context.Context, f folder, r Release) (archive, from string, err error) {
	if file, ok := local(c.URL); ok {
		if info, err := os.Stat(file); err == nil && info.IsDir() {
			file = filepath.Join(file, r.archive())
		}
		if _, err := os.Stat(file); err != nil {
			return "", "", fmt.Errorf("FUTU_URL names a file: %w", err)
		}
		return file, file, f.room(0)
	}
	d := &download{part: f.path(r.archive() + archivePart), client: newClient(), room: f.room}
	defer d.client.CloseIdleConnections()
	d.progress = func(done, total int64) { c.Progress(r, done, total) }
	var failed []string
	for _, d.from = range address(c.URL, r) {
		if err = d.run(ctx); err == nil {
			return d.part, d.from, nil
		}
		if ctx.Err() != nil || ofDisk(err) {
			return "", "", err
		}
		failed = append(failed, d.from+": "+err.Error())
	}
	return "", "", fmt.Errorf("%s; old versions vanish from Futu's server, so try another FUTU_VERSION, or download %s with a browser (%s) and name it in FUTU_URL",
		strings.Join(failed, "; "), r.archive(), Terms)
}

// prove looks whether the archive is the one that it should be, and returns its sum. One that is not is not kept.
func (c Config) prove(f folder, r Release, archive, from string) (sum string, err error) {
	got, err := hash(archive)
	if err != nil {
		return "", err
	}
	for _, want := range []struct{ sum, by string }{
		{strings.ToLower(c.SHA256), "by FUTU_SHA256"}, {sumOf(r), "as several projects tell it"}, {f.sum(r), "as when it was fetched first"},
	} {
		if want.sum == "" {
			continue
		}
		if got == want.sum {
			return got, nil
		}
		f.discard(r, archive)
		return "", fmt.Errorf("%s is not what was expected: its SHA-256 is %s, and %s it should be %s. It was altered on its way, or replaced: do not use it before you know which; FUTU_SHA256 says what you expect",
			from, got, want.by, want.sum)
	}
	c.Tell(fmt.Sprintf("the hash of %s is told by nobody, so it was not checked; it is %s, and a later archive of that name must have the same", r.archive(), got))
	return got, nil
}

// Into unpacks a release into a folder of its own, which must be empty: for an image, or for a folder that is mounted. Work is what it
// needs meanwhile, beside that folder.
func (c Config) Into(ctx context.Context, out string) (Release, error) {
	if entries, err := os.ReadDir(out); err == nil && len(entries) > 0 {
		return Release{}, fmt.Errorf("%s is not empty: name a folder that is, or is not there yet", out)
	}
	work, err := os.MkdirTemp(filepath.Dir(filepath.Clean(out)), ".fetch-")
	if err != nil {
		return Release{}, err
	}
	defer os.RemoveAll(work)
	c.Folder = work
	r, err := c.Fetch(ctx)
	if err != nil {
		return Release{}, err
	}
	os.Remove(out) // an empty folder
	if err := os.Rename(filepath.Join(work, r.Name()), out); err != nil {
		return Release{}, err
	}
	text, err := os.ReadFile(filepath.Join(work, sums))
	if err != nil {
		return Release{}, err
	}
	return r, os.WriteFile(filepath.Join(out, "archive.sha256"), text, 0o644) // says for good what this folder came from
}
