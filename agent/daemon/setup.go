package daemon

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Setup tells apart what a start depends on beside the login: the daemon's program and its data, the settings, the keys and the
// port. Each part has a name and a fingerprint, or "none" for a file that is not there. Files are told apart by size and time alone, so that nothing of a key
// is in it.
func (c Config) Setup() string {
	parts := []string{
		"the program " + stamp(c.Path),
		"AppData.dat " + stamp(filepath.Join(filepath.Dir(c.program()), "AppData.dat")),
		"the settings " + c.settings(),
	}
	for _, file := range []struct{ name, item string }{
		{"the RSA key", "rsa_private_key"}, {"the WebSocket's certificate", "websocket_cert"}, {"the WebSocket's key", "websocket_private_key"},
	} {
		if path := c.item(file.item); path != "" {
			parts = append(parts, file.name+" "+stamp(path))
		}
	}
	port := "free"
	if portFree(c.API) != nil {
		port = "taken"
	}
	return strings.Join(append(parts, "the port "+port), "; ")
}

// settings is a fingerprint of what the daemon is given, without secrets.
func (c Config) settings() string {
	text := fmt.Sprintf("%q %q %q %q %q", c.Args, c.Mode, c.AreaCode, c.Region, c.Account)
	for _, i := range c.Items {
		if i.Name != "websocket_key_md5" {
			text += fmt.Sprintf(" %q", i)
		}
	}
	return mark(text)
}

// item is the value of one of the config file's parameters, empty if it has none.
func (c Config) item(name string) string {
	for _, i := range c.Items {
		if i.Name == name {
			return i.Value
		}
	}
	return ""
}

// stamp is a fingerprint of a file's size and time.
func stamp(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return "none"
	}
	return mark(fmt.Sprint(info.Size(), info.ModTime().UnixNano()))
}

// mark is four bytes of a hash: enough to see a change.
func mark(text string) string {
	h := sha256.Sum256([]byte(text))
	return fmt.Sprintf("%x", h[:4])
}
