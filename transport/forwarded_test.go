package transport_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/prose"
	"github.com/ostai/futuopend-gateway/transport"
)

const ours = "【富途证券】您的验证码是314159，5分钟内有效。"

func TestACodeIsTakenInWhateverBodyAForwarderSendsIt(t *testing.T) {
	synctest.Test(t, testBodies)
}
func testBodies(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start, fsm.CodeWanted)
	const form, json = "application/x-www-form-urlencoded", "application/json"
	for _, c := range []struct{ kind, body string }{
		{"text/plain", ours},
		{"", "314159\n"},
		{form, `{"code":"314159"}`}, // what curl -d says
		{form, "From=%2B8610690000&Body=%E3%80%90moomoo%E3%80%91code+314159"},
		{form, "from=10690000&content=%E9%AA%8C%E8%AF%81%E7%A0%81314159&timestamp=1764120000000"},
		{form, "msg=code%20314159"},
		{form, ours}, // a form in name only
		{"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\n" + ours + "\r\n--x--\r\n"},
		{json, `{"from":"10690000","content":"` + ours + `"}`},
		{json, `{"text":"code 314159"}`},
		{json, `{"body":"314159"}`},
		{json, `{"sms":"314 159"}`},
		{json, `{"event":"sms:received","payload":{"message":"` + ours + `","phoneNumber":"10690000"}}`},
		{json, `{"messages":[{"text":"` + ours + `"}]}`},
	} {
		for _, path := range []string{"/code", "/sms"} {
			before := len(strings.Fields(h.agent.all()))
			resp, body := h.post(path, c.body, "Content-Type", c.kind)
			if told := h.agent.all(); resp.StatusCode != http.StatusAccepted || !strings.HasSuffix(told, "code 314159") || len(strings.Fields(told)) != before+2 {
				t.Errorf("%s %s %q: %d %s", path, c.kind, c.body, resp.StatusCode, body)
			}
		}
	}
}

func TestATextWithoutACodeForUsIsIgnoredAndNotRefused(t *testing.T) { synctest.Test(t, testIgnored) }
func testIgnored(t *testing.T) {
	h := open(t)
	defer h.close()
	for _, text := range []string{"您的快递到了", "", "验证码111111，验证码222222", "【支付宝】验证码314159"} {
		resp, body := h.post("/sms", text)
		if resp.StatusCode != http.StatusOK || !strings.HasPrefix(body, `{"ignored":"`) || strings.Contains(body, "314159") {
			t.Errorf("%q: %d %s", text, resp.StatusCode, body)
		}
	}
	if told := h.agent.all(); told != "" {
		t.Errorf("the agent was told %q", told)
	}
	// Somebody else's code counts while one is wanted, ours also before.
	if resp, body := h.post("/sms", ours); resp.StatusCode != http.StatusAccepted {
		t.Errorf("ours, early: %d %s", resp.StatusCode, body)
	}
	h.happens(false, fsm.Boot, fsm.Start, fsm.CodeWanted)
	if resp, body := h.post("/sms", "验证码314159"); resp.StatusCode != http.StatusAccepted {
		t.Errorf("while one is wanted: %d %s", resp.StatusCode, body)
	}
}

func TestThirtyTextsAMinuteAreLookedAt(t *testing.T) { synctest.Test(t, testTextFlood) }
func testTextFlood(t *testing.T) {
	h := open(t)
	defer h.close()
	for range 30 {
		if resp, _ := h.post("/sms", "hello"); resp.StatusCode != http.StatusOK {
			t.Fatal(resp.Status)
		}
	}
	resp, body := h.post("/sms", "hello")
	if resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") != "2" {
		t.Errorf("the 31st: %d %s", resp.StatusCode, body)
	}
	time.Sleep(2 * time.Second)
	if resp, _ := h.post("/sms", "hello"); resp.StatusCode != http.StatusOK {
		t.Errorf("two seconds later: %d", resp.StatusCode)
	}
}

func TestAForwarderIsLetInByTheTokenInItsPath(t *testing.T) { synctest.Test(t, testPathToken) }
func testPathToken(t *testing.T) {
	const answers, reads = "answers-horse-battery", "reads-horse-battery"
	log, logged := observer.New(zap.DebugLevel)
	h := openWith(t, func(c *transport.Config) {
		c.Token, c.AnswerToken, c.ReadToken, c.Log = token, answers, reads, zap.New(log)
	})
	defer h.close()
	for path, want := range map[string]int{
		"/sms": 401, "/sms/": 404, "/sms/" + answers: 202, "/sms/" + token: 202, "/sms/" + reads: 403, "/sms/wrong-horse-battery": 401, "/sms/" + answers + "/x": 404,
	} {
		if resp, body := h.post(path, ours); resp.StatusCode != want || strings.Contains(body, "horse") {
			t.Errorf("%s: %d %s, want %d", path, resp.StatusCode, body, want)
		}
	}
	if resp, _ := h.post("/sms", ours, "Authorization", "Bearer "+answers); resp.StatusCode != http.StatusAccepted {
		t.Errorf("in the header: %d", resp.StatusCode)
	}
	if resp, _ := h.post("/sms/"+answers, ours, "Authorization", "Basic a-proxys-own"); resp.StatusCode != http.StatusAccepted {
		t.Errorf("beside a proxy's header: %d", resp.StatusCode)
	}
	told := ""
	for _, e := range logged.All() {
		told += fmt.Sprintln(e.Message, e.ContextMap())
	}
	if !strings.Contains(told, "/sms/***") || strings.Contains(told, "horse") {
		t.Errorf("the log has a token, or nothing of the wrong one:\n%s", told)
	}
}

func TestAnAnswerWaitsForWhatBecomesOfTheCode(t *testing.T) { synctest.Test(t, testWait) }
func testWait(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start, fsm.CodeWanted)
	time.AfterFunc(time.Second, func() {
		h.happens(false, fsm.CodeTyped)
		time.Sleep(2 * time.Second)
		h.happens(false, fsm.CodeRejected)
	})
	began := time.Now()
	resp, body := h.post("/code?wait=60", "314159")
	if want := `{"type":"CODE_RESULT","challenge":3,"kind":"code","result":"rejected"}` + "\n"; resp.StatusCode != 200 || body != want || time.Since(began) != 3*time.Second {
		t.Errorf("after %v: %d %s", time.Since(began), resp.StatusCode, body)
	}
	began = time.Now()
	resp, _ = h.post("/code?wait=5", "314159")
	if resp.StatusCode != http.StatusAccepted || time.Since(began) != 5*time.Second {
		t.Errorf("when nothing becomes of it: %d after %v", resp.StatusCode, time.Since(began))
	}
	for _, bad := range []string{"x", "-1", "601", "1.5"} {
		if resp, body := h.post("/code?wait="+bad, "314159"); resp.StatusCode != http.StatusBadRequest || !strings.Contains(body, "wait_invalid") {
			t.Errorf("wait=%s: %d %s", bad, resp.StatusCode, body)
		}
	}
}

func TestAnAnswerHasTheOutcomeThatCameBeforeItWaited(t *testing.T) { synctest.Test(t, testQuick) }
func testQuick(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start, fsm.CodeWanted)
	h.agent.typed = func() { h.happens(false, fsm.CodeTyped, fsm.LoggedIn, fsm.DataReady) }
	began := time.Now()
	resp, body := h.post("/code?wait=60", "314159")
	if resp.StatusCode != 200 || !strings.Contains(body, `"accepted"`) || time.Since(began) != 0 {
		t.Errorf("after %v: %d %s", time.Since(began), resp.StatusCode, body)
	}
}

func TestStatusWaitsForTheNextEntry(t *testing.T) { synctest.Test(t, testWaitStatus) }
func testWaitStatus(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start)
	client := h.pipes.Client()
	ask := func(path string) (int, time.Duration) {
		began := time.Now()
		resp, err := client.Get("http://127.0.0.1:8000" + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode, time.Since(began)
	}
	time.AfterFunc(2*time.Second, func() { h.happens(false, fsm.CodeWanted) })
	if code, took := ask("/status?wait=60&after=1"); code != 200 || took != 0 {
		t.Errorf("what is there already: %d after %v", code, took)
	}
	if code, took := ask("/status?wait=60&after=2"); code != 200 || took != 2*time.Second {
		t.Errorf("what comes: %d after %v", code, took)
	}
	if code, took := ask("/readyz?wait=4"); code != 503 || took != 4*time.Second {
		t.Errorf("not ready: %d after %v", code, took)
	}
	if code, _ := ask("/status?wait=1&after=x"); code != 400 {
		t.Errorf("a bad seq: %d", code)
	}
}

func TestAWaitingRequestIsAnsweredWhenTheGatewayStops(t *testing.T) { synctest.Test(t, testWaitStop) }
func testWaitStop(t *testing.T) {
	h := open(t)
	time.AfterFunc(time.Second, h.stop)
	began := time.Now()
	resp, err := h.pipes.Client().Get("http://127.0.0.1:8000/readyz?wait=300")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 503 || time.Since(began) != time.Second {
		t.Errorf("%d after %v", resp.StatusCode, time.Since(began))
	}
	h.close()
}

func TestTheRecipesBodiesAreTaken(t *testing.T) { synctest.Test(t, testRecipes) }
func testRecipes(t *testing.T) {
	h := open(t)
	defer h.close()
	h.happens(false, fsm.Boot, fsm.Start, fsm.CodeWanted)
	for page, head := range map[string]string{
		"transport/sms/README.md":       "| app | where | header | body |",
		"transport/sms/README.zh-CN.md": "| 应用 | 在哪里设置 | 请求头 | 请求体 |",
	} {
		rows := prose.Table(t, page, head)
		if len(rows) != 5 {
			t.Errorf("%s has %d recipes", page, len(rows))
		}
		for _, row := range rows {
			body := strings.Trim(row[3], "`")
			sent := strings.NewReplacer("[from]", "10690000", "[msg]", ours, "%SMSRB", ours, "…", ours).Replace(body)
			kind := "application/json"
			if strings.HasPrefix(body, "From=") {
				kind = "application/x-www-form-urlencoded"
			}
			if resp, told := h.post("/sms", sent, "Content-Type", kind); resp.StatusCode != http.StatusAccepted {
				t.Errorf("%s, %s: %d %s", page, row[0], resp.StatusCode, told)
			}
		}
	}
}
