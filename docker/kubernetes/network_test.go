package kubernetes

import (
	"net/netip"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// peer is a pod as a policy sees it: its labels, and those of its namespace. It is in the account's own if elsewhere is nil.
type peer struct{ pod, elsewhere labels.Set }

func matches(t *testing.T, s *metav1.LabelSelector, have labels.Set) bool {
	t.Helper()
	selector, err := metav1.LabelSelectorAsSelector(s)
	if err != nil {
		t.Fatal(err)
	}
	return selector.Matches(have)
}

// letsIn reads a policy as the API's documentation says: a rule counts if one of its peers and one of its ports do.
func letsIn(t *testing.T, n *networkingv1.NetworkPolicy, p peer, port int32) bool {
	t.Helper()
	for _, rule := range n.Spec.Ingress {
		if !hasPort(rule.Ports, port) {
			continue
		}
		if len(rule.From) == 0 {
			return true
		}
		for _, from := range rule.From {
			here := from.NamespaceSelector == nil && p.elsewhere == nil
			there := from.NamespaceSelector != nil && p.elsewhere != nil && matches(t, from.NamespaceSelector, p.elsewhere)
			if from.IPBlock != nil || (here || there) && (from.PodSelector == nil || matches(t, from.PodSelector, p.pod)) {
				return true
			}
		}
	}
	return false
}

func hasPort(ports []networkingv1.NetworkPolicyPort, port int32) bool {
	for _, p := range ports {
		if p.Port == nil || p.Port.IntVal == port {
			return true
		}
	}
	return len(ports) == 0
}

func TestOnlyPodsWithTheAccountsLabelGetIn(t *testing.T) {
	everybody, clients := labels.Set{"kubernetes.io/metadata.name": "else"}, labels.Set{"futuopend-clients": "allowed"}
	for _, n := range build(t, fleet).networks {
		account := n.Labels[accountLabel]
		api, page := labels.Set{accountLabel: account, "futuopend-api": "allowed"}, labels.Set{accountLabel: account, "futuopend-gateway": "allowed"}
		for _, c := range []struct {
			who       string
			peer      peer
			api, page bool
		}{
			{"a client of the API", peer{api, nil}, true, false},
			{"a proxy in front of the page", peer{page, nil}, false, true},
			{"a client in a namespace for clients", peer{api, clients}, true, false},
			{"a proxy in a namespace for clients", peer{page, clients}, false, true},
			{"a client in another namespace", peer{api, everybody}, false, false},
			{"a pod without labels", peer{labels.Set{}, nil}, false, false},
			{"a pod without labels in a namespace for clients", peer{labels.Set{}, clients}, false, false},
			{"a client of another account", peer{labels.Set{accountLabel: "z", "futuopend-api": "allowed", "futuopend-gateway": "allowed"}, nil}, false, false},
			{"a client of no account", peer{labels.Set{"futuopend-api": "allowed", "futuopend-gateway": "allowed"}, nil}, false, false},
			{"a pod of another account", peer{labels.Set{accountLabel: "z", "app.kubernetes.io/name": "futuopend"}, nil}, false, false},
		} {
			if got := letsIn(t, n, c.peer, 11111); got != c.api {
				t.Errorf("%s lets %s in at 11111: %t", n.Name, c.who, got)
			}
			if got := letsIn(t, n, c.peer, 8000); got != c.page {
				t.Errorf("%s lets %s in at 8000: %t", n.Name, c.who, got)
			}
			if letsIn(t, n, c.peer, 22222) {
				t.Errorf("%s lets %s in at 22222", n.Name, c.who)
			}
		}
		if len(n.Spec.PolicyTypes) != 2 {
			t.Errorf("%s is about %q, want both ways", n.Name, n.Spec.PolicyTypes)
		}
	}
}

// reaches tells whether a policy lets its pod out to an address.
func reaches(t *testing.T, n *networkingv1.NetworkPolicy, protocol corev1.Protocol, address string, port int32) bool {
	t.Helper()
	to := netip.MustParseAddr(address)
	for _, rule := range n.Spec.Egress {
		ports := []networkingv1.NetworkPolicyPort{}
		for _, p := range rule.Ports {
			if *p.Protocol == protocol {
				ports = append(ports, p)
			}
		}
		if len(ports) == 0 || !hasPort(ports, port) {
			continue
		}
		for _, peer := range rule.To {
			if peer.IPBlock != nil && within(to, peer.IPBlock) {
				return true
			}
		}
	}
	return false
}

func within(a netip.Addr, block *networkingv1.IPBlock) bool {
	for _, except := range block.Except {
		if netip.MustParsePrefix(except).Contains(a) {
			return false
		}
	}
	return netip.MustParsePrefix(block.CIDR).Contains(a)
}

func TestThePodReachesTheInternetAndNothingOfTheCluster(t *testing.T) {
	for _, n := range build(t, fleet).networks {
		for address, want := range map[string]bool{
			"1.1.1.1": true, "203.0.113.9": true, "2001:db8::9": true,
			"10.96.0.1": false, "172.20.3.4": false, "192.168.1.1": false, "100.64.0.9": false, "169.254.169.254": false,
			"127.0.0.1": false, "fd00::1": false, "fe80::1": false, "::1": false,
		} {
			for _, port := range []int32{443, 9595} {
				if got := reaches(t, n, corev1.ProtocolTCP, address, port); got != want {
					t.Errorf("%s lets its pod out to %s, port %d: %t", n.Name, address, port, got)
				}
			}
			if reaches(t, n, corev1.ProtocolUDP, address, 53) {
				t.Errorf("%s lets its pod ask %s for names", n.Name, address)
			}
		}
		for _, protocol := range []corev1.Protocol{corev1.ProtocolUDP, corev1.ProtocolTCP} {
			if !reaches(t, n, protocol, "169.254.20.10", 53) {
				t.Errorf("%s does not let its pod ask the node for names by %s", n.Name, protocol)
			}
		}
		if !asksTheCluster(t, n) {
			t.Errorf("%s does not let its pod ask the cluster's name service", n.Name)
		}
	}
}

func asksTheCluster(t *testing.T, n *networkingv1.NetworkPolicy) bool {
	t.Helper()
	for _, rule := range n.Spec.Egress {
		for _, to := range rule.To {
			if to.NamespaceSelector == nil {
				continue
			}
			if !matches(t, to.NamespaceSelector, labels.Set{"kubernetes.io/metadata.name": "kube-system"}) || to.PodSelector != nil {
				t.Errorf("%s lets its pod out to %+v", n.Name, to)
			}
			for _, p := range rule.Ports {
				if p.Port == nil || p.Port.IntVal != 53 {
					t.Errorf("%s lets its pod out to the cluster at %v", n.Name, p.Port)
				}
			}
			return len(rule.Ports) == 2
		}
	}
	return false
}
