package opendsim

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// throttleSpan is how far back starts are counted.
const throttleSpan = 3 * time.Hour

// folder is F3CNN, where the daemon keeps what identifies the device. Once it has been opened, a write that fails is of
// no consequence to the simulator: what was not kept is asked for again.
type folder string

// homeFolder is where the data folder lies: the home in the passwd file, whatever HOME says.
func homeFolder(state string) (string, error) {
	if state != "" {
		return state, nil
	}
	uid := strconv.Itoa(os.Getuid())
	if os.Getenv("NSS_WRAPPER_PASSWD") != "" { // the C library has another file than Go
		line, err := exec.Command("getent", "passwd", uid).Output()
		if f := strings.Split(string(line), ":"); err == nil && len(f) == 7 {
			return f[5], nil
		}
	}
	u, err := user.LookupId(uid)
	if err != nil {
		return "", fmt.Errorf("look up home: %w", err)
	}
	return u.HomeDir, nil
}

// openFolder makes the data folder of a brand where it is missing, and gives the device an identity.
func openFolder(home, brand string) (folder, error) {
	name := ".com.futunn.FutuOpenD"
	if brand == moomoo {
		name = ".com.moomoo.OpenD"
	}
	f := folder(filepath.Join(home, name, "F3CNN"))
	for _, dir := range []string{string(f), filepath.Join(home, name, "Log")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return "", fmt.Errorf("make data folder: %w", err)
		}
	}
	device := f.path("Device.dat")
	if _, err := os.Stat(device); err == nil {
		return f, nil
	}
	if err := os.WriteFile(device, []byte(rand.Text()), 0o600); err != nil {
		return "", fmt.Errorf("write device identity: %w", err)
	}
	return f, nil
}

// noAppDir is what the daemon says of a data folder that it cannot make. It was seen for a read-only file system; for
// other causes the words of C's strerror are put in the same place.
func noAppDir(err error) string {
	text := err.Error()
	if cause, ok := errors.AsType[syscall.Errno](err); ok {
		text = cause.Error()
	}
	return "Fail to create app dir: " + strings.ToUpper(text[:1]) + text[1:]
}

func (f folder) path(name string) string { return filepath.Join(string(f), name) }

// remember keeps that an account may log in without its password.
func (f folder) remember(account string) {
	os.WriteFile(f.path("Broker.dat"), []byte(account+"\n"+rand.Text()+"\n"), 0o600)
}

// remembered is the account that may; empty if there is none.
func (f folder) remembered() string {
	text, _ := os.ReadFile(f.path("Broker.dat"))
	account, _, _ := strings.Cut(string(text), "\n")
	return account
}

// forget keeps it no longer.
func (f folder) forget() { os.Remove(f.path("Broker.dat")) }

// savePicture writes in place, as a reader must expect it, and returns where: in a folder that can be written, or here.
func (f folder) savePicture(png []byte, elsewhere string) (path string) {
	const name = "PicVerifyCode.png"
	if elsewhere != "" {
		path = filepath.Join(elsewhere, name)
		if err := os.WriteFile(path, png, 0o600); err == nil {
			return path
		}
	}
	path = f.path(name)
	os.WriteFile(path, png, 0o600)
	return path
}

// logs is the folder of the log files.
func (f folder) logs() string { return filepath.Join(filepath.Dir(string(f)), "Log") }

// countEarly adds a line for an InitConnect that came before the login, which a client must never send: "voided" if the
// code of an SMS is not right any more because of it.
func (f folder) countEarly(voided bool) {
	line := "refused\n"
	if voided {
		line = "voided\n"
	}
	file, err := os.OpenFile(f.path("opendsim-early"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	defer file.Close()
	file.WriteString(line)
}

// startsFile is where the daemon itself counts its starts. What a real one holds is not known.
func startsFile(brand string) string {
	if brand == moomoo {
		return "FreqLimitMooMoo.json"
	}
	return "FreqLimitNN.json"
}

// countStart adds a start and returns how many there were within the span, this one included.
func (f folder) countStart(brand string, now time.Time) int {
	var file struct {
		Starts []time.Time `json:"starts"`
	}
	text, _ := os.ReadFile(f.path(startsFile(brand)))
	json.Unmarshal(text, &file) // what cannot be read counts as nothing, as a lost folder does
	file.Starts = slices.DeleteFunc(append(file.Starts, now), func(at time.Time) bool { return now.Sub(at) >= throttleSpan })
	text, _ = json.Marshal(file)
	os.WriteFile(f.path(startsFile(brand)), text, 0o600)
	return len(file.Starts)
}
