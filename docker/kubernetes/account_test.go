package kubernetes

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// accountLabel tells accounts apart.
const accountLabel = "futuopend-account"

// selection is what one object selects among pods.
type selection struct {
	object, account string // account is that of the object itself
	selector        labels.Selector
}

func selections(t *testing.T, o *objects) (out []selection) {
	t.Helper()
	add := func(object string, m metav1.ObjectMeta, s *metav1.LabelSelector) {
		selector, err := metav1.LabelSelectorAsSelector(s)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, selection{object + " " + m.Name, m.Labels[accountLabel], selector})
	}
	for _, s := range o.services {
		add("Service", s.ObjectMeta, &metav1.LabelSelector{MatchLabels: s.Spec.Selector})
	}
	for _, s := range o.sets {
		add("StatefulSet", s.ObjectMeta, s.Spec.Selector)
	}
	for _, b := range o.budgets {
		add("PodDisruptionBudget", b.ObjectMeta, b.Spec.Selector)
	}
	for _, n := range o.networks {
		add("NetworkPolicy", n.ObjectMeta, &n.Spec.PodSelector)
	}
	return out
}

// everything is the fleet and, as if it were a fourth account, the base that an overlay forgot to name.
func everything(t *testing.T) *objects {
	t.Helper()
	o, base := build(t, fleet), build(t, "base")
	o.configMaps = append(o.configMaps, base.configMaps...)
	o.services = append(o.services, base.services...)
	o.sets = append(o.sets, base.sets...)
	o.budgets = append(o.budgets, base.budgets...)
	o.networks = append(o.networks, base.networks...)
	return o
}

func TestNothingOfOneAccountSelectsThePodOfAnother(t *testing.T) {
	o := everything(t)
	selected := map[string]int{}
	for _, s := range selections(t, o) {
		for _, set := range o.sets {
			own := s.account == set.Labels[accountLabel]
			if got := s.selector.Matches(labels.Set(set.Spec.Template.Labels)); got != own {
				t.Errorf("%s of account %q selects the pod of %s: %t", s.object, s.account, set.Name, got)
			}
			if own {
				selected[s.account]++
			}
		}
		// A client of the account has the account's label, too.
		client := labels.Set{accountLabel: s.account, "futuopend-api": "allowed", "futuopend-gateway": "allowed", "app.kubernetes.io/name": "robot"}
		if s.selector.Matches(client) {
			t.Errorf("%s selects a client of the account", s.object)
		}
	}
	for _, account := range append([]string{"unnamed"}, accounts...) {
		if selected[account] != 6 {
			t.Errorf("%d objects select the pod of account %q, want three Services and one of each other kind", selected[account], account)
		}
	}
}

func TestAnAccountHasNamesOfItsOwn(t *testing.T) {
	o := build(t, fleet)
	var claims []string
	for i, set := range o.sets {
		name := "futuopend-" + accounts[i]
		spec, container := pod(t, set)
		if set.Name != name || set.Labels[accountLabel] != accounts[i] {
			t.Errorf("account %q has the StatefulSet %s with the label %q", accounts[i], set.Name, set.Labels[accountLabel])
		}
		if secret := volume(t, spec, "secrets").Secret; secret == nil || secret.SecretName != name {
			t.Errorf("%s mounts the secret %+v, want %s", set.Name, secret, name)
		}
		if !slices.ContainsFunc(o.services, func(s *corev1.Service) bool {
			return s.Name == set.Spec.ServiceName && s.Spec.ClusterIP == corev1.ClusterIPNone && s.Labels[accountLabel] == accounts[i]
		}) {
			t.Errorf("%s has no headless Service %s of the same account", set.Name, set.Spec.ServiceName)
		}
		for _, from := range container.EnvFrom {
			if !slices.ContainsFunc(o.configMaps, func(c *corev1.ConfigMap) bool {
				return c.Name == from.ConfigMapRef.Name && c.Labels[accountLabel] == accounts[i]
			}) {
				t.Errorf("%s reads the ConfigMap %s, which is none of its own", set.Name, from.ConfigMapRef.Name)
			}
		}
		for _, claim := range set.Spec.VolumeClaimTemplates {
			claims = append(claims, claim.Name+"-"+set.Name+"-0")
		}
	}
	if want := []string{"data-futuopend-a-0", "data-futuopend-b-0", "data-futuopend-c-0"}; !slices.Equal(claims, want) {
		t.Errorf("the claims are %q, want %q", claims, want)
	}
}

// Whoever applies the overlay as it is must not knock at a stranger's account.
func TestAnAccountThatIsNotFilledInIsNobodys(t *testing.T) {
	for _, c := range everything(t).configMaps {
		if account, ok := c.Data["FUTU_LOGIN_ACCOUNT"]; !ok || account != "" {
			t.Errorf("%s has FUTU_LOGIN_ACCOUNT=%q (%t), want it there and empty", c.Name, account, ok)
		}
	}
}

// volume is the volume of a pod with a name.
func volume(t *testing.T, spec corev1.PodSpec, name string) corev1.Volume {
	t.Helper()
	i := slices.IndexFunc(spec.Volumes, func(v corev1.Volume) bool { return v.Name == name })
	if i < 0 {
		t.Fatalf("there is no volume %s", name)
	}
	return spec.Volumes[i]
}
