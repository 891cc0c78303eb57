package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

func TestEachFormOfADetailFillsItsSentence(t *testing.T) {
	for _, f := range detailForms() {
		for _, lang := range Languages() {
			text := Text(lang, f.key)
			if text == "" {
				t.Errorf("%s.json has no %s", lang, f.key)
			}
			for _, h := range hole.FindAllString(text, -1) {
				if !slices.Contains(f.form().SubexpNames(), strings.Trim(h, "{}")) {
					t.Errorf("%s: the sentence of %s has the hole %s, and %v no such group", lang, f.key, h, f.form())
				}
			}
		}
	}
}

// The page reads the forms with the flag u, which takes no escape that is not needed, and none of what Go alone knows.
func TestAFormMeansInJavaScriptWhatItMeansInGo(t *testing.T) {
	foreign := regexp.MustCompile(`\\[^dDsSwWbBnrt.()\[\]{}+*?^$|/\\]|\(\?[^:<]|\(\?<[=!]|\[\[:|\\[pPQEAz]`)
	for _, row := range parsed[[][2]string](details) {
		if at := foreign.FindString(row[0]); at != "" {
			t.Errorf("%q has %q", row[0], at)
		}
	}
}

func TestADetailIsToldInThePersonsLanguage(t *testing.T) {
	const at = "https://example.com/Futu_OpenD_10.11.7108_Ubuntu18.04.tar.gz"
	for detail, want := range map[string]string{
		"exit code 14":                                "退出码 14",
		"signal 11 (segmentation fault)":              "信号 11（内存访问错误）",
		"signal 40 (signal 40)":                       "信号 40",
		"6 starts in 3h0m0s":                          "3 小时内启动了 6 次",
		"the connection was refused":                  "连接被拒绝",
		"it did not answer in 10s":                    "10 秒内没有应答",
		"8m0s":                                        "8 分钟",
		"start of the gateway":                        "网关启动",
		"another port":                                "换了端口",
		"changed: the program, AppData.dat, the port": "有变动：程序、AppData.dat、端口",
		"changed: the WebSocket's key":                "有变动：WebSocket 的密钥",
		"KickedOut":                                   "账号在别处登录",
		"the daemon's program status is NessaryDataMissing":                                                "FutuOpenD 的程序状态：缺少必要数据",
		"the daemon's program status is Loging: 第 3 次":                                                     "FutuOpenD 的程序状态：正在登录（第 3 次）",
		"the daemon did not answer GetGlobalState within 10s":                                              "10 秒内没有应答 GetGlobalState",
		"the daemon did not answer InitConnect within 10s: it is not ready, or it encrypts its API and x":  "10 秒内没有应答 InitConnect：尚未就绪，或两边的 RSA 密钥不一致",
		"connect to 127.0.0.1:11111: connection refused":                                                   "127.0.0.1:11111：连接被拒绝",
		"what listens on the API's port does not speak FutuOpenD's protocol":                               "监听 API 端口的程序不使用 FutuOpenD 的协议",
		"InitConnect was refused without a reason (retType -1)":                                            "InitConnect 被拒绝，没有说明原因（-1）",
		"journal.1.jsonl: line 3":                                                                          "journal.1.jsonl：第 3 行",
		"密码不匹配":                                                                                            "密码不匹配",
		"it lacks a word of its own":                                                                       "it lacks a word of its own",
		"journal.jsonl: line 3 cannot be read: seq 4 after 9; it is passed over":                           "journal.jsonl：第 3 行无法读取（序号 4 在 9 之后），已跳过",
		"fetch FutuOpenD: " + at + `: Get "` + at + `": dial tcp: lookup example.com: no such host`:        at + "：无法解析 example.com：请检查网络和 DNS",
		"fetch FutuOpenD: mkdir /data/opend: permission denied; mount a folder there that uid 7 may write": "/data/opend：没有权限；请在那里挂载 uid 7 可写的目录",
	} {
		if got := Detail(Chinese, detail); got != want {
			t.Errorf("%s: got %q, want %q", detail, got, want)
		}
	}
	if got := Detail(English, "signal 11 (segmentation fault)"); got != "signal 11 (segmentation fault)" {
		t.Errorf("in English: %q", got)
	}
}

func TestATextOfAFormHasWhatTheFormCannotDoWithout(t *testing.T) {
	for form, want := range map[string]string{
		`^exit code (?<code>\d+)$`: "exit code ", `^a(?:b|c) defg?h$`: " def", `^(?<why>.+)$`: "", `^it \(was\) so\.$`: "it ", `plain`: "plain",
	} {
		if got := literal(form); got != want {
			t.Errorf("%s: %q, want %q", form, got, want)
		}
	}
}

func BenchmarkADetailOfTheDaemon(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Detail(Chinese, "10.9.6918(20260721161500)")
	}
}

func TestADetailIsNotToldTwice(t *testing.T) {
	const why = "Quotes are not confirmed: FutuOpenD is not logged in to the quote server"
	if got := Beside(English, why, "the daemon is not logged in to the quote server"); got != "" {
		t.Errorf("beside a sentence that says it: %q", got)
	}
	if got := Beside(English, why, "8m0s"); got != "8 min" {
		t.Errorf("beside another: %q", got)
	}
}

// verbs are what a format fills in, each with something that may stand there.
var verbs = strings.NewReplacer("%w", "permission denied", "%v", "permission denied", "%d", "7", "%s", "x1", "%q", `"x1"`)

// What the gateway says in rooms whose errors and details become the details of entries.
func TestWhatTheGatewayWritesIntoEntriesHasASentence(t *testing.T) {
	foreign := regexp.MustCompile(`^[a-z]+$`) // a word that is a code
	found := 0
	for _, room := range []string{"../../agent", "../../agent/fetch", "../../fsm"} {
		for path, text := range written(t, room) {
			for _, said := range text {
				found++
				sample := verbs.Replace(said)
				if got := Detail(Chinese, sample); !foreign.MatchString(sample) && !strings.ContainsFunc(got, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
					t.Errorf("%s writes %q, which details.json has no form of", path, said)
				}
			}
		}
	}
	if found < 40 {
		t.Errorf("found %d texts only: the test looks for them wrongly", found)
	}
}

// written are, by file, the constant details of events in a room and, where its errors become details, their formats.
func written(t *testing.T, room string) map[string][]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(room, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", room, len(files), err)
	}
	out := map[string][]string{}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		errs := strings.HasSuffix(room, "/fetch") || slices.Contains([]string{"line.go"}, filepath.Base(path))
		ast.Inspect(tree, func(n ast.Node) bool {
			if text := detailOf(n, errs); text != "" {
				out[path] = append(out[path], text)
			}
			return true
		})
	}
	return out
}

// detailOf is the text of a node that says something: the value of a member Detail and, with errs, what an error or a call of Tell is made of.
func detailOf(n ast.Node, errs bool) string {
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Detail" {
			return beginning(n.Value)
		}
	case *ast.CallExpr:
		f, ok := n.Fun.(*ast.SelectorExpr)
		if !ok || !errs || len(n.Args) == 0 {
			break
		}
		switch f.Sel.Name {
		case "Errorf", "New":
			return beginning(n.Args[0])
		case "Tell":
			if call, ok := n.Args[0].(*ast.CallExpr); ok {
				return beginning(call.Args[0])
			}
		}
	}
	return ""
}

// beginning is a constant text, or the one that a sum begins with, and something behind it.
func beginning(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(x.Value)
		return text
	case *ast.BinaryExpr:
		if text := beginning(x.X); text != "" {
			if rest := beginning(x.Y); rest != "" {
				return text + rest
			}
			return text + "1s"
		}
	}
	return ""
}
