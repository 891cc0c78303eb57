package journalfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
)

func TestWhatWasRemovedIsNoticedBeforeItIsReliedUpon(t *testing.T) {
	for name, c := range map[string]struct {
		remove func(dir string) error
		names  []string // what it is called
	}{
		"the folder":        {os.RemoveAll, []string{"journal.jsonl was removed", "lock was removed"}},
		"the folder's name": {func(dir string) error { return os.Rename(dir, dir+"-away") }, []string{"journal.jsonl was removed", "lock was removed"}},
		"the journal":       {func(dir string) error { return os.Remove(filepath.Join(dir, "journal.jsonl")) }, []string{"journal.jsonl was removed"}},
		"the lock":          {func(dir string) error { return os.Remove(filepath.Join(dir, "lock")) }, []string{"lock was removed"}},
		"another file instead": {func(dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, "journal.jsonl")), os.WriteFile(filepath.Join(dir, "journal.jsonl"), unsealed(1, 3), 0o600))
		}, []string{"journal.jsonl was removed"}},
	} {
		dir := filepath.Join(t.TempDir(), "data")
		told(t, dir, fsm.Boot, fsm.Start, fsm.PasswordWrong, fsm.Exited)
		f, _, _ := open(t, dir)
		if err := errors.Join(f.Append(sealed(5)), f.Sync()); err != nil {
			t.Fatal(err)
		}
		if err := c.remove(dir); err != nil {
			t.Fatal(err)
		}
		if err := f.Append(sealed(6)); err != nil {
			t.Fatal(err)
		}
		err := f.Sync()
		for _, want := range c.names {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %q", name, err, want)
			}
		}
		if err := errors.Join(f.Append(sealed(7)), f.Sync()); err != nil {
			t.Errorf("%s: when it was told: %v", name, err)
		}
		if _, _, err := Open(dir, func(fsm.Entry) {}); !errors.Is(err, ErrInUse) {
			t.Errorf("%s: a second gateway gets %v", name, err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		l, notes := knows(t, dir)
		if r := l.Refusal(); r.Kind != fsm.PasswordWrong || len(notes) > 0 {
			t.Errorf("%s: the refusal is %+v, with notes %q", name, r, notes)
		}
	}
}

func TestAFolderThatAnotherGatewayHasTakenIsLeftToIt(t *testing.T) {
	dir := t.TempDir()
	f, _, _ := open(t, dir)
	if err := errors.Join(f.Append(sealed(1)), f.Sync(), os.Remove(filepath.Join(dir, "lock"))); err != nil {
		t.Fatal(err)
	}
	other, _, _ := open(t, dir)
	for range 3 {
		if err := f.Sync(); !errors.Is(err, ErrInUse) {
			t.Errorf("got %v, want %v", err, ErrInUse)
		}
	}
	if err := errors.Join(other.Append(sealed(2)), other.Sync()); err != nil {
		t.Errorf("the other gateway: %v", err)
	}
}
