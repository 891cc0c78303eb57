package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/prose"
)

// observability is the folder of what watches a gateway, from here.
const observability = "../../docker/observability"

// promtool runs Prometheus' own tool in the folder, with a text as input, or skips the test.
func promtool(t *testing.T, input string, args ...string) {
	t.Helper()
	path, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("SKIPPED: promtool is not here; Debian's package prometheus has it")
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir, cmd.Stdin = observability, strings.NewReader(input)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func TestPromtoolFindsNothingWrong(t *testing.T) {
	promtool(t, start(t, "FUTU_CMD="+script(t, "-scenario=ok")).scrape(), "check", "metrics")
	promtool(t, "", "check", "rules", "alerts.yaml")
	promtool(t, "", "test", "rules", "alerts_test.yaml")
	promtool(t, "", "check", "config", "prometheus.yaml")

	// With what a token needs turned on; the file with it is not here.
	config := prose.Read(t, "docker/observability/prometheus.yaml")
	withToken := strings.Replace(config, "# authorization:", "authorization:", 1)
	for name, text := range map[string]string{"prometheus.yaml": withToken, "the metrics' page": prose.Only(t, "transport/metrics/README.md", "yaml")} {
		if !strings.Contains(text, "\n    authorization:") || !strings.Contains(text, "credentials_file: /run/secrets/") {
			t.Errorf("%s does not show how the token is sent:\n%s", name, text)
		}
		file := filepath.Join(t.TempDir(), "prometheus.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		promtool(t, "", "check", "config", "--syntax-only", file)
	}
}

// alert is a rule of alerts.yaml.
type alert struct {
	Alert, Expr         string
	Labels, Annotations map[string]string
}

func alerts(t *testing.T) (out []alert) {
	t.Helper()
	var file struct{ Groups []struct{ Rules []alert } }
	if err := yaml.Unmarshal([]byte(prose.Read(t, "docker/observability/alerts.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	for _, g := range file.Groups {
		out = append(out, g.Rules...)
	}
	if len(out) < 10 {
		t.Fatalf("%d alerts; the test reads the file wrongly", len(out))
	}
	return out
}

func TestEveryAlertIsTriedAndSaysWhatToDo(t *testing.T) {
	var file struct {
		Tests []struct {
			Rules []struct {
				Name  string `yaml:"alertname"`
				Fires []any  `yaml:"exp_alerts"`
			} `yaml:"alert_rule_test"`
		}
	}
	if err := yaml.Unmarshal([]byte(prose.Read(t, "docker/observability/alerts_test.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	speaks, quiet := map[string]bool{}, map[string]bool{}
	for _, test := range file.Tests {
		for _, r := range test.Rules {
			speaks[r.Name] = speaks[r.Name] || len(r.Fires) > 0
			quiet[r.Name] = quiet[r.Name] || len(r.Fires) == 0
		}
	}
	for _, a := range alerts(t) {
		if !speaks[a.Alert] || !quiet[a.Alert] {
			t.Errorf("%s is not tried both where it must speak and where it must not", a.Alert)
		}
		if a.Annotations["summary"] == "" || a.Annotations["description"] == "" || !slices.Contains([]string{"critical", "warning"}, a.Labels["severity"]) {
			t.Errorf("%s does not say what happened, what to do, and how urgent it is", a.Alert)
		}
	}
}

func TestEveryStateIsAnAlertOrNeedsNone(t *testing.T) {
	of := map[fsm.State]string{}
	for _, a := range alerts(t) {
		for _, m := range matchers.FindAllStringSubmatch(a.Expr, -1) {
			for _, label := range matcher.FindAllStringSubmatch(m[2], -1) {
				if m[1] != "futuopend_gateway_state" || label[1] != "state" {
					continue
				}
				for value := range strings.SplitSeq(label[2], "|") {
					of[fsm.State(value)] += a.Alert + " "
				}
			}
		}
	}
	quiet := map[fsm.State]string{
		fsm.Idle:         "nobody asked for a daemon",
		fsm.Initializing: "it passes within minutes: silence ends it",
		fsm.Verifying:    "it passes within a minute",
		fsm.Closed:       "what led to it has alerts of its own: failing logins, and starts again and again",
	}
	for _, s := range fsm.States() {
		switch {
		case s.Wants() != "" && !strings.Contains(of[s], "FutuOpenDWantsAPerson "):
			t.Errorf("%s wants a %s of somebody: add it to FutuOpenDWantsAPerson in docker/observability/alerts.yaml", s, s.Wants())
		case of[s] == "" && quiet[s] == "":
			t.Errorf("no alert in docker/observability/alerts.yaml names the state %s: write one, or say here why it needs none", s)
		}
	}
}

// dashboard finds every expression of the dashboard, by the path to it.
func dashboard(t *testing.T) (out []string) {
	t.Helper()
	var doc any
	if err := json.Unmarshal([]byte(prose.Read(t, "docker/observability/grafana/futuopend-gateway.json")), &doc); err != nil {
		t.Fatal(err)
	}
	var look func(any)
	look = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				look(item)
			}
		case map[string]any:
			if expr, ok := v["expr"].(string); ok {
				out = append(out, expr)
			}
			if query, ok := v["definition"].(string); ok { // label_values(METRIC, LABEL)
				out = append(out, strings.TrimSuffix(strings.TrimPrefix(query, "label_values("), ")"))
			}
			for _, item := range v {
				look(item)
			}
		}
	}
	look(doc)
	if len(out) < 20 {
		t.Fatalf("%d expressions; the test reads the dashboard wrongly", len(out))
	}
	return out
}

// What stands in an expression beside the names of metrics.
var (
	noNames   = regexp.MustCompile(`\{[^}]*\}|\[[^\]]*\]|"[^"]*"|\b(?:by|on|without|ignoring) *\([^)]*\)|\w+ *\(|, *(?:job|instance)$`)
	nameOf    = regexp.MustCompile(`[a-zA-Z_:][\w:]*`)
	operators = []string{"and", "or", "unless", "sum"}
	matchers  = regexp.MustCompile(`(\w+)\{([^}]*)\}`)
	matcher   = regexp.MustCompile(`(\w+)=~?"([^"]*)"`)
)

func TestAlertsAndDashboardNameOnlyWhatAScrapeHas(t *testing.T) {
	text := start(t, "FUTU_CMD="+script(t, "-scenario=ok"), "FUTU_INIT_ON_START=no").scrape()
	// Prometheus itself makes these two.
	names := map[string]bool{"up": true, "ALERTS": true}
	for _, m := range regexp.MustCompile(`(?m)^(\w+)(?:\{.*\})? `).FindAllStringSubmatch(text, -1) {
		names[m[1]] = true
	}
	expressions := dashboard(t)
	for _, a := range alerts(t) {
		expressions = append(expressions, a.Expr)
	}
	used := map[string]bool{}
	for _, expr := range expressions {
		for _, name := range nameOf.FindAllString(noNames.ReplaceAllString(expr, " "), -1) {
			used[name] = true
			if !names[name] && !slices.Contains(operators, name) {
				t.Errorf("a scrape has no %s, which stands in %s", name, expr)
			}
		}
		for _, m := range matchers.FindAllStringSubmatch(expr, -1) {
			for _, label := range matcher.FindAllStringSubmatch(m[2], -1) {
				if label[1] == "job" || label[1] == "instance" || m[1] == "ALERTS" {
					continue // Prometheus sets them
				}
				for value := range strings.SplitSeq(label[2], "|") {
					if !regexp.MustCompile(`(?m)^` + m[1] + `\{.*\b` + label[1] + `="` + regexp.QuoteMeta(value) + `"`).MatchString(text) {
						t.Errorf("a scrape has no %s with %s %q, which stands in %s", m[1], label[1], value, expr)
					}
				}
			}
		}
	}
	for name := range names {
		if strings.HasPrefix(name, "futuopend_gateway_") && !used[name] {
			t.Errorf("neither the alerts nor the dashboard show %s", name)
		}
	}
}

func TestEveryExpressionOfTheDashboardIsUnderstood(t *testing.T) {
	type rule struct {
		Record string `yaml:"record"`
		Expr   string `yaml:"expr"`
	}
	var rules []rule
	for _, expr := range dashboard(t) {
		if !strings.Contains(expr, ", job") && !strings.HasSuffix(expr, ", instance") { // those are no expressions
			expr = strings.NewReplacer("$__rate_interval", "5m", "$__range", "1d", "$job", "x", "$instance", "x").Replace(expr)
			rules = append(rules, rule{"x", expr})
		}
	}
	text, err := yaml.Marshal(map[string]any{"groups": []any{map[string]any{"name": "dashboard", "rules": rules}}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	promtool(t, "", "check", "rules", "--lint=none", file)
}

func TestComposeUnderstandsWhatWatchesTheGateway(t *testing.T) {
	program := []string{"docker", "compose"}
	if exec.Command("docker", "compose", "version").Run() != nil {
		program = []string{"docker-compose"}
	}
	if _, err := exec.LookPath(program[0]); err != nil {
		t.Skip("SKIPPED: neither docker compose nor docker-compose is here")
	}
	for _, base := range []string{"compose.yaml", "compose.simulated.yaml"} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		args := append(program[1:], "-f", base, "-f", "observability/compose.observability.yaml", "config", "-q")
		cmd := exec.CommandContext(ctx, program[0], args...)
		cmd.Dir, cmd.Env = "../../docker", append(os.Environ(), "FUTU_LOGIN_ACCOUNT=100000001")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s with it: %v\n%s", base, err, out)
		}
	}
	// What it mounts is here.
	for _, m := range regexp.MustCompile(`- \./(observability/\S+?):`).FindAllStringSubmatch(prose.Read(t, "docker/observability/compose.observability.yaml"), -1) {
		if _, err := os.Stat("../../docker/" + m[1]); err != nil {
			t.Error(err)
		}
	}
}

func TestThePageListsEveryAlert(t *testing.T) {
	var want [][]string
	for _, a := range alerts(t) {
		want = append(want, []string{prose.Code(a.Alert)})
	}
	prose.Hold(t, "docker/observability/README.md", "| alert | says that |", want)
}
