package kubernetes

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"
)

// render makes the objects of the chart as Helm does, and decodes each strictly.
func render(t *testing.T, values map[string]any) (*objects, error) {
	t.Helper()
	chart, err := loader.Load("chart")
	if err != nil {
		t.Fatal(err)
	}
	all, err := util.ToRenderValues(chart, values, common.ReleaseOptions{Name: "accounts", Namespace: "futuopend", IsInstall: true}, common.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	files, err := engine.Render(chart, all)
	if err != nil {
		return nil, err
	}
	var out objects
	for name, text := range files {
		if strings.HasSuffix(name, "NOTES.txt") {
			continue
		}
		for document := range strings.SplitSeq(text, "\n---\n") {
			if strings.TrimSpace(document) == "" {
				continue
			}
			switch o := decode(t, []byte(document)).(type) {
			case *corev1.ConfigMap:
				out.configMaps = append(out.configMaps, o)
			case *corev1.Service:
				out.services = append(out.services, o)
			case *appsv1.StatefulSet:
				out.sets = append(out.sets, o)
			case *policyv1.PodDisruptionBudget:
				out.budgets = append(out.budgets, o)
			case *networkingv1.NetworkPolicy:
				out.networks = append(out.networks, o)
			default:
				t.Errorf("%s makes a %T, which nobody expects", name, o)
			}
		}
	}
	return &out, nil
}

// given are accounts with these names in values.
func given(names ...string) map[string]any {
	var list []any
	for _, name := range names {
		list = append(list, map[string]any{"name": name, "account": ""})
	}
	return map[string]any{"accounts": list}
}

// plain is what an object says, without its namespace, which Helm gives to all.
func plain(t *testing.T, o any) map[string]any {
	t.Helper()
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	metadata, _ := out["metadata"].(map[string]any)
	delete(metadata, "namespace")
	return out
}

// byName are objects of one kind.
func byName[T any](t *testing.T, list []T) map[string]map[string]any {
	t.Helper()
	out := map[string]map[string]any{}
	for _, o := range list {
		p := plain(t, o)
		metadata, _ := p["metadata"].(map[string]any)
		name, _ := metadata["name"].(string)
		out[name] = p
	}
	return out
}

func wantSame(t *testing.T, kind string, chart, overlay map[string]map[string]any) {
	t.Helper()
	if len(chart) != len(overlay) || len(chart) == 0 {
		t.Errorf("the chart makes %d %s, and the overlay %d", len(chart), kind, len(overlay))
	}
	for name, want := range overlay {
		differ(t, kind+" "+name, chart[name], want)
	}
}

// differ tells each place in which two objects differ.
func differ(t *testing.T, at string, chart, overlay any) {
	t.Helper()
	a, ok := chart.(map[string]any)
	b, too := overlay.(map[string]any)
	if !ok || !too {
		if !reflect.DeepEqual(chart, overlay) {
			t.Errorf("%s: the chart has %v, and the overlay %v", at, chart, overlay)
		}
		return
	}
	both := maps.Clone(a)
	maps.Copy(both, b)
	for key := range both {
		differ(t, at+"."+key, a[key], b[key])
	}
}

// What kustomize makes is held by all other tests of this room; the chart makes the same, so they hold it, too.
func TestTheChartMakesWhatTheOverlayMakes(t *testing.T) {
	values := given(accounts...)
	for _, a := range values["accounts"].([]any) {
		a.(map[string]any)["account"] = "12345678"
	}
	chart, err := render(t, values)
	if err != nil {
		t.Fatal(err)
	}
	overlay := build(t, fleet)
	for _, set := range overlay.sets { // kustomize names a ConfigMap after what is in it
		set.Spec.Template.Spec.Containers[0].EnvFrom[0].ConfigMapRef.Name = set.Name
	}
	for _, m := range overlay.configMaps {
		m.Name = "futuopend-" + m.Labels["futuopend-account"]
		m.Data["FUTU_LOGIN_ACCOUNT"] = "12345678"
	}
	wantSame(t, "StatefulSet", byName(t, chart.sets), byName(t, overlay.sets))
	wantSame(t, "Service", byName(t, chart.services), byName(t, overlay.services))
	wantSame(t, "PodDisruptionBudget", byName(t, chart.budgets), byName(t, overlay.budgets))
	wantSame(t, "NetworkPolicy", byName(t, chart.networks), byName(t, overlay.networks))
	wantSame(t, "ConfigMap", byName(t, chart.configMaps), byName(t, overlay.configMaps))
}

func TestOneReleaseMakesAHundredAccounts(t *testing.T) {
	var list []any
	for i := range 100 {
		list = append(list, map[string]any{
			"name": fmt.Sprintf("n%02d", i), "account": fmt.Sprint(100000001 + i), "settings": map[string]any{"FUTU_LANG": "en", "FUTU_RECLAIM": "never"},
		})
	}
	o, err := render(t, map[string]any{"accounts": list, "messages": true, "storage": map[string]any{"className": "fast"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(o.sets) != 100 || len(o.configMaps) != 100 || len(o.services) != 300 || len(o.budgets) != 100 || len(o.networks) != 100 {
		t.Errorf("%d sets, %d settings, %d services, %d budgets, %d policies", len(o.sets), len(o.configMaps), len(o.services), len(o.budgets), len(o.networks))
	}
	known, claims := settings(t), map[string]bool{}
	for _, set := range o.sets {
		claims[set.Spec.VolumeClaimTemplates[0].Name+"-"+set.Name+"-0"] = true
		if class := set.Spec.VolumeClaimTemplates[0].Spec.StorageClassName; class == nil || *class != "fast" {
			t.Errorf("%s claims the class %v", set.Name, class)
		}
		wantSecretsInUse(t, o, set)
		env := environment(t, o, set)
		if env["FUTU_LANG"] != "en" || env["TZ"] != "Asia/Hong_Kong" || len(env["FUTU_LOGIN_ACCOUNT"]) != 9 {
			t.Errorf("%s is given %v", set.Name, env)
		}
		for name := range env {
			if !slices.Contains(known, name) {
				t.Errorf("%s is given %s, which nobody reads", set.Name, name)
			}
		}
	}
	if len(claims) != 100 {
		t.Errorf("%d volumes for 100 accounts", len(claims))
	}
}

func TestTheChartRefusesWhatWouldCostALogin(t *testing.T) {
	one := func(pairs ...any) map[string]any {
		account := map[string]any{"name": "a", "account": "12345678"}
		for i := 0; i < len(pairs); i += 2 {
			account[pairs[i].(string)] = pairs[i+1]
		}
		return map[string]any{"accounts": []any{account}}
	}
	two := one()
	two["accounts"] = append(two["accounts"].([]any), map[string]any{"name": "a", "account": "87654321"})
	for says, values := range map[string]map[string]any{
		"two accounts have the name a": two,
		"account":                      one("account", ""),
		"got number":                   one("account", 12345678.0),
		"pattern":                      one("name", "A_1"),
		"FUTU_LOGIN_PWD":               one("settings", map[string]any{"FUTU_LOGIN_PWD": "secret"}),
		"pasword":                      one("pasword", "secret"),
	} {
		if _, err := render(t, values); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v: %v, want %q", values, err, says)
		}
	}
}

func TestTheValuesInTheReadmesMakeTwoAccounts(t *testing.T) {
	for readme, text := range sections(t) {
		_, text, _ = strings.Cut(text, "```yaml\n# accounts.yaml\n")
		text, _, _ = strings.Cut(text, "```")
		var values map[string]any
		if err := yaml.Unmarshal([]byte(text), &values); err != nil {
			t.Fatal(err)
		}
		if o, err := render(t, values); err != nil || len(o.sets) != 2 {
			t.Errorf("%s: %v", readme, err)
		}
	}
}
