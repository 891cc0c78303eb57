package daemon

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func used(t *testing.T) (Folder, string) {
	t.Helper()
	f := Folder{Home: t.TempDir()}
	dir := filepath.Join(f.Path(), "F3CNN")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return f, dir
}

// The test's own process stands for the stranger, since it is looked at by its number.
func TestWhoWritesTheIdentityIsAStrangerAndWhoReadsItIsNone(t *testing.T) {
	f, dir := used(t)
	file, err := os.Create(filepath.Join(dir, "Device.dat"))
	if err != nil {
		t.Fatal(err)
	}
	if !f.strange(os.Getpid()) {
		t.Error("a program that writes Device.dat is taken for none")
	}
	file.Close()
	if file, err = os.Open(filepath.Join(dir, "Device.dat")); err != nil {
		t.Fatal(err)
	}
	if f.strange(os.Getpid()) {
		t.Error("a program that reads Device.dat, as a backup does, is taken for a daemon")
	}
	file.Close()
	lock, err := f.take()
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if file, err = os.Create(filepath.Join(dir, "Broker.dat")); err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if f.strange(os.Getpid()) {
		t.Error("what holds a gateway's lock is taken for a stranger")
	}
}

func TestAnIdentityThatCannotBeReadIsToldWithItsOwner(t *testing.T) {
	if os.Getuid() == 0 {
		t.Log("the superuser reads all; only the good case is tested")
	}
	f, dir := used(t)
	if err := f.Usable(); err != nil {
		t.Errorf("a folder without an identity: %v", err)
	}
	path := filepath.Join(dir, "Device.dat")
	if err := os.WriteFile(path, []byte("x"), 0o000); err != nil {
		t.Fatal(err)
	}
	err := f.Usable()
	if os.Getuid() != 0 && (err == nil || !strings.Contains(err.Error(), "uid")) {
		t.Errorf("an identity that nobody may read: %v", err)
	}
	if os.Getuid() == 0 && err != nil {
		t.Errorf("the superuser: %v", err)
	}
}
