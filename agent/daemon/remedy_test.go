package daemon

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestEachFaultIsMendedByOneCommandForWhereItRuns(t *testing.T) {
	there := t.TempDir()
	bare := surroundings{uid: 1000, gid: 100, home: "/home/me"}
	docker := surroundings{container: true, host: "03f919bd084c", uid: 4711, gid: 4711, home: "/home/futu", mounts: []string{there}}
	pod := surroundings{pod: true, container: true, uid: 10001, gid: 10001}
	for name, c := range map[string]struct {
		fault Fault
		where surroundings
		kind  string
		want  string
	}{
		"a folder of another user":    {Fault{Kind: NotUsed, Path: there, Err: syscall.EACCES}, bare, "give", "sudo chown -R 1000:100 " + there},
		"a path with a blank":         {Fault{Kind: NotMade, Path: there + "/a b", Err: syscall.EACCES}, bare, "make", "sudo install -d -m 700 -o 1000 -g 100 '" + there + "/a b'"},
		"a folder on a volume":        {Fault{Kind: NotUsed, Path: there, Err: syscall.EPERM}, docker, "give", `docker run --rm --user 0 --volumes-from 03f919bd084c --entrypoint chown $(docker inspect -f '{{.Image}}' 03f919bd084c) -R 4711:4711 ` + there},
		"a folder on no volume":       {Fault{Kind: NotMade, Path: "/home/futu/.x", Err: syscall.EACCES}, docker, "volume", "--user 0 -e PUID=4711 -e PGID=4711 -v futuopend:/home/futu"},
		"a folder in a pod":           {Fault{Kind: NotWritten, Path: there, Err: syscall.EACCES}, pod, "pod", "fsGroup: 10001"},
		"a volume that is read-only":  {Fault{Kind: NotWritten, Path: there, Err: syscall.EROFS}, docker, "remount", "-v futuopend:" + there},
		"a disk that is read-only":    {Fault{Kind: NotWritten, Path: "/srv/x", Err: syscall.EROFS}, bare, "writable", "sudo mount -o remount,rw /"},
		"a full disk":                 {Fault{Kind: NotWritten, Path: "/srv/x", Err: &fs.PathError{Op: "write", Path: "/srv/x/y", Err: syscall.ENOSPC}}, bare, "room", "df -h /srv/x"},
		"no files left":               {Fault{Kind: NotWritten, Path: "/srv/x", Err: syscall.EMFILE}, bare, "files", ""},
		"a folder of the kernel":      {Fault{Kind: NotMade, Path: "/proc/x", Err: syscall.EPERM}, bare, "elsewhere", ""},
		"a file in its place":         {Fault{Kind: NotMade, Path: "/srv/x", Err: syscall.ENOTDIR}, bare, "elsewhere", ""},
		"no identity":                 {Fault{Kind: NoFile, Path: "/srv/Device.dat", Err: errIrregular}, bare, "aside", "sudo mv /srv/Device.dat /srv/Device.dat.broken"},
		"nobody's uid":                {Fault{Kind: NoPasswd}, bare, "user", "sudo useradd --uid 1000 --create-home futu"},
		"nobody's uid in a container": {Fault{Kind: NoPasswd}, docker, "entry", "--user 0 -e PUID=4711 -e PGID=4711"},
		"nobody's uid in a pod":       {Fault{Kind: NoPasswd}, pod, "pod", "runAsUser: 10001"},
		"another daemon":              {Fault{Kind: Strange, PID: 4711}, bare, "stop", "kill 4711"},
		"a daemon of another gateway": {Fault{Kind: Locked, Err: errLocked}, bare, "other", ""},
	} {
		got := c.fault.remedy(c.where)
		if got.Kind != c.kind || got.Command != c.want {
			t.Errorf("%s: %q, want %q", name, got, Remedy{c.kind, c.want})
		}
		if text := got.String(); text == "" || strings.Contains(text, "%") || !strings.Contains(text, c.want) {
			t.Errorf("%s is told %q", name, text)
		}
	}
}

func TestAFaultNamesTheUserThePathAndTheReason(t *testing.T) {
	path := filepath.Join(t.TempDir(), "folder")
	for kind, err := range map[FaultKind]error{NotMade: syscall.EACCES, NotWritten: syscall.ENOSPC, NotEntered: syscall.EACCES, NotUsed: syscall.EROFS, NoFile: errIrregular, NotRead: syscall.EIO} {
		f := NewFault(kind, path, err)
		f.UID = 4711
		if text := f.Error(); !strings.Contains(text, path) || !strings.Contains(text, "uid 4711") || !strings.Contains(text, err.Error()) || !errors.Is(f, err) {
			t.Errorf("%s says %q", kind, text)
		}
	}
}
