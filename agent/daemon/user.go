package daemon

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// CurrentUser is the passwd entry of the user who runs the gateway. Without one the daemon
// dies of SIGSEGV and says nothing.
func CurrentUser() (*user.User, error) {
	ask := []func() (*user.User, error){ofFile, ofService}
	if wrapped() { // the daemon does not see the file that Go reads
		slices.Reverse(ask)
	}
	for _, who := range ask {
		if u, err := who(); err == nil {
			return u, nil
		}
	}
	return nil, &Fault{Kind: NoPasswd, UID: os.Getuid()}
}

// wrapped reports whether nss_wrapper shows another passwd file to whoever asks the C library.
func wrapped() bool { return os.Getenv("NSS_WRAPPER_PASSWD") != "" }

func ofFile() (*user.User, error) { return user.LookupId(strconv.Itoa(os.Getuid())) }

// askWithin bounds the question to the C library's services, of which one may be a server in a network.
const askWithin = 5 * time.Second

// ofService is the user as the C library knows it, which is what the daemon asks: it may come from LDAP, systemd or nss_wrapper, which are in
// no file. It is asked once: a process keeps its uid.
var ofService = sync.OnceValues(func() (*user.User, error) {
	ctx, cancel := context.WithTimeout(context.Background(), askWithin)
	defer cancel()
	out, err := exec.CommandContext(ctx, "getent", "passwd", strconv.Itoa(os.Getuid())).Output()
	if err != nil {
		return nil, fmt.Errorf("ask getent for uid %d: %w", os.Getuid(), err)
	}
	return passwdLine(out)
})

// passwdLine understands one line of a passwd file.
func passwdLine(line []byte) (*user.User, error) {
	line, _, _ = bytes.Cut(line, []byte("\n"))
	f := strings.Split(string(line), ":")
	if len(f) != 7 || f[0] == "" || f[5] == "" {
		return nil, fmt.Errorf("%q is no line of a passwd file", line)
	}
	return &user.User{Username: f[0], Uid: f[2], Gid: f[3], Name: f[4], HomeDir: f[5]}, nil
}
