package openapi

import (
	"bytes"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// readyWorld is a Watch whose daemon is ready.
func readyWorld(t *testing.T) (*world, *daemon) {
	t.Helper()
	w := newWorld(t, nil, false)
	d := w.accept()
	d.isUp()
	d.is(ready)
	w.wants("api_ready 10.11.7108", "trade_ready")
	return w, d
}

func TestASessionIsLostAndComesBack(t *testing.T) {
	const lost = "the daemon is not logged in to the quote server"
	t.Run("asked", inBubble(func(t *testing.T) {
		w, d := readyWorld(t)
		d.is(noQuotes)
		w.wants("api_lost [quotes] "+lost, "session_lost "+lost)
		d.is(noQuotes)
		w.wants()
		d.is(ready)
		w.wants("session_back", "api_ready 10.11.7108")
		d.is(ready)
		w.wants()
		d.is(noQuotes)
		w.wants("api_lost [quotes] "+lost, "session_lost "+lost)
	}))
	t.Run("pushed", inBubble(func(t *testing.T) {
		w, d := readyWorld(t)
		d.pushes(Notify{Type: NotifyConnStatus, Conn: &ConnStatus{false, true}})
		w.wants("api_lost [quotes] "+lost, "session_lost "+lost)
		d.is(noQuotes)
		w.wants()
		// That it is back is no proof before it was asked.
		d.pushes(Notify{Type: NotifyConnStatus, Conn: &ConnStatus{true, true}})
		w.wants()
		at := time.Now()
		d.is(ready)
		if took := time.Since(at); took > time.Second {
			t.Errorf("asked %v after the push", took)
		}
		w.wants("session_back", "api_ready 10.11.7108")
	}))
	t.Run("the program logs in again", inBubble(func(t *testing.T) {
		w, d := readyWorld(t)
		d.pushes(Notify{Type: NotifyProgramStatus, Program: &ProgramStatus{Type: 2}})
		w.wants("api_lost [program] the daemon's program status is Loging", "session_lost the daemon's program status is Loging")
		d.pushes(Notify{Type: NotifyProgramStatus, Program: &ProgramStatus{Type: 4, Desc: "sms"}})
		w.wants("api_lost [program] the daemon's program status is NeedPhoneVerifyCode: sms")
		d.pushes(Notify{Type: NotifyProgramStatus, Program: &ProgramStatus{Type: ProgramReady}})
		w.wants()
		d.is(ready)
		w.wants("session_back", "api_ready 10.11.7108", "trade_ready")
	}))
	t.Run("over a connection that is lost too", inBubble(func(t *testing.T) {
		w, d := readyWorld(t)
		d.is(noQuotes)
		w.wants("api_lost [quotes] "+lost, "session_lost "+lost)
		at := time.Now()
		d.Close()
		w.wants("api_lost [connect] the daemon closed the connection")
		d = w.accept()
		if took := time.Since(at); took != 10*time.Second {
			t.Errorf("dialled after %v: a new login may be waiting for an SMS", took)
		}
		d.isUp()
		d.is(ready)
		w.wants("session_back", "api_ready 10.11.7108", "trade_ready")
	}))
	t.Run("by a daemon that turns clients away", inBubble(func(t *testing.T) {
		w, d := readyWorld(t)
		w.refuses(false)
		d.Close()
		w.wants("api_lost [connect] the daemon closed the connection")
		d = w.accept()
		at := time.Now()
		d.answers(d.hears(IDInitConnect), Response{RetType: RetFailed, RetMsg: "已退出登录"})
		w.wants("api_lost [init_connect] 已退出登录")
		w.accept()
		if took := time.Since(at); took != 10*time.Second {
			t.Errorf("dialled after %v: what is turned away may make a code void", took)
		}
	}))
}

func TestTradingIsToldBesideIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, d := readyWorld(t)
		d.pushes(Notify{Type: NotifyConnStatus, Conn: &ConnStatus{true, false}})
		w.wants("trade_lost")
		d.pushes(Notify{Type: NotifyConnStatus, Conn: &ConnStatus{true, true}})
		w.wants() // no proof
		d.is(ready)
		w.wants("trade_ready")
		noTrade := ready
		noTrade.TrdLogined = false
		d.is(noTrade)
		w.wants("trade_lost")
		d.is(ready)
		w.wants("trade_ready")
	})
}

// Every number of the tables in numbers.go, as a push to a client that was ready.
func TestWhatHappensToTheDaemonIsToldByItsClass(t *testing.T) {
	type row struct {
		number int32
		want   []string
	}
	program := func(name string, beside ...string) []string {
		return append([]string{"api_lost [program] the daemon's program status is " + name + ": desc"}, beside...)
	}
	events := []row{
		{0, nil},
		{1, []string{"api_lost [program] desc"}},
		{2, []string{"api_lost [program] desc"}},
		{3, []string{"version_refused desc"}},
		{4, []string{"login_failed desc"}},
		{5, []string{"agreement_missing desc"}},
		{6, nil},
		{7, []string{"kicked_out desc"}},
		{8, []string{"password_changed desc"}},
		{9, []string{"banned desc"}},
		{10, []string{"api_lost [program] desc"}},
		{11, []string{"api_lost [program] desc"}},
		{12, []string{"api_lost [program] desc"}},
		{13, []string{"api_lost [program] desc"}},
		{14, []string{"trade_password_changed desc"}},
		{15, []string{"device_lock_on desc"}},
		{16, nil},
	}
	statuses := []row{
		{0, program("None")},
		{1, program("Loaded")},
		{2, program("Loging", "session_lost the daemon's program status is Loging: desc")},
		{3, program("NeedPicVerifyCode", "session_lost the daemon's program status is NeedPicVerifyCode: desc")},
		{4, program("NeedPhoneVerifyCode", "session_lost the daemon's program status is NeedPhoneVerifyCode: desc")},
		{5, program("LoginFailed", "login_failed desc")},
		{6, program("ForceUpdate", "version_refused desc")},
		{7, program("NessaryDataPreparing")},
		{8, program("NessaryDataMissing")},
		{9, program("UnAgreeDisclaimer", "agreement_missing desc")},
		{10, nil},
		{11, program("ForceLogout", "forced_logout desc")},
		{12, program("DisclaimerPullFailed")},
		{13, program("13, which is not known")},
	}
	push := func(n Notify, want []string) func(*testing.T) {
		return inBubble(func(t *testing.T) {
			w, d := readyWorld(t)
			d.pushes(n)
			w.wants(want...)
			d.pushes(n) // the same again
			w.wants()
		})
	}
	for _, r := range events {
		m := find(gtwEvents, r.number)
		t.Run("event "+m.name, push(Notify{Type: NotifyEvent, Event: &GtwEvent{r.number, "desc"}}, r.want))
	}
	for _, r := range statuses {
		m := find(programStatuses, r.number)
		n := Notify{Type: NotifyProgramStatus, Program: &ProgramStatus{r.number, "desc"}}
		t.Run("status "+m.name, push(n, r.want))
		t.Run("status "+m.name+" asked", inBubble(func(t *testing.T) {
			w, d := readyWorld(t)
			state := ready
			state.Program = n.Program
			d.is(state)
			w.wants(r.want...)
			d.is(state)
			w.wants()
		}))
	}
	if len(events) != len(gtwEvents)+1 || len(statuses) != len(programStatuses)+1 {
		t.Error("a number of the tables is not tested")
	}
}

func TestAHappeningWithoutWordsIsToldByItsName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, d := readyWorld(t)
		d.pushes(Notify{Type: NotifyEvent, Event: &GtwEvent{Type: 7}})
		w.wants("kicked_out KickedOut")
	})
}

func TestAHappeningThatIsRepeatedWithinAMinuteIsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, d := readyWorld(t)
		n := Notify{Type: NotifyEvent, Event: &GtwEvent{14, "changed"}}
		d.pushes(n)
		d.pushes(n)
		w.wants("trade_password_changed changed")
		for range 5 {
			d.is(ready)
		}
		d.pushes(n)
		w.wants("trade_password_changed changed")
	})
}

func TestAPushThatContradictsAProofIsSettledByTheNextOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, d := readyWorld(t)
		d.pushes(Notify{Type: NotifyEvent, Event: &GtwEvent{11, "a code is wanted"}})
		w.wants("api_lost [program] a code is wanted")
		d.is(ready)
		w.wants("api_ready 10.11.7108", "trade_ready")
	})
}

func TestPushesMayComeBetweenAQuestionAndItsAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil, false)
		d := w.accept()
		d.isUp()
		f := d.hears(IDGetGlobalState)
		d.pushes(Notify{Type: NotifyConnStatus, Conn: &ConnStatus{false, false}})
		d.pushes(Notify{Type: NotifyQotRight, Rights: Rights{4: 3, 5: 5}})
		d.answers(f, Response{S2C: ready.Encode()})
		w.wants("api_lost [quotes] the daemon is not logged in to the quote server", "trade_lost", "quote_rights HK stock LV2, US stock none",
			"api_ready 10.11.7108", "trade_ready")
		// The answer may be older than the push. It is asked again.
		d.is(noQuotes)
		if at := time.Since(w.start); at != time.Second {
			t.Errorf("asked again after %v, want 1s", at)
		}
	})
}

func TestAStreamOfPushesNeitherFloodsTheDaemonNorPutsOffWhatIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, d := readyWorld(t)
		asked, beats := 0, 0
		go func() {
			for {
				f, err := ReadFrame(d, d.keys)
				if err != nil {
					return
				}
				s2c := ready.Encode()
				if f.ID == IDKeepAlive {
					beats++
				} else {
					asked++
				}
				if WriteFrame(d, d.keys, Frame{ID: f.ID, Serial: f.Serial, Body: Response{S2C: s2c}.Encode()}) != nil {
					return
				}
			}
		}()
		for range 1000 {
			d.pushes(Notify{Type: NotifyProgramStatus, Program: &ProgramStatus{Type: ProgramReady}})
			time.Sleep(10 * time.Millisecond)
		}
		synctest.Wait()
		if asked < 9 || asked > 10 || beats != 1 {
			t.Errorf("asked %d times, %d heartbeats in 10s", asked, beats)
		}
		w.wants()
	})
}

func TestADaemonThatPushesWithoutEndIsLeftAloneForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, d := readyWorld(t)
		for range maxPushes {
			d.pushes(Notify{Type: NotifyAPIQuota, APIQuota: &Quota{1, 1}})
		}
		w.wants()
		d.pushes(Notify{Type: NotifyAPIQuota, APIQuota: &Quota{1, 1}})
		w.wants("api_lost [connect] the daemon pushes without end")
		at := time.Now()
		w.accept()
		if took := time.Since(at); took != time.Second {
			t.Errorf("dialled again after %v", took)
		}
	})
}

func TestPushesDoNotPutOffTheEndOfAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil, false)
		w.slow = 3 * time.Second // each push takes that long to be told
		d := w.accept()
		d.isUp()
		d.hears(IDGetGlobalState)
		var many bytes.Buffer
		for n := range int32(9) { // they are all there at once
			WriteFrame(&many, d.keys, Frame{ID: IDNotify, Body: Response{S2C: Notify{Type: NotifyProgramStatus, Program: &ProgramStatus{Type: n}}.Encode()}.Encode()})
		}
		d.Write(many.Bytes())
		d.hearsNothingMore()
		if took := time.Since(w.start); took > 15*time.Second {
			t.Errorf("given up after %v", took)
		}
		time.Sleep(w.slow) // until that is told
	})
}

func TestAPushThatCannotBeReadIsSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, d := readyWorld(t)
		kicked := Response{S2C: Notify{Type: NotifyEvent, Event: &GtwEvent{7, ""}}.Encode()}
		d.says(Frame{ID: IDNotify, Format: JSON, Body: []byte(`{"retType":0}`)})
		d.says(Frame{ID: IDNotify, Format: JSON, Body: kicked.Encode()})
		d.says(Frame{ID: IDNotify, Body: []byte{0x0a}})
		d.says(Frame{ID: IDNotify, Body: Response{S2C: []byte{0x0a}}.Encode()})
		d.says(Frame{ID: IDNotify, Body: Response{RetType: RetFailed, S2C: kicked.S2C}.Encode()})
		d.says(Frame{ID: IDNotify, Body: Response{}.Encode()})
		for n := range int32(9) {
			d.pushes(Notify{Type: n}) // without what it announces
		}
		d.pushes(Notify{Type: NotifyAPIQuota, APIQuota: &Quota{1, 2}})
		d.is(ready)
		w.wants()
	})
}

func TestTheQuoteRightsAreToldWhenTheyChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, d := readyWorld(t)
		for range 2 {
			d.pushes(Notify{Type: NotifyQotRight, Rights: Rights{4: 3, 5: 6, 6: 2, 11: 5}})
		}
		w.wants("quote_rights HK stock LV2, US stock LV3, US option none, CN stock LV1")
		d.pushes(Notify{Type: NotifyQotRight, Rights: Rights{4: 1, 5: 0, 6: 2, 10: 2, 16: 2, 21: 4, 27: 9}})
		w.wants("quote_rights HK stock BMP, CME LV1, SH stock SF, event contract 9")
	})
}

func TestTheTablesHaveNoNumberTwice(t *testing.T) {
	for _, table := range [][]meaning{programStatuses, gtwEvents} {
		numbers := map[int32]bool{}
		for _, m := range table {
			if numbers[m.number] {
				t.Errorf("%d is there twice", m.number)
			}
			numbers[m.number] = true
		}
	}
	var fields []int32
	for _, m := range markets {
		fields = append(fields, m.field)
	}
	slices.Sort(fields)
	if len(slices.Compact(fields)) != len(markets) {
		t.Error("a market is there twice")
	}
}
