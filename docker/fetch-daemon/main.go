// Fetch-daemon fetches the daemon from Futu and puts its folder, without the graphical program, at the place given:
//
//	FUTU_VERSION=10.11.7108_Ubuntu18.04 go run ./docker/fetch-daemon ./opend
//
// The Dockerfile runs it with the build arguments of the same names; on a host it makes a folder that can be mounted at /opt/opend. It is a
// program of its own so that an image fetches again only if this, or what it is to fetch, has changed. Whoever runs it accepts Futu's terms.
//
// What it reads, all of it optional:
//
//	FUTU_VERSION  as in the archive's name, or latest; without the system's name, Ubuntu18.04 is meant
//	FUTU_BRAND    futu (the default) or moomoo
//	FUTU_URL      another address of the archive, or of a folder that has it, or a file
//	FUTU_SHA256   what the archive must hash to; otherwise agent/fetch/daemons.sha256 is asked
//
// With -latest it prints the newest version of the brand instead, and with -standard the one that is fetched if none is named.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/ostai/futuopend-gateway/agent/fetch"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	latest := flag.Bool("latest", false, "print the newest version that the brand offers")
	standard := flag.Bool("standard", false, "print the version that is fetched if none is named")
	flag.Parse()
	if err := run(ctx, *latest, *standard, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "fetch-daemon:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, latest, standard bool, args []string) error {
	brand := os.Getenv("FUTU_BRAND")
	moomoo := brand == "moomoo"
	if brand != "" && brand != "futu" && !moomoo {
		return fmt.Errorf("FUTU_BRAND is %q, which is neither futu nor moomoo", brand)
	}
	usual, _ := fetch.Standard(moomoo, false) // both brands have one, which a test looks at
	switch {
	case latest:
		r, err := fetch.Latest(ctx, moomoo, os.Getenv("FUTU_LATEST"))
		if err == nil {
			fmt.Println(r.Version)
		}
		return err
	case standard:
		fmt.Println(usual.Version)
		return nil
	case len(args) != 1:
		return errors.New("name the folder in which the daemon is to be put")
	}
	c := fetch.Config{
		Moomoo: moomoo, Version: os.Getenv("FUTU_VERSION"), URL: os.Getenv("FUTU_URL"), SHA256: os.Getenv("FUTU_SHA256"), Asks: os.Getenv("FUTU_LATEST"),
		Tell:     func(text string) { fmt.Fprintln(os.Stderr, "fetch-daemon:", text) },
		Progress: fetch.Steps(func(text string) { fmt.Fprintln(os.Stderr, "fetch-daemon:", text) }),
	}
	if c.Version == "" {
		c.Version = usual.Version
	}
	r, err := c.Into(ctx, args[0])
	if err == nil {
		fmt.Fprintf(os.Stderr, "fetch-daemon: %s is in %s\n", r.Name(), args[0])
	}
	return err
}
