package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// wanted is a message that asks for a person and has a link.
var wanted = Message{
	Event: "code_wanted", At: time.Unix(1_790_000_000, 0), Title: "需要短信验证码 · FutuOpenD …678", Text: "FutuOpenD 需要短信验证码。\n账号：…678",
	Link: "https://futu.example/#ticket=abc", Opens: "打开", Way: "打开（一次有效）：https://futu.example/#ticket=abc", Urgency: Urgent,
	State: []byte(`{"state":"awaiting_code","challenge":{"id":3,"kind":"code"},"trouble":{"class":"code_wanted"}}`), Account: "…678",
}

// bare is one that has a command in its place.
var bare = Message{Title: "Test", Text: "A sentence.\nAccount: …678", Way: "Run: futuopend-gateway status", Urgency: Quiet}

// strict is a server that takes what the real one takes, and answers as it does. take returns what is wrong, empty for nothing.
type strict struct {
	take func(r request) (wrong string)
	good string                               // the answer to what is taken
	bad  func(wrong string) (int, string)     // the answer to what is not
	urls func(base string) (good, ill string) // a URL whose messages are taken, and one with another secret
}

func (s strict) serve(t *testing.T, seen chan<- request) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("read a request: %v", err)
		}
		got := request{r.Method, r.URL.Path, r.Header.Get("Content-Type"), string(body), r.Header, r.URL.Query()}
		if wrong := s.take(got); wrong != "" {
			code, answer := s.bad(wrong)
			w.WriteHeader(code)
			fmt.Fprint(w, answer)
			return
		}
		seen <- got
		fmt.Fprint(w, s.good)
	}))
	t.Cleanup(server.Close)
	return server
}

// jsonOf decodes a body, which must be sent as JSON.
func jsonOf[T any](r request) (v T, wrong string) {
	if r.method != "POST" || !strings.HasPrefix(r.contentType, "application/json") {
		return v, "no POST of JSON"
	}
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		return v, err.Error()
	}
	return v, ""
}

func wrongIf(pairs ...any) string {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i].(bool) {
			return pairs[i+1].(string)
		}
	}
	return ""
}

func is(code int, body string) func(string) (int, string) {
	return func(wrong string) (int, string) { return code, strings.ReplaceAll(body, "WRONG", wrong) }
}

// strictServices check what each real service checks, by its own documentation.
var strictServices = map[string]strict{
	// https://docs.ntfy.sh/publish/
	"ntfy": {
		take: func(r request) string {
			priorities := []string{"", "min", "low", "default", "high", "max", "urgent", "1", "2", "3", "4", "5"}
			_, err := url.Parse(r.header.Get("Click"))
			action := strings.Split(r.header.Get("Actions"), ", ")
			return wrongIf(r.path != "/"+token, "page not found", r.body == "", "empty",
				!slices.Contains(priorities, strings.ToLower(r.header.Get("Priority"))), "invalid priority", err != nil, "invalid click",
				len(action) > 1 && (action[0] != "view" || len(action) < 3 || !strings.Contains(action[2], "://")), "invalid actions")
		},
		good: `{"id":"x"}`, bad: is(400, `{"code":40001,"http":400,"error":"WRONG"}`),
		urls: func(base string) (string, string) {
			return "ntfy://" + base + "/" + token + "?scheme=http", "ntfy://" + base + "/another?scheme=http"
		},
	},
	// https://github.com/Finb/bark-server/blob/master/docs/API_V2.md
	"bark": {
		take: func(r request) string {
			p, wrong := jsonOf[barkPayload](r)
			return wrong + wrongIf(r.path != "/push", "no such path", p.Key != token, "failed to get device token", p.Body == "" && p.Title == "", "empty",
				!slices.Contains([]string{"passive", "active", "timeSensitive", "critical"}, p.Level), "level")
		},
		good: `{"code":200,"message":"success","timestamp":1}`, bad: is(400, `{"code":400,"message":"WRONG","timestamp":1}`),
		urls: func(base string) (string, string) {
			return "bark://:" + token + "@" + base + "?scheme=http", "bark://:another@" + base + "?scheme=http"
		},
	},
	// https://open.dingtalk.com/document/robots/custom-robot-access
	"dingtalk": {
		take: func(r request) string {
			p, wrong := jsonOf[struct {
				Msgtype    string
				Text       struct{ Content string }
				ActionCard struct{ Title, Text, SingleTitle, SingleURL string }
			}](r)
			at, err := strconv.ParseInt(r.query.Get("timestamp"), 10, 64)
			sum := hmac.New(sha256.New, []byte("SEC"+token))
			fmt.Fprintf(sum, "%d\nSEC%s", at, token)
			c := p.ActionCard
			return wrong + wrongIf(r.path != "/robot/send", "no such path", r.query.Get("access_token") != token, "token is not exist",
				err != nil || time.Since(time.UnixMilli(at)).Abs() > time.Hour, "invalid timestamp",
				r.query.Get("sign") != base64.StdEncoding.EncodeToString(sum.Sum(nil)), "sign not match",
				p.Msgtype != "text" && p.Msgtype != "actionCard", "msgtype",
				p.Msgtype == "text" && p.Text.Content == "", "empty", p.Msgtype == "actionCard" && (c.Title == "" || c.Text == "" || c.SingleTitle == "" || c.SingleURL == ""), "actionCard")
		},
		good: `{"errcode":0,"errmsg":"ok"}`, bad: is(200, `{"errcode":310000,"errmsg":"WRONG"}`),
		urls: func(base string) (string, string) {
			at := "dingtalk+http://" + base + "/robot/send?access_token=" + token + "&secret="
			return at + "SEC" + token, at + "SECanother"
		},
	},
	// https://doc.sc3.ft07.com/serverchan3/server/api and https://sct.ftqq.com/sendkey
	"serverchan": {
		take: func(r request) string {
			p, wrong := jsonOf[struct{ Title, Desp string }](r)
			return wrong + wrongIf(r.path != "/SCT"+token+".send", "错误的Key", p.Title == "", "title", utf8.RuneCountInString(p.Title) > 32, "title too long")
		},
		good: `{"code":0,"message":"","data":{"pushid":"1","readkey":"x","error":"SUCCESS","errno":0}}`, bad: is(400, `{"code":40001,"message":"WRONG"}`),
		urls: func(base string) (string, string) {
			return "serverchan+http://" + base + "/SCT" + token + ".send", "serverchan+http://" + base + "/SCTanother.send"
		},
	},
	// https://www.pushplus.plus/doc/guide/api.html
	"pushplus": {
		take: func(r request) string {
			p, wrong := jsonOf[struct{ Token, Title, Content, Template, Topic string }](r)
			return wrong + wrongIf(r.path != "/send", "no such path", p.Token != token, "用户账号不存在", p.Content == "", "content", p.Template != "txt", "template", p.Topic != "family", "topic")
		},
		good: `{"code":200,"msg":"请求成功","data":"075074e3c17e449e9a0cb79cc6f3fc83"}`, bad: is(200, `{"code":903,"msg":"WRONG","data":null}`),
		urls: func(base string) (string, string) {
			at := "pushplus+http://" + base + "/send?topic=family&token="
			return at + token, at + "another"
		},
	},
	// https://github.com/caronc/apprise-api: 424 is the answer if a service behind it did not take the message.
	"apprise": {
		take: func(r request) string {
			p, wrong := jsonOf[struct{ Title, Body, Type, Format, Tag string }](r)
			return wrong + wrongIf(strings.TrimSuffix(r.path, "/") != "/notify/"+token, "no configuration", p.Body == "", "body",
				!slices.Contains([]string{"info", "success", "warning", "failure"}, p.Type), "type", p.Format != "text", "format", p.Tag != "futu", "tag")
		},
		good: `{"error":null}`, bad: is(424, `{"error":"WRONG"}`),
		urls: func(base string) (string, string) {
			return "apprise://" + base + "/" + token + "?tag=futu", "apprise://" + base + "/another?tag=futu"
		},
	},
	"hook": {
		take: func(r request) string {
			p, wrong := jsonOf[map[string]json.RawMessage](r)
			sum := hmac.New(sha256.New, []byte(token))
			sum.Write([]byte(r.body))
			for _, name := range []string{"event", "at", "title", "text"} {
				wrong += wrongIf(len(p[name]) == 0, "no "+name)
			}
			return wrong + wrongIf(r.path != "/futu", "no such path", r.query.Get("room") != "7", "the query", r.query.Has("secret"), "the secret was sent",
				r.header.Get("X-Futuopend-Signature") != "sha256="+hex.EncodeToString(sum.Sum(nil)), "signature")
		},
		bad: is(401, "WRONG"),
		urls: func(base string) (string, string) {
			at := "hook+http://" + base + "/futu?room=7&secret="
			return at + token, at + "another"
		},
	},
}

func TestEachServiceTakesAMessageAndRefusesAnotherSecret(t *testing.T) {
	for name, s := range strictServices {
		seen := make(chan request, 2)
		base := s.serve(t, seen).Listener.Addr().String()
		good, ill := s.urls(base)
		for _, m := range []Message{wanted, bare} {
			if err := Try(t.Context(), targetsOf(t, good)[0], m); err != nil {
				t.Errorf("%s does not take %q: %v", name, m.Title, err)
			}
		}
		err := Try(t.Context(), targetsOf(t, ill)[0], wanted)
		if err == nil || strings.Contains(err.Error(), "another") || strings.Contains(err.Error(), base) || !unsent(err) {
			t.Errorf("%s with another secret: %v", name, err)
		}
		if len(seen) != 2 {
			t.Errorf("%s took %d messages, want 2", name, len(seen))
		}
	}
}

// taken is what a service took of a message.
func taken(t *testing.T, name string, m Message, query string) request {
	t.Helper()
	s := strictServices[name]
	seen := make(chan request, 1)
	good, _ := s.urls(s.serve(t, seen).Listener.Addr().String())
	if err := Try(t.Context(), targetsOf(t, good+query)[0], m); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return <-seen
}

func TestNtfyHasTitlePriorityTapAndButton(t *testing.T) {
	r := taken(t, "ntfy", wanted, "")
	for name, want := range map[string]string{
		"Title": wanted.Title, "Priority": "High", "Click": wanted.Link, "Actions": "view, 打开, " + wanted.Link + ", clear=true",
	} {
		if got := r.header.Get(name); !strings.EqualFold(got, want) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if r.body != wanted.Text+"\n"+wanted.Way {
		t.Errorf("the body is\n%s", r.body)
	}
	r = taken(t, "ntfy", wanted, "&priority=min&title=Mine")
	if r.header.Get("Title") != "Mine" || r.header.Get("Priority") != "Min" {
		t.Errorf("what the URL says does not hold: %v", r.header)
	}
	r = taken(t, "ntfy", bare, "")
	if r.header.Get("Priority") != "Low" || r.header.Get("Click")+r.header.Get("Actions") != "" || !strings.HasSuffix(r.body, bare.Way) {
		t.Errorf("without a link: %v\n%s", r.header, r.body)
	}
}

func TestBarkHasLevelGroupAndAddress(t *testing.T) {
	p, _ := jsonOf[barkPayload](taken(t, "bark", wanted, ""))
	if p.Level != "timeSensitive" || p.Group != "FutuOpenD" || p.URL != wanted.Link || p.Title != wanted.Title || p.Body != wanted.Text {
		t.Errorf("got %+v", p)
	}
	p, _ = jsonOf[barkPayload](taken(t, "bark", bare, "&group=Mine&level=critical&sound=bell"))
	if p.Level != "critical" || p.Group != "Mine" || p.Sound != "bell" || p.URL != "" || p.Body != bare.Whole() {
		t.Errorf("got %+v", p)
	}
}

func TestDingTalkHasACardWithAButtonOrAText(t *testing.T) {
	body := taken(t, "dingtalk", wanted, "").body
	for _, want := range []string{`"singleURL":"https://futu.example/#ticket=abc"`, `"singleTitle":"打开"`, `FutuOpenD`} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is not in %s", want, body)
		}
	}
	if body := taken(t, "dingtalk", bare, "").body; !strings.Contains(body, `"content":"Test\nA sentence.\nAccount: …678\nRun: futuopend-gateway status"`) {
		t.Errorf("got %s", body)
	}
}

func TestAHookHasTheEventTheStateTheTroubleAndTheChallenge(t *testing.T) {
	p, wrong := jsonOf[struct {
		Event, State, Title, Text, Link, Account string
		At                                       time.Time
		Challenge                                struct{ ID int }
		Trouble                                  struct{ Class string }
	}](taken(t, "hook", wanted, ""))
	if wrong != "" || p.Event != "code_wanted" || p.State != "awaiting_code" || p.Challenge.ID != 3 || p.Trouble.Class != "code_wanted" ||
		p.Title != wanted.Title || p.Text != wanted.Text || p.Link != wanted.Link || p.Account != "…678" || !p.At.Equal(wanted.At) {
		t.Errorf("got %+v, %s", p, wrong)
	}
}

func TestAnAppriseThatHasNothingUnderTheKeyIsAFailure(t *testing.T) {
	server, _ := serverThat(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
	err := Try(t.Context(), targetsOf(t, "apprise://"+server.Listener.Addr().String()+"/key")[0], wanted)
	if err == nil || err.Error() != "it has nothing under the key" {
		t.Errorf("got %v", err)
	}
}

// Telegram refuses a button whose address only a home network knows.
func TestTelegramHasAButtonAndATextWhereItRefusesThat(t *testing.T) {
	home := regexp.MustCompile(`^https?://[^/.]+(/|$)`)
	chat := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var p telegramPayload
		if err := json.NewDecoder(r.Body).Decode(&p); err != nil || p.Text == "" || p.Chat == "" {
			w.WriteHeader(400)
			fmt.Fprint(w, `{"ok":false,"error_code":400,"description":"Bad Request: message text is empty"}`)
			return
		}
		if p.Keyboard != nil && home.MatchString(p.Keyboard.Rows[0][0].URL) {
			w.WriteHeader(400)
			fmt.Fprint(w, `{"ok":false,"error_code":400,"description":"Bad Request: inline keyboard button URL is invalid: Wrong HTTP URL"}`)
			return
		}
		fmt.Fprint(w, `{"ok":true,"result":{"message_id":1}}`)
	}))
	defer chat.Close()
	target := telegramAt(t, chat.URL, "1")[0]
	atHome := wanted
	atHome.Link, atHome.Way = "http://nas/#ticket=abc", "打开（一次有效）：http://nas/#ticket=abc"
	for _, m := range []Message{wanted, atHome, bare} {
		if err := Try(t.Context(), target, m); err != nil {
			t.Errorf("%s: %v", m.Link, err)
		}
	}
}

func TestNothingIsSentWhereAServerRedirects(t *testing.T) {
	elsewhere, seen := serverThat(t, accepts)
	server, _ := serverThat(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
	})
	for _, raw := range []string{"hook+http://" + server.Listener.Addr().String() + "/x?secret=" + token, "apprise://" + server.Listener.Addr().String() + "/" + token} {
		if err := Try(t.Context(), targetsOf(t, raw)[0], wanted); err == nil || !strings.Contains(err.Error(), "307") {
			t.Errorf("got %v", err)
		}
	}
	if len(seen) > 0 {
		t.Error("the message went elsewhere")
	}
}

func TestURLsOfOurOwnServicesAreUnderstood(t *testing.T) {
	for raw, ok := range map[string]bool{
		"dingtalk://" + token + "?secret=SECx": true, "dingtalk://" + token: true, "dingtalk://": false, "dingtalk://x?secrte=y": false,
		"dingtalk+https://oapi.dingtalk.com/robot/send?access_token=x": true, "dingtalk+https://oapi.dingtalk.com/robot/send": false, "dingtalk+ftp://h/x?access_token=x": false,
		"serverchan://SCT123456T": true, "serverchan://sctp42tabcdefgh": true, "serverchan://": false, "serverchan+https://h/x": false,
		"pushplus://" + token + "?topic=a": true, "pushplus://": false, "pushplus://x?template=html": false,
		"apprise://h:8000/key": true, "apprises://h/key?tag=a": true, "apprise://h": false, "apprise+https://h/sub/notify/key": true, "apprise+https://h/notify/": false,
		"hook+https://h/x?secret=s": true, "hook+http://h": true, "hook://h/x": false, "hook+https://h/x?secret=": false, "hook+ftp://h/": false,
		"bark://:key@api.day.app": true, "bark://api.day.app": false, "bark://:key@h?level=loud": false,
	} {
		if _, err := Targets(raw); (err == nil) != ok {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func TestServerChanGoesToTheServerOfItsKey(t *testing.T) {
	for key, want := range map[string]string{"SCT123456Tabc": "https://sctapi.ftqq.com/SCT123456Tabc.send", "sctp42tabcdefgh": "https://42.push.ft07.com/send/sctp42tabcdefgh.send"} {
		was := sender.Transport
		var got string
		sender.Transport = roundTrip(func(r *http.Request) { got = r.URL.String() })
		err := Try(t.Context(), targetsOf(t, "serverchan://"+key)[0], wanted)
		sender.Transport = was
		if got != want || err == nil {
			t.Errorf("%s goes to %s, want %s; %v", key, got, want, err)
		}
	}
}

// roundTrip notes a request that is not made.
type roundTrip func(*http.Request)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) {
	f(r)
	return nil, http.ErrHandlerTimeout
}
