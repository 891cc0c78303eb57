package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/transport/words"
)

// patience bounds what a test waits for.
const patience = 20 * time.Second

// token stands wherever a URL has a secret.
const token = "TopSecret42"

// request is what reached a server.
type request struct {
	method, path, contentType, body string
	header                          http.Header
	query                           url.Values
}

// serverThat answers as h does, and tells of each request.
func serverThat(t *testing.T, h http.HandlerFunc) (*httptest.Server, <-chan request) {
	seen := make(chan request, 16)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("read a request: %v", err)
		}
		seen <- request{r.Method, r.URL.Path, r.Header.Get("Content-Type"), string(body), r.Header, r.URL.Query()}
		h(w, r)
	}))
	t.Cleanup(s.Close)
	return s, seen
}

// accepts answers as ntfy, Telegram and a webhook do, near enough.
func accepts(w http.ResponseWriter, _ *http.Request) {
	io.WriteString(w, `{"ok":true,"id":"x","result":{"message_id":1}}`)
}

func ntfyURL(s *httptest.Server) string {
	return "ntfy://user:" + token + "@" + s.Listener.Addr().String() + "/" + token + "?scheme=http"
}

func webhookURL(s *httptest.Server) string {
	return "generic://" + s.Listener.Addr().String() + "/hook/" + token + "?disabletls=yes&template=json&@Authorization=" + token
}

func targetsOf(t *testing.T, raw string) []Target {
	t.Helper()
	targets, err := Targets(raw)
	if err != nil {
		t.Fatal(err)
	}
	return targets
}

func telegramAt(t *testing.T, api, chats string) []Target {
	t.Helper()
	targets, err := Targets(strings.Replace(api, "http://", "telegram+http://123:"+token+"@", 1) + "?chats=" + chats)
	if err != nil {
		t.Fatal(err)
	}
	return targets
}

// next is what comes next.
func next[T any](t *testing.T, seen <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-seen:
	case <-time.After(patience):
		t.Fatalf("no %T came", v)
	}
	return v
}

// shorten takes the waits between the tries away; real servers know no bubble.
func shorten(t *testing.T) {
	was := pauses
	pauses = []time.Duration{0, 0}
	t.Cleanup(func() { pauses = was })
}

// run runs a notifier until the test ends.
func run(t *testing.T, n *Notifier) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	n.Begin()
	go func() { defer close(ended); n.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
}

func TestEachServiceGetsTheTextInItsOwnForm(t *testing.T) {
	const text = "FutuOpenD 需要短信验证码。\n*_[ 账号：…678"
	ntfy, atNtfy := serverThat(t, accepts)
	hook, atHook := serverThat(t, accepts)
	chat, atChat := serverThat(t, accepts)
	targets := append(targetsOf(t, ntfyURL(ntfy)), targetsOf(t, webhookURL(hook))...)
	targets = append(targets, telegramAt(t, chat.URL, "-1001:7,@people")...)
	for i, target := range targets {
		if err := Try(t.Context(), target, Message{Text: text}); err != nil {
			t.Errorf("target %d, %s: %v", i, target.Name, err)
		}
	}
	if r := next(t, atNtfy); r.method != "POST" || r.path != "/"+token || r.body != text {
		t.Errorf("ntfy got %+v", r)
	}
	var hooked struct{ Message string }
	if r := next(t, atHook); json.Unmarshal([]byte(r.body), &hooked) != nil || hooked.Message != text || r.path != "/hook/"+token {
		t.Errorf("the webhook got %+v", r)
	}
	for _, want := range []struct {
		chat   string
		thread int
	}{{"-1001", 7}, {"@people", 0}} {
		var sent struct {
			Chat   string `json:"chat_id"`
			Thread int    `json:"message_thread_id"`
			Mode   string `json:"parse_mode"`
			Text   string
		}
		r := next(t, atChat)
		if err := json.Unmarshal([]byte(r.body), &sent); err != nil || r.path != "/bot123:"+token+"/sendMessage" || r.contentType != "application/json" {
			t.Fatalf("Telegram got %+v: %v", r, err)
		}
		if sent.Chat != want.chat || sent.Thread != want.thread || sent.Text != "\n"+text || sent.Mode != "" {
			t.Errorf("Telegram got %+v, want it for %+v", sent, want)
		}
	}
}

func TestEachStateArrivesInEachLanguage(t *testing.T) {
	until := time.Now().Add(time.Hour)
	when := until.Format("2006-01-02 15:04 MST")
	for _, c := range []struct {
		lang string
		e    fsm.Event
		want string
	}{
		{"en", fsm.Event{Kind: fsm.CodeWanted}, "FutuOpenD needs an SMS code.\n"},
		{"chs", fsm.Event{Kind: fsm.CodeWanted}, "FutuOpenD 需要短信验证码。\n"},
		{"en", fsm.Event{Kind: fsm.CaptchaWanted}, "FutuOpenD needs the characters of a picture.\n"},
		{"chs", fsm.Event{Kind: fsm.CaptchaWanted}, "FutuOpenD 需要图形验证码。\n"},
		{"en", fsm.Event{Kind: fsm.PasswordPrompt}, "FutuOpenD needs the login password.\n"},
		{"chs", fsm.Event{Kind: fsm.PasswordPrompt}, "FutuOpenD 需要登录密码。\n"},
		{
			"en", fsm.Event{Kind: fsm.Question, Detail: "Do you agree? "}, "FutuOpenD is not ready. FutuOpenD asks something unknown.\n" +
				"What to do: Read what it asks, correct the settings if it is about them, and restart FutuOpenD. If that does not help, tell the project the text of the question.\n" +
				"Reason: Do you agree?\nIt waits there until a person acts.\n",
		},
		{
			"chs", fsm.Event{Kind: fsm.KickedOut, Detail: "12345678 在其他设备登录"}, "FutuOpenD 尚未就绪：账号在别处登录。\n" +
				"处理方法：" + words.Text(words.Chinese, "advice.kicked_out") + "\n原因：…678 在其他设备登录\n不会自动再次启动。\n",
		},
		{
			"en", fsm.Event{Kind: fsm.AccountLocked, Detail: "12345678 is locked", Until: until},
			"FutuOpenD is halted. The account is locked after too many wrong passwords.\n" +
				"What to do: Wait until the lock ends, and correct the password.\nReason: …678 is locked\nIt is started again automatically at " + when + ".\n",
		},
		{
			"chs", fsm.Event{Kind: fsm.AccountLocked, Detail: "锁定", Until: until},
			"FutuOpenD 已暂停：密码错误次数过多，账号已锁定。\n处理方法：请等待锁定结束，并确认密码正确。\n原因：锁定\n将于 " + when + " 自动再次启动。\n",
		},
		{
			"en", fsm.Event{Kind: fsm.BrandWrong},
			"FutuOpenD is halted. A moomoo account cannot use Futu's FutuOpenD.\n" +
				"What to do: This is a moomoo account: install the moomoo OpenD.\nIt is not started again automatically.\n",
		},
	} {
		server, seen := serverThat(t, accepts)
		s := newStory()
		run(t, New(Config{
			Journal: s.Journal, Log: zap.NewNop(), Targets: targetsOf(t, ntfyURL(server)),
			Lang: c.lang, Account: "12345678", Link: "https://futu.example/",
		}))
		s.tell(fsm.Start)
		s.event(c.e, false)
		s.due()
		password := ""
		if c.e.Kind == fsm.PasswordPrompt {
			password = map[string]string{"en": "\nRun: futuopend-gateway password", "chs": "\n运行：futuopend-gateway password"}[c.lang]
		}
		if c.e.Kind.Advice() != "" || c.e.Kind == fsm.Question { // trouble, of which a page has more
			lang := words.Like(c.lang)
			c.want += words.Text(lang, "message.help", "link", words.Help(lang, c.e.Kind)) + "\n"
		}
		end := "Account: …678\nOpen: https://futu.example/"
		again := loggedIn
		if c.lang == "chs" {
			end, again = "账号：…678\n打开：https://futu.example/", "FutuOpenD 已重新登录，无需操作。"
		}
		want := c.want + strings.Replace(end, "\n", password+"\n", 1)
		if got := next(t, seen).body; got != want {
			t.Errorf("%s in %s arrived as\n%s\nwant\n%s", c.e.Kind, c.lang, got, want)
		}
		s.tell(fsm.Start, fsm.LoggedIn, fsm.APIReady)
		s.due()
		if got := next(t, seen).body; got != again+"\n"+end {
			t.Errorf("after %s, %q arrived", c.e.Kind, got)
		}
	}
}

func TestEachTargetGetsATicketOfItsOwnWhileAnAnswerIsWanted(t *testing.T) {
	ntfy, atNtfy := serverThat(t, accepts)
	hook, atHook := serverThat(t, accepts)
	chat, atChat := serverThat(t, accepts)
	core, logged := observer.New(zap.DebugLevel)
	var made atomic.Int32
	s := newStory()
	targets := append(targetsOf(t, ntfyURL(ntfy)), targetsOf(t, webhookURL(hook))...)
	run(t, New(Config{
		Journal: s.Journal, Log: zap.New(core), Targets: append(targets, telegramAt(t, chat.URL, "1")...),
		Lang: "en", Account: "12345678", Link: "https://futu.example/",
		Ticket: func(challenge uint64) string {
			if challenge == 0 {
				return ""
			}
			return fmt.Sprintf("ticket%dof%d", made.Add(1), challenge)
		},
	}))
	was := seldom
	seldom = 0
	t.Cleanup(func() { seldom = was })
	got := func() (texts []string) {
		t.Helper()
		var hooked struct{ Message string }
		var sent telegramPayload
		texts = append(texts, next(t, atNtfy).body)
		for into, r := range map[any]request{&hooked: next(t, atHook), &sent: next(t, atChat)} {
			if err := json.Unmarshal([]byte(r.body), into); err != nil {
				t.Fatal(err)
			}
		}
		return append(texts, hooked.Message, sent.Keyboard.Rows[0][0].URL)
	}
	for i, c := range []struct {
		kinds  []fsm.Kind
		ticket string // after the ticket's number; empty for none
	}{
		{[]fsm.Kind{fsm.Start, fsm.CodeWanted}, "of2"},
		{[]fsm.Kind{fsm.CodeTyped, fsm.CodeRejected}, "of4"},
		{[]fsm.Kind{fsm.CaptchaWanted}, "of5"},
		{[]fsm.Kind{fsm.LoggedIn}, ""},
		{[]fsm.Kind{fsm.PasswordWrong}, ""},
	} {
		s.tell(c.kinds...)
		s.due()
		for j, text := range got() {
			want := "\nOpen: https://futu.example/"
			if j == 2 { // Telegram has a button
				want = "https://futu.example/"
				if c.ticket != "" {
					want = fmt.Sprintf("https://futu.example/#ticket=ticket%d%s", 3*i+j+1, c.ticket)
				}
			} else if c.ticket != "" {
				want = fmt.Sprintf("\nOpen, once and within 15 minutes: https://futu.example/#ticket=ticket%d%s", 3*i+j+1, c.ticket)
			}
			if !strings.HasSuffix(text, want) {
				t.Errorf("target %d got\n%s\nwant at its end%s", j+1, text, want)
			}
		}
	}
	for _, e := range logged.All() {
		if line := fmt.Sprint(e.Message, e.ContextMap()); strings.Contains(line, "ticket1") {
			t.Errorf("the log has a ticket: %s", line)
		}
	}
}

func TestServerThatHangsDelaysNoOther(t *testing.T) {
	release := make(chan struct{})
	deaf, _ := serverThat(t, func(_ http.ResponseWriter, r *http.Request) { <-release })
	defer close(release)
	well, seen := serverThat(t, accepts)
	s := newStory()
	run(t, New(Config{
		Journal: s.Journal, Log: zap.NewNop(), Lang: "en", Account: "12345678",
		Targets: append(targetsOf(t, webhookURL(deaf)), targetsOf(t, webhookURL(well))...),
	}))
	begun := time.Now()
	s.tell(fsm.Start, fsm.CodeWanted)
	next(t, seen)
	s.tell(fsm.CodeTyped, fsm.LoggedIn)
	next(t, seen)
	if took := time.Since(begun); took > sendWithin {
		t.Errorf("it took %v", took)
	}
}

// The outcome of a send whose answer is late is not known: the message came once, and must not come twice.
func TestAServerThatAnswersLateGetsTheMessageOnce(t *testing.T) {
	shorten(t)
	was := sendWithin
	sendWithin = 400 * time.Millisecond
	t.Cleanup(func() { sendWithin = was })
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc // when it is late
		want   Counts
	}{
		{"takes it", accepts, Counts{Sent: 3, Failed: 3}},
		{"hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, Counts{GivenUp: 3, Failed: 3}},
		{"proxy that knows nothing", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(504) }, Counts{GivenUp: 3, Failed: 3}},
	} {
		release := make(chan struct{})
		server, seen := serverThat(t, func(w http.ResponseWriter, r *http.Request) {
			<-release
			c.answer(w, r)
		})
		s := newStory()
		targets := append(targetsOf(t, ntfyURL(server)), targetsOf(t, webhookURL(server))...)
		core, logged := observer.New(zap.InfoLevel)
		lines := make(chan zapcore.Entry, 16)
		log := zap.New(core, zap.Hooks(func(e zapcore.Entry) error { lines <- e; return nil }))
		n := New(Config{Journal: s.Journal, Log: log, Targets: append(targets, telegramAt(t, server.URL, "1")...), Lang: "en"})
		run(t, n)
		s.tell(fsm.Start, fsm.CodeWanted)
		for range n.workers {
			next(t, seen)
			next(t, lines) // no answer
		}
		close(release)
		for range n.workers {
			next(t, lines) // the outcome
		}
		if got := n.Counts(); got != c.want || len(seen) != 0 {
			t.Errorf("a server that %s: counted %+v, and %d more requests came; the log: %v", c.name, got, len(seen), logged.All())
		}
	}
}

func TestFailuresAreToldInOurOwnWords(t *testing.T) {
	answers := func(code int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(code)
			io.WriteString(w, body)
		}
	}
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc // none: nobody listens
		want   string
	}{
		{"refused", nil, "the connection was refused"},
		{"broken", answers(500, token), "it answered 500 Internal Server Error"},
		{"a gateway's page", answers(502, "<html>"+token), "it answered 502 Bad Gateway"},
		{"hung up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "it ended the connection without an answer"},
	} {
		server, _ := serverThat(t, c.answer)
		if c.answer == nil {
			server.Close()
		}
		targets := append(targetsOf(t, ntfyURL(server)), targetsOf(t, webhookURL(server))...)
		for _, target := range append(targets, telegramAt(t, server.URL, "1")...) {
			if err := Try(t.Context(), target, Message{Text: "text"}); err == nil || err.Error() != c.want {
				t.Errorf("%s by %s: %v, want %s", c.name, target.Name, err, c.want)
			}
		}
	}
}

func TestBrokenServerIsTriedThreeTimesAndTheLogHasNoSecret(t *testing.T) {
	server, seen := serverThat(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(500)
		io.WriteString(w, `{"error":"`+token+`","description":"`+token+`"}`)
	})
	core, logged := observer.New(zap.DebugLevel)
	lines := make(chan zapcore.Entry, 16)
	log := zap.New(core, zap.Hooks(func(e zapcore.Entry) error { lines <- e; return nil }))
	shorten(t)
	s := newStory()
	targets := append(targetsOf(t, ntfyURL(server)), targetsOf(t, webhookURL(server))...)
	n := New(Config{Journal: s.Journal, Log: log, Targets: append(targets, telegramAt(t, server.URL, "1")...), Lang: "en"})
	run(t, n)
	s.tell(fsm.Start, fsm.CodeWanted)
	for range 3 * len(n.workers) {
		next(t, seen)
		if line := next(t, lines); strings.HasSuffix(line.Message, "given up") != (line.Level == zap.WarnLevel) {
			t.Errorf("logged %q as %s", line.Message, line.Level)
		}
	}
	if got, want := n.Counts(), (Counts{GivenUp: 3, Failed: 9}); got != want {
		t.Errorf("counted %+v, want %+v", got, want)
	}
	if len(seen) != 0 {
		t.Errorf("%d more requests came", len(seen))
	}
	for _, e := range logged.All() {
		all := e.Message
		for k, v := range e.ContextMap() {
			text, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			all += " " + k + "=" + string(text)
		}
		if strings.Contains(all, token) || strings.Contains(all, server.Listener.Addr().String()) {
			t.Errorf("the log tells a secret: %s", all)
		}
	}
}
