package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// version and commit are set by the linker, see the Makefile.
var (
	version = "dev"
	commit  = ""
)

// printVersion tells all that the program is made of: the same three give the same bytes again.
func printVersion(context.Context, call) error {
	_, err := fmt.Printf("futuopend-gateway %s, commit %s, %s %s/%s\n", version, builtFrom(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// builtFrom is the commit of the source. A plain go build records it by itself, in a git checkout.
func builtFrom() string {
	if commit != "" {
		return commit
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	found, dirty := "unknown", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			found = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "-dirty"
		}
	}
	return found + dirty
}
