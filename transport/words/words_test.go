package words

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ostai/futuopend-gateway/fsm"
)

var hole = regexp.MustCompile(`\{\w+\}`)

func TestAllLanguagesHaveTheSameKeysAndHoles(t *testing.T) {
	holes := func(text string) []string { return slices.Sorted(slices.Values(hole.FindAllString(text, -1))) }
	tables := map[string]map[string]string{}
	for _, lang := range Languages() {
		tables[lang] = table(lang)
	}
	for _, lang := range Languages() {
		for _, other := range Languages() {
			for _, key := range slices.Sorted(maps.Keys(tables[lang])) {
				a, b := tables[lang][key], tables[other][key]
				if b == "" {
					t.Errorf("%s.json has no %s; in %s.json it is %q", other, key, lang, a)
				} else if !slices.Equal(holes(a), holes(b)) || strings.Count(a, "\n") != strings.Count(b, "\n") {
					t.Errorf("%s: %q in %s.json, %q in %s.json", key, a, lang, b, other)
				}
			}
		}
	}
}

func TestEachRowIsFoundByItself(t *testing.T) {
	for _, lang := range Languages() {
		for key, text := range table(lang) {
			if got := Text(lang, key); got != text {
				t.Errorf("%s: %s is %q, want %q", lang, key, got, text)
			}
		}
		for _, key := range []string{"", "event.", "nothing", "title\": \"x", "\n  \"title"} {
			if got := Text(lang, key); got != "" {
				t.Errorf("%s: %q is %q", lang, key, got)
			}
		}
	}
}

// A table that was converted letter by letter keeps the letters that it was converted from where nobody looks.
func TestTheTraditionalTableHasNoSimplifiedLetters(t *testing.T) {
	const simplified = "个们这为么说话请让该还进连达过选错闭问间闻队阳阴难项顺须预领频题风飞验码账号户启动录输设关开机电网络层门应库当对时实权"
	for key, text := range table(Traditional) {
		for _, r := range simplified {
			if strings.ContainsRune(text, r) {
				t.Errorf("%s: %q has %q", key, text, r)
			}
		}
	}
}

func TestThePageIsGivenWhatItsScriptsAskFor(t *testing.T) {
	asked := regexp.MustCompile(`(?:\bt\(|\bhas\(|data-t(?:-alt)?=)['"]([a-z_]+\.[a-z_.]+[a-z])['"]`)
	files, err := filepath.Glob("../page/assets/*")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, lang := range Languages() {
		given := map[string]any{}
		if err := json.Unmarshal(JSON(lang), &given); err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range asked.FindAllStringSubmatch(string(b), -1) {
				if given[m[1]] == nil {
					t.Errorf("%s asks for %s, which the page is not given in %s", file, m[1], lang)
				}
			}
		}
	}
}

// constants are the texts of all constants of a type in fsm: kinds have no list of their own.
func constants(t *testing.T, file, kind string) (out []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "../../fsm/"+file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
			if name, ok := v.Type.(*ast.Ident); ok && name.Name == kind {
				text, _ := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
				out = append(out, text)
			}
		}
		return true
	})
	if len(out) < 5 {
		t.Fatalf("%s has %d constants of type %s only", file, len(out), kind)
	}
	return out
}

// wanted are the keys that the tables of fsm ask for.
func wanted(t *testing.T) map[string]bool {
	keys := map[string]bool{}
	for _, s := range fsm.States() {
		keys["state."+string(s)], keys["says."+string(s)] = true, true
	}
	for _, k := range constants(t, "kind.go", "Kind") {
		keys["event."+k] = true
		for _, from := range fsm.States() {
			if _, to := fsm.NewMachine(from).Apply(fsm.Event{Kind: fsm.Kind(k)}); to == fsm.Halted && from != fsm.Halted {
				keys["advice."+k] = true
			}
		}
	}
	for _, k := range fsm.Failures() {
		keys["advice."+string(k)] = true
	}
	for _, k := range fsm.Grounds() {
		keys["event."+string(k)] = true
		if key := "advice." + string(k); Text(Chinese, key) != "" {
			keys[key] = true
		} else {
			keys["trouble."+key] = true
		}
	}
	for _, p := range fsm.Parts() {
		keys["missing."+string(p)] = true
	}
	for _, r := range fsm.Results() {
		keys["result."+string(r)] = true
	}
	return keys
}

func TestThereIsASentenceForWhateverTheTablesOfTheMachineHave(t *testing.T) {
	for _, lang := range Languages() {
		for _, key := range slices.Sorted(maps.Keys(wanted(t))) {
			if Text(lang, key) == "" {
				t.Errorf("%s is missing in %s.json; an advice of a failure is a row of fsm in English", key, lang)
			}
		}
	}
}

// A second copy of what fsm says would go its own way.
func TestEnglishAdviceOfAFailureIsFsmsAlone(t *testing.T) {
	own := parsed[map[string]string](english)
	for _, k := range fsm.Failures() {
		if _, ok := own["advice."+string(k)]; ok {
			t.Errorf("en.json has advice.%s, which is fsm's", k)
		}
	}
	if got, want := Text(English, "advice.throttled"), strings.ToUpper(fsm.Throttled.Advice()[:1])+fsm.Throttled.Advice()[1:]+"."; got != want {
		t.Errorf("the advice is %q, want %q", got, want)
	}
}

// strict groups are those whose keys stand nowhere else than where a sentence is asked for.
func strict(group string) bool {
	return slices.Contains([]string{"check.", "wrong.", "setting.", "guide.", "help.", "talk."}, group)
}

// logged are the names of the lines that go to the log, and other constants that may be names.
func logged(t *testing.T) (out []string) {
	t.Helper()
	for path, text := range readers(t) {
		if filepath.Ext(path) != ".go" {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), path, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if name, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil {
					out = append(out, name)
				}
			case *ast.CallExpr:
				if asked := complaintOf(n); asked != "" && Text(Chinese, asked) == "" {
					t.Errorf("%s says %q of a setting, which is no key of en.json and zh.json", path, asked)
				}
				name, constant := lineOf(n)
				if !constant && name != "" {
					t.Errorf("%s logs %s: the name of a line is a constant, and what differs is a field", path, name)
				}
				if constant && name != "state" && name != "event" && Text(Chinese, "log."+Slug(name)) == "" {
					t.Errorf("%s logs %q, and log.%s is in neither en.json nor zh.json", path, name, Slug(name))
				}
			}
			return true
		})
	}
	return out
}

// complaintOf is the key by which a call says what is wrong with a setting.
func complaintOf(call *ast.CallExpr) string {
	if f, ok := call.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "wrong" && len(call.Args) > 1 {
		if lit, ok := call.Args[1].(*ast.BasicLit); ok {
			key, _ := strconv.Unquote(lit.Value)
			return key
		}
	}
	return ""
}

// lineOf is the name of the line that a call writes to the log: constant, or as it is put together. It is empty for every
// other call.
func lineOf(call *ast.CallExpr) (name string, constant bool) {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) == 0 {
		return "", false
	}
	on := ""
	switch x := f.X.(type) {
	case *ast.Ident:
		on = x.Name
	case *ast.SelectorExpr:
		on = x.Sel.Name
	}
	levels := []string{"Debug", "Info", "Warn", "Error"}
	if own := f.Sel.Name == "warn" && len(call.Args) == 2; !own && (!slices.Contains([]string{"log", "Log"}, on) || !slices.Contains(levels, f.Sel.Name)) {
		return "", false
	}
	if lit, ok := call.Args[0].(*ast.BasicLit); ok {
		name, err := strconv.Unquote(lit.Value)
		return name, err == nil
	}
	if _, sum := call.Args[0].(*ast.BinaryExpr); sum {
		return "a sum of texts", false
	}
	return "", false // a constant of another name: its text is one of the literals
}

// readers are the texts of all programs that may ask for a sentence.
func readers(t *testing.T) (out map[string]string) {
	t.Helper()
	out = map[string]string{}
	for _, root := range []string{"..", "../../agent", "../../cmd/futuopend-gateway"} {
		err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			switch ext := filepath.Ext(path); {
			case err != nil:
				return err
			case strings.HasSuffix(path, "_test.go"), ext != ".go" && ext != ".js" && ext != ".html":
				return nil
			}
			b, err := os.ReadFile(path)
			out[path] = string(b)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// A key that a reader builds ends with a dot in its source: what follows is a code, a class or a name.
func TestEverySentenceIsReadBySomebodyAndEveryKeyThatIsReadIsThere(t *testing.T) {
	literal := regexp.MustCompile(`["'\x60]([a-z]+(?:\.[a-z_]+)+)["'\x60]`)
	built := regexp.MustCompile(`["'\x60]([a-z]+(?:\.[a-z_]+)*\.)(?:["'\x60]|\$\{)|\x60\$\{name\}(\.[a-z]+)\x60`)
	groups := map[string]bool{}
	for key := range table(Chinese) {
		groups[key[:strings.Index(key, ".")+1]] = true
	}
	read := wanted(t)
	for _, name := range logged(t) {
		read["log."+Slug(name)] = true
	}
	for _, f := range detailForms() {
		read[f.key] = true
	}
	var prefixes, suffixes []string
	for path, text := range readers(t) {
		for _, m := range literal.FindAllStringSubmatch(text, -1) {
			group := m[1][:strings.Index(m[1], ".")+1]
			asked := groups[group] && (strict(group) || regexp.MustCompile(`(?:\b(?:t|has|word|clause|say)\(|Text\([^,]+, |data-t(?:-alt)?=)["'\x60]`+regexp.QuoteMeta(m[1])+`["'\x60]`).MatchString(text))
			if asked && Text(Chinese, m[1]) == "" {
				t.Errorf("%s asks for %q, which is missing", path, m[1])
			}
			read[m[1]] = true
		}
		for _, m := range built.FindAllStringSubmatch(text, -1) {
			if m[1] != "" {
				prefixes = append(prefixes, m[1])
			} else {
				suffixes = append(suffixes, m[2])
			}
		}
	}
	for key := range table(Chinese) {
		whole := func(p string) bool {
			return p != "event." && p != "advice." && p != "log." && strings.HasPrefix(key, p)
		}
		end := func(s string) bool { return strings.HasSuffix(key, s) }
		if !read[key] && !slices.ContainsFunc(prefixes, whole) && !slices.ContainsFunc(suffixes, end) && key != "title" && key != "since" && key != "next" {
			t.Errorf("nobody reads %q", key)
		}
	}
}

func TestHolesAreFilledIn(t *testing.T) {
	if got := Text(English, "message.account", "account", "{link}…678"); got != "Account: {link}…678" {
		t.Errorf("got %q", got)
	}
	if got := Text(English, "event.unheard_of"); got != "" {
		t.Errorf("a key that is not there says %q", got)
	}
}
