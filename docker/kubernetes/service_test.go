package kubernetes

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestThePageIsServedWhileTheAccountIsNotReadyAndTheAPIIsNot(t *testing.T) {
	for _, s := range build(t, fleet).services {
		want := map[string]struct {
			ports    []int32
			notReady bool
			headless bool
		}{
			"futuopend-":         {[]int32{11111, 8000}, true, true},
			"futuopend-api-":     {[]int32{11111}, false, false},
			"futuopend-gateway-": {[]int32{8000}, true, false},
		}[s.Name[:len(s.Name)-1]]
		var ports []int32
		for _, p := range s.Spec.Ports {
			ports = append(ports, p.Port)
			if target := map[string]int32{"api": 11111, "gateway": 8000}[p.TargetPort.StrVal]; target != p.Port {
				t.Errorf("%s: port %d leads to %s", s.Name, p.Port, p.TargetPort.StrVal)
			}
		}
		if len(ports) == 0 || len(ports) != len(want.ports) || ports[0] != want.ports[0] {
			t.Errorf("%s has the ports %v, want %v", s.Name, ports, want.ports)
		}
		if s.Spec.PublishNotReadyAddresses != want.notReady || (s.Spec.ClusterIP == corev1.ClusterIPNone) != want.headless {
			t.Errorf("%s serves what is not ready: %t; its address is %q", s.Name, s.Spec.PublishNotReadyAddresses, s.Spec.ClusterIP)
		}
		// Anything else would publish the account to the node's networks.
		if s.Spec.Type != "" && s.Spec.Type != corev1.ServiceTypeClusterIP {
			t.Errorf("%s is of the type %s", s.Name, s.Spec.Type)
		}
	}
}

func TestADrainWaitsForAPerson(t *testing.T) {
	for _, b := range build(t, fleet).budgets {
		if m := b.Spec.MaxUnavailable; m == nil || m.IntVal != 0 || m.StrVal != "" || b.Spec.MinAvailable != nil {
			t.Errorf("%s lets go of %v, and keeps %v", b.Name, m, b.Spec.MinAvailable)
		}
		if p := b.Spec.UnhealthyPodEvictionPolicy; p == nil || *p != "IfHealthyBudget" {
			t.Errorf("%s lets go of a pod that is not ready: %v", b.Name, p)
		}
	}
}
