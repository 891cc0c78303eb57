package page_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

func TestThePageTellsOfLinesThatNobodyKnowsAndShowsAReport(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		window
		language, says, link string
	}{{phone, "en", "3 lines", "Make a report"}, {night, "zh", "3 行", "生成报告"}} {
		t.Run(c.window.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.happens(t, fsm.Event{Kind: fsm.Boot}, fsm.Event{Kind: fsm.Start})
			b := visit(t, s.address, c.window, c.language)
			b.state("initializing")
			b.hides("#unknown-card")
			s.agent.mu.Lock()
			s.agent.unknown = []fsm.Unknown{{Text: "what is this", Count: 2, Last: time.Now()}, {Text: "and this", Count: 1, Last: time.Now()}}
			s.agent.mu.Unlock()
			s.happens(t, fsm.Event{Kind: fsm.LoggedIn})
			b.shows("#unknown", c.says)
			b.shows("#unknown-lines", "what is this")
			b.contrast()
			b.manage()
			b.shows("#report", c.link)
			b.click("#report")
			b.until(`document.querySelector('#report-box').open`)
			if got := b.value(`document.querySelector('#report-text').value`); got != report {
				t.Errorf("the report shown is %q", got)
			}
			if got := b.value(`document.activeElement.id`); got != "report-text" {
				t.Errorf("the focus is on %q", got)
			}
			b.shoot("report")
			b.contrast()
			b.click("#report-close")
			b.until(`!document.querySelector('#report-box').open`)
			if got := b.value(`location.pathname + location.hash`); strings.Contains(got, "report") {
				t.Errorf("the page went to %s", got)
			}
		})
	}
}
