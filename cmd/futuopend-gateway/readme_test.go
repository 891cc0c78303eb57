package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ostai/futuopend-gateway/agent/opendsim"
	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testbed"
)

// The README in each language, by the header rows of its tables that are held to the code.
type readmeTables struct{ settings, aliases, states, failures, scenarios string }

var readmes = map[string]readmeTables{
	"README.md": {
		settings: "| name | default | meaning |", aliases: "| other name | read as |", states: "| state | status | meaning |",
		failures: "| class | reason | state | do |", scenarios: "| scenario | the daemon |",
	},
	"README.zh-CN.md": {
		settings: "| 变量 | 默认值 | 含义 |", aliases: "| 其他名称 | 读作 |", states: "| 状态 | 编号 | 含义 |",
		failures: "| 类别 | 原因 | 状态 | 怎么办 |", scenarios: "| 场景 | 守护进程的行为 |",
	},
}

func TestReadmeListsEverySettingWithItsDefault(t *testing.T) {
	for name, tables := range readmes {
		var want, got []string
		for _, s := range settings() {
			row := []string{code(s.name), code(s.standard), s.help}
			if name != "README.md" {
				row = row[:2] // the help is in English
			}
			want = append(want, strings.Join(row, " | "))
		}
		for _, row := range readmeTable(t, name, tables.settings) {
			if name != "README.md" {
				row = row[:2]
			}
			got = append(got, strings.Join(row, " | "))
		}
		compareRows(t, name, got, want)
	}
}

func TestReadmeListsTheNamesOfOtherImages(t *testing.T) {
	var want []string
	for _, a := range aliases {
		want = append(want, code(a.name)+" | "+code(a.means))
	}
	for name, tables := range readmes {
		var got []string
		for _, row := range readmeTable(t, name, tables.aliases) {
			got = append(got, strings.Join(row, " | "))
		}
		compareRows(t, name, got, want)
	}
}

func TestReadmeListsEveryStateWithItsNumber(t *testing.T) {
	var want []string
	for _, s := range drawnStates(t) {
		want = append(want, fmt.Sprintf("%s | %d", code(string(s)), s.Status()))
	}
	for name, tables := range readmes {
		var got []string
		for _, row := range readmeTable(t, name, tables.states) {
			got = append(got, row[0]+" | "+row[1])
		}
		slices.Sort(got) // the table is in the order of the numbers that clients have known longest
		compareRows(t, name, got, want)
	}
}

// drawnStates are the states in the drawing, which fsm holds to its table, sorted as rows are.
func drawnStates(t *testing.T) (states []fsm.State) {
	t.Helper()
	for _, arrow := range regexp.MustCompile(`(?m)^ +(\w+) --> (\w+): `).FindAllStringSubmatch(readmeFile(t, "testdata/states.mmd"), -1) {
		for _, s := range arrow[1:] {
			if state := fsm.State(s); s != "live" && !slices.Contains(states, state) {
				states = append(states, state)
			}
		}
	}
	slices.SortFunc(states, func(a, b fsm.State) int { return strings.Compare(code(string(a)), code(string(b))) })
	return states
}

func TestReadmeSaysWhereEachLoginFailureLeads(t *testing.T) {
	for name, tables := range readmes {
		for _, row := range readmeTable(t, name, tables.failures) {
			kind := fsm.Kind(strings.Trim(row[0], "`"))
			if _, to := fsm.NewMachine(fsm.Initializing).Apply(fsm.Event{Kind: kind}); code(string(to)) != row[2] {
				t.Errorf("%s: %s leads to %s, and the table says %s", name, kind, to, row[2])
			}
		}
	}
}

// answer is what the gateway answers to a request.
func (p *process) answer(method, path, body, token string) (status int, problem struct{ Code string }) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, "http://"+p.address+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&problem); err != nil || problem.Code == "" {
		p.t.Fatalf("%s %s is answered with %s, and not with an error: %v", method, path, resp.Status, err)
	}
	return resp.StatusCode, problem
}

func TestReadmeListsEveryScenarioOfTheSimulatedDaemon(t *testing.T) {
	for name, tables := range readmes {
		var want, got []string
		for _, s := range opendsim.Scenarios() {
			row := code(s.Name)
			if name == "README.md" {
				row += " | " + s.Does
			}
			want = append(want, row)
		}
		for _, row := range readmeTable(t, name, tables.scenarios) {
			if name != "README.md" {
				row = row[:1]
			}
			got = append(got, strings.Join(row, " | "))
		}
		compareRows(t, name, got, want)
	}
}

func TestReadmeShowsTheUsageAsPrinted(t *testing.T) {
	var b bytes.Buffer
	usage(&b)
	want := codeBlock{"text", b.String()}
	if !slices.Contains(codeBlocks(t, "README.md"), want) {
		t.Errorf("README.md does not show this:\n%s", want.body)
	}
}

func TestReadmesHaveTheSameCodeInBothLanguages(t *testing.T) {
	english, chinese := codeBlocks(t, "README.md"), codeBlocks(t, "README.zh-CN.md")
	if len(english) != len(chinese) {
		t.Errorf("README.md has %d code blocks, README.zh-CN.md has %d", len(english), len(chinese))
	}
	for i := range min(len(english), len(chinese)) {
		if english[i] != chinese[i] {
			t.Errorf("block %d differs.\nREADME.md, %s:\n%s\nREADME.zh-CN.md, %s:\n%s", i+1,
				english[i].language, english[i].body, chinese[i].language, chinese[i].body)
		}
	}
}

func TestReadmeClientsLogInAsPrinted(t *testing.T) {
	gateway := filepath.Join(t.TempDir(), "futuopend-gateway")
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience) // all of it may have to be compiled
	defer cancel()
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", gateway, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for _, client := range languages {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			run := client.run(t)
			file := filepath.Join(t.TempDir(), client.file)
			if err := os.WriteFile(file, []byte(clientOf(t, client.name, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			p := prepare(t, []string{"serve", "-simulate", "sms"})
			p.Cmd.Path, p.Cmd.Args[0] = gateway, gateway
			p.start()
			t.Cleanup(func() { p.End(syscall.SIGTERM) })
			logInWith(t, append(run, file, "ws://"+p.address+"/"), "000000", opendsim.Code)
		})
	}
}

// languages are those that the README has clients in.
var languages = []struct {
	name, file string
	run        func(t *testing.T) []string // the command line that runs the file
}{
	{"js", "client.mjs", runsJavaScript},
	{"go", "main.go", func(*testing.T) []string { return []string{"go", "run"} }},
	{"python", "client.py", runsPython},
}

// clientOf is the client in a language for a version of the wire. Those of version 2 take a token.
func clientOf(t *testing.T, language string, version int) string {
	t.Helper()
	var found []string
	for _, b := range codeBlocks(t, "README.md") {
		if b.language == language && strings.Contains(b.body, "SERVER_TOKEN") == (version == 2) {
			found = append(found, b.body)
		}
	}
	if len(found) != 1 {
		t.Fatalf("README.md has %d clients of version %d in %s, want one", len(found), version, language)
	}
	return found[0]
}

// logInWith runs a client to its end and types the next code each time it says that one is wanted.
func logInWith(t *testing.T, command []string, codes ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience) // it may have to be compiled
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", "no_proxy=*", "NO_PROXY=*")
	// go run has a child of its own; both go when the time is up.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	complaints := testbed.NewTape()
	cmd.Stderr = complaints
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	printed := bufio.NewScanner(out)
	var last string
	for printed.Scan() {
		last = printed.Text()
		if strings.Contains(last, requestCode) && len(codes) > 0 {
			io.WriteString(in, codes[0]+"\n") // a client that is gone is seen by its exit
			codes = codes[1:]
		}
	}
	err = cmd.Wait()
	if err != nil || !strings.HasSuffix(last, connected) || len(codes) > 0 {
		t.Errorf("it ended with %v, its last line is %q, and it did not ask for %d codes\n%s", err, last, len(codes), complaints)
	}
}

// runsJavaScript is Node.js with a WebSocket, or the test is skipped.
func runsJavaScript(t *testing.T) []string {
	t.Helper()
	out, err := answerOf("node", "--version")
	if err != nil {
		t.Skip("node is not installed; the client in JavaScript is not tried")
	}
	major, _, _ := strings.Cut(strings.TrimPrefix(out, "v"), ".")
	switch n, _ := strconv.Atoi(major); {
	case n >= 22:
		return []string{"node"}
	case n >= 20:
		return []string{"node", "--experimental-websocket"}
	}
	t.Skipf("node is %s, and has a WebSocket from 20 on; the client in JavaScript is not tried", strings.TrimSpace(out))
	return nil
}

// runsPython is a Python that has the package websockets, or the test is skipped.
func runsPython(t *testing.T) []string {
	t.Helper()
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if _, err := answerOf(python, "-c", "import websockets"); err == nil {
			return []string{python}
		}
	}
	t.Skip("no python3 has the package websockets; the client in Python is not tried")
	return nil
}

// answerOf is what a command that ends at once prints.
func answerOf(name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).Output()
	return string(out), err
}

// readmeFile reads a file of the repository.
func readmeFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// codeBlock is one block of a README.
type codeBlock struct{ language, body string }

func codeBlocks(t *testing.T, name string) (out []codeBlock) {
	t.Helper()
	for _, m := range regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$").FindAllStringSubmatch(readmeFile(t, name), -1) {
		out = append(out, codeBlock{m[1], m[2]})
	}
	return out
}

// readmeTable is the cells of the table below a header row.
func readmeTable(t *testing.T, name, header string) (rows [][]string) {
	t.Helper()
	_, rest, ok := strings.Cut(readmeFile(t, name), header+"\n")
	if !ok {
		t.Fatalf("%s has no table %s", name, header)
	}
	width := strings.Count(header, "|") - 1
	for i, line := range strings.Split(rest, "\n") {
		if !strings.HasPrefix(line, "|") {
			break
		}
		var row []string
		for _, cell := range strings.Split(strings.Trim(line, "|"), "|") {
			row = append(row, strings.TrimSpace(cell))
		}
		if len(row) != width {
			t.Fatalf("%s: %d cells, want %d: %s", name, len(row), width, line)
		}
		if i > 0 { // the first is the rule below the header
			rows = append(rows, row)
		}
	}
	return rows
}

// code sets a text as code, and nothing as nothing.
func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

// compareRows tells what a table lacks and what it has too much.
func compareRows(t *testing.T, name string, got, want []string) {
	t.Helper()
	if slices.Equal(got, want) {
		return
	}
	t.Errorf("%s: the table has\n  %s\nand the code says\n  %s", name, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
}
