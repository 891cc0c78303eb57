package daemon

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// Remedy is what mends a fault. A person's language has a sentence for each kind, and the command is the same in all.
type Remedy struct {
	Kind    string // of remedies
	Command string // or the setting; empty if there is none
}

// remedies has a sentence for each kind, for the log and the journal.
var remedies = map[string]string{
	"give":      "give it to that user: %s",
	"make":      "make it for that user: %s",
	"volume":    "nothing is mounted there: start the container with %s",
	"pod":       "in the pod's securityContext set %s",
	"user":      "add a user: %s",
	"entry":     "start the container with %s",
	"files":     "this program has as many files open as it may: raise the limit (ulimit -n), or end some of its clients",
	"machine":   "this machine has as many files open as it may: %s",
	"room":      "make room: %s",
	"writable":  "mount it so that it can be written: %s",
	"remount":   "mount it without :ro, or a volume there: %s",
	"elsewhere": "name another folder in FUTU_DATA or GATEWAY_DATA",
	"aside":     "put back the file that the daemon wrote, or move this away, and an SMS code will be wanted: %s",
	"stop":      "stop it first: %s",
	"other":     "stop the other gateway, or give this one a folder of its own in FUTU_DATA",
}

// String is the sentence with the command.
func (r Remedy) String() string {
	if r.Command == "" {
		return remedies[r.Kind]
	}
	return fmt.Sprintf(remedies[r.Kind], r.Command)
}

// surroundings are what a person's commands depend on.
type surroundings struct {
	pod       bool // a cluster runs this, which is set up by files
	container bool // an engine runs this: Docker and Podman leave a file
	host      string
	uid, gid  int
	home      string // of the passwd entry, empty without one
	mounts    []string
}

func here() surroundings {
	s := surroundings{
		pod: os.Getenv("KUBERNETES_SERVICE_HOST") != "", container: exists("/.dockerenv") || exists("/run/.containerenv"),
		uid: os.Getuid(), gid: os.Getgid(), mounts: Mounts(),
	}
	s.host, _ = os.Hostname() // an engine gives a container its ID for a name
	if u, err := CurrentUser(); err == nil {
		s.home = u.HomeDir
	}
	return s
}

// Remedy is what mends a fault, for where this runs: a container's engine is asked from outside.
func (f *Fault) Remedy() Remedy { return f.remedy(here()) }

func (f *Fault) remedy(s surroundings) Remedy {
	denied := errors.Is(f.Err, fs.ErrPermission)
	switch f.Kind {
	case NoPasswd:
		return s.addUser()
	case Locked:
		return Remedy{Kind: "other"}
	case Strange:
		return Remedy{"stop", fmt.Sprintf("kill %d", f.PID)}
	case NoFile, NotRead:
		if !denied {
			return Remedy{"aside", s.asRoot("mv", shellWord(f.Path)+" "+shellWord(f.Path+".broken"))}
		}
	}
	switch {
	case errors.Is(f.Err, syscall.EMFILE):
		return Remedy{Kind: "files"}
	case errors.Is(f.Err, syscall.ENFILE):
		return Remedy{"machine", "sudo sysctl -w fs.file-max=1000000"}
	case errors.Is(f.Err, syscall.ENOSPC), errors.Is(f.Err, syscall.EDQUOT):
		return Remedy{"room", "df -h " + shellWord(f.Path)}
	case errors.Is(f.Err, syscall.EROFS):
		return s.remount(f.Path)
	case denied && !strings.HasPrefix(f.Path, "/proc/") && !strings.HasPrefix(f.Path, "/sys/"):
		return s.give(f.Path)
	}
	return Remedy{Kind: "elsewhere"}
}

// give hands a path to the user who runs this. What is not there is made for him; its parent may be the whole machine's.
func (s surroundings) give(path string) Remedy {
	switch {
	case s.pod:
		return Remedy{"pod", fmt.Sprintf("fsGroup: %d", s.gid)}
	case s.container && MountOf(path, s.mounts) == "":
		return s.volume(path)
	case exists(path):
		return Remedy{"give", s.asRoot("chown", fmt.Sprintf("-R %d:%d %s", s.uid, s.gid, shellWord(path)))}
	}
	return Remedy{"make", s.asRoot("install", fmt.Sprintf("-d -m 700 -o %d -g %d %s", s.uid, s.gid, shellWord(path)))}
}

// volume is how a container gets a folder that its user may write: the gateway gives it to that user before it gives up all rights.
func (s surroundings) volume(path string) Remedy {
	return Remedy{"volume", s.asUser() + " -v futuopend:" + shellWord(s.place(path))}
}

// place is where a volume is mounted for a path: the home folder, if it lies in that.
func (s surroundings) place(path string) string {
	if s.home != "" && s.home != "/" && strings.HasPrefix(path, s.home+"/") {
		return s.home
	}
	return path
}

// asUser are the flags of an engine with which the gateway becomes this user, with a passwd entry.
func (s surroundings) asUser() string {
	return fmt.Sprintf("--user 0 -e PUID=%d -e PGID=%d", s.uid, s.gid)
}

func (s surroundings) remount(path string) Remedy {
	if s.container || s.pod {
		return Remedy{"remount", "-v futuopend:" + shellWord(s.place(path))}
	}
	return Remedy{"writable", "sudo mount -o remount,rw " + shellWord(cmp.Or(MountOf(path, s.mounts), "/"))}
}

func (s surroundings) addUser() Remedy {
	switch {
	case s.pod:
		return Remedy{"pod", "runAsUser: 10001"} // the image has it
	case s.container:
		return Remedy{"entry", s.asUser()}
	}
	return Remedy{"user", fmt.Sprintf("sudo useradd --uid %d --create-home futu", s.uid)}
}

// asRoot is a command as root, with the volumes of the container if this is one: it may have ended, so that nothing can be run in it.
func (s surroundings) asRoot(program, args string) string {
	if !s.container {
		return "sudo " + program + " " + args
	}
	return fmt.Sprintf(`docker run --rm --user 0 --volumes-from %s --entrypoint %s $(docker inspect -f '{{.Image}}' %[1]s) %[3]s`, s.host, program, args)
}

// shellWord is a path as a shell takes it.
func shellWord(path string) string {
	if strings.ContainsFunc(path, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("/._-", r)
	}) {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
