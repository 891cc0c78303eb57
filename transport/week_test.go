package transport_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ostai/futuopend-gateway/fsm"
)

func TestTheWeekTellsWhenQuotesWorked(t *testing.T) { synctest.Test(t, testWeek) }
func testWeek(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start)
	time.Sleep(time.Hour)
	h.happens(false, fsm.CodeWanted)
	time.Sleep(time.Hour)
	h.happens(false, fsm.LoggedIn, fsm.APIReady)
	time.Sleep(2 * time.Hour)
	var week struct {
		From, Until time.Time
		Share       map[string]float64
		Spans       []struct{ Is string }
	}
	var status struct{ Week map[string]float64 }
	for path, into := range map[string]any{"/week": &week, "/status": &status} {
		if code, body := h.fetch(path); code != 200 || json.Unmarshal([]byte(body), into) != nil {
			t.Fatalf("%s: %d %s", path, code, body)
		}
	}
	if week.Until.Sub(week.From) != fsm.WeekLasts || len(week.Spans) != 3 {
		t.Errorf("the week is %+v", week)
	}
	for i, is := range []string{"trouble", "wanted", "ready"} {
		if len(week.Spans) == 3 && week.Spans[i].Is != is {
			t.Errorf("span %d is %s, want %s", i, week.Spans[i].Is, is)
		}
	}
	for _, told := range []map[string]float64{week.Share, status.Week} {
		if told["ready"] != 0.5 || told["wanted"] != 0.25 || told["trouble"] != 0.25 || told["down"] != 0 || told["known"] != 4*3600 {
			t.Errorf("the shares are %v", told)
		}
	}
}
