package fsm

import (
	"fmt"
	"reflect"
	"testing"
)

func told(events ...Event) (s Snapshot) {
	for i, e := range events {
		s = s.After(Entry{Seq: uint64(i + 1), Event: e, From: Connected, To: Connected})
	}
	return s
}

func TestASnapshotHasWhatTheDaemonToldOfItselfSinceItsStart(t *testing.T) {
	s := told(Event{Kind: Version, Detail: "9"}, Event{Kind: QuoteRight, Detail: "old: LV1"}, Event{Kind: Start},
		Event{Kind: Version, Detail: "10.9.6918"}, Event{Kind: RSA, Detail: "否"}, Event{Kind: Quota, Detail: "二级用户"},
		Event{Kind: QuoteRight, Detail: "港股: BMP"}, Event{Kind: QuoteRight, Detail: "美股: LV1"}, Event{Kind: QuoteRight, Detail: "港股: LV2"},
		Event{Kind: Connection, Detail: "主连接:香港接入点1 次连接:香港接入点2"})
	want := Facts{Version: "10.9.6918", RSA: "否", Quota: "二级用户", Rights: []string{"港股: LV2", "美股: LV1"}, Connections: []string{"主连接:香港接入点1 次连接:香港接入点2"}}
	if !reflect.DeepEqual(s.Facts, want) {
		t.Errorf("got %+v, want %+v", s.Facts, want)
	}
}

func TestASnapshotKeepsItsFactsWhenALaterOneHasOthers(t *testing.T) {
	before := told(Event{Kind: QuoteRight, Detail: "US: LV1"})
	after := before.After(Entry{Event: Event{Kind: QuoteRight, Detail: "US: LV3"}})
	if before.Facts.Rights[0] != "US: LV1" || after.Facts.Rights[0] != "US: LV3" {
		t.Errorf("before %v, after %v", before.Facts.Rights, after.Facts.Rights)
	}
}

func TestFactsHaveABound(t *testing.T) {
	var s Snapshot
	for i := range 10_000 {
		s = s.After(Entry{Event: Event{Kind: QuoteRight, Detail: fmt.Sprintf("market %d: LV1", i)}})
		s = s.After(Entry{Event: Event{Kind: Connection, Detail: fmt.Sprintf("point %d: x", i)}})
	}
	if len(s.Facts.Rights) != maxRights || len(s.Facts.Connections) != maxConnections {
		t.Errorf("%d rights and %d connections are kept", len(s.Facts.Rights), len(s.Facts.Connections))
	}
}
