package daemon

import (
	"fmt"
	"os"
	"strings"
)

// Give is the command that gives a folder to the user who runs the gateway, for where this runs: a container's engine is asked from outside.
func Give(path string) string {
	uid, gid := os.Getuid(), os.Getgid()
	switch {
	case os.Getenv("KUBERNETES_SERVICE_HOST") != "":
		return fmt.Sprintf("set fsGroup: %d in the pod's securityContext", gid)
	case exists("/.dockerenv") || exists("/run/.containerenv"):
		name, _ := os.Hostname() // an engine gives a container its ID for a name
		return fmt.Sprintf("docker run --rm --user 0 --volumes-from %s --entrypoint chown IMAGE -R %d:%d %s", name, uid, gid, shellWord(path))
	}
	return fmt.Sprintf("sudo chown -R %d:%d %s", uid, gid, shellWord(path))
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
