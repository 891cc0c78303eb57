package main

import (
	"context"
	"fmt"
	"os"

	"github.com/ostai/futuopend-gateway/agent/fetch"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// fetchDaemon fetches the daemon by hand: to where serve looks for it, or into a folder of its own.
func fetchDaemon(ctx context.Context, line call) error {
	e, _ := ownEnvironment()
	c := checker{}
	out := config{}
	c.place(e, c.home(), &out)
	f := c.fetched(e, out.data)
	if !c.yes("FUTU_ACCEPT_TERMS", e.AcceptTerms) {
		c.wrongTerms(e, f)
	}
	if len(c.problems) > 0 {
		return usageError{c.problems}
	}
	tell := func(text string) { fmt.Fprintln(os.Stderr, words.Detail(spoken(), text)) }
	f.Tell, f.Progress = tell, fetch.Steps(tell)
	f.Any = false // whoever fetches by hand wants that one
	for _, n := range c.notices {
		tell(n)
	}
	if folder := line.word(); folder != "" {
		_, err := f.Into(ctx, folder)
		return err
	}
	if err := out.site.settle(out.daemon.Folder); err != nil {
		return err
	}
	_, err := f.Fetch(ctx)
	if err == nil {
		fmt.Println(f.Program())
	}
	return err
}
