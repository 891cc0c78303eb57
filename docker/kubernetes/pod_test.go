package kubernetes

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	psa "k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/yaml"
)

func TestAnAccountIsNeverInTwoPods(t *testing.T) {
	for _, set := range build(t, fleet).sets {
		s := set.Spec
		if s.Replicas == nil || *s.Replicas != 1 {
			t.Errorf("%s has %v replicas, want 1", set.Name, s.Replicas)
		}
		if s.UpdateStrategy.Type != appsv1.OnDeleteStatefulSetStrategyType || s.PodManagementPolicy != appsv1.ParallelPodManagement {
			t.Errorf("%s is updated %s and managed %s", set.Name, s.UpdateStrategy.Type, s.PodManagementPolicy)
		}
		if keep := s.PersistentVolumeClaimRetentionPolicy; keep == nil || keep.WhenDeleted != appsv1.RetainPersistentVolumeClaimRetentionPolicyType ||
			keep.WhenScaled != appsv1.RetainPersistentVolumeClaimRetentionPolicyType {
			t.Errorf("%s does not keep its volume: %+v", set.Name, keep)
		}
		if len(s.VolumeClaimTemplates) != 1 || !slices.Equal(s.VolumeClaimTemplates[0].Spec.AccessModes, []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOncePod}) {
			t.Errorf("%s claims %+v, want one volume for one pod", set.Name, s.VolumeClaimTemplates)
		}
	}
}

// The evaluator is the one that the cluster's admission has.
func TestThePodIsRestrictedAsTheClusterChecksIt(t *testing.T) {
	o := build(t, fleet)
	for _, mode := range []string{"enforce", "audit", "warn"} {
		if level := namespace(t).Labels["pod-security.kubernetes.io/"+mode]; level != string(psa.LevelRestricted) {
			t.Errorf("the namespace would %s %q, want restricted", mode, level)
		}
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	restricted := psa.LevelVersion{Level: psa.LevelRestricted, Version: psa.LatestVersion()}
	for _, set := range o.sets {
		spec, container := pod(t, set)
		results := evaluator.EvaluatePod(restricted, &set.Spec.Template.ObjectMeta, &spec)
		if len(results) < 10 {
			t.Errorf("%d checks were made of %s, want all of the level", len(results), set.Name)
		}
		for _, r := range results {
			if !r.Allowed {
				t.Errorf("%s is refused: %s: %s", set.Name, r.ForbiddenReason, r.ForbiddenDetail)
			}
		}
		// Two more than the level asks for, and two that are not its concern.
		if c := container.SecurityContext; c.ReadOnlyRootFilesystem == nil || !*c.ReadOnlyRootFilesystem {
			t.Errorf("%s may write to its image", set.Name)
		}
		if spec.AutomountServiceAccountToken == nil || *spec.AutomountServiceAccountToken {
			t.Errorf("%s is given a token of the cluster", set.Name)
		}
		if spec.EnableServiceLinks == nil || *spec.EnableServiceLinks {
			t.Errorf("%s is given variables named after Services", set.Name)
		}
		if spec.NodeSelector["kubernetes.io/arch"] != "amd64" || spec.NodeSelector["kubernetes.io/os"] != "linux" {
			t.Errorf("%s runs on %v", set.Name, spec.NodeSelector)
		}
	}
}

func TestProbesRestartOnlyAGatewayThatIsDead(t *testing.T) {
	for _, set := range build(t, fleet).sets {
		_, c := pod(t, set)
		for name, want := range map[string]struct {
			probe *corev1.Probe
			path  string
		}{"startup": {c.StartupProbe, "/livez"}, "liveness": {c.LivenessProbe, "/livez"}, "readiness": {c.ReadinessProbe, "/readyz"}} {
			p := want.probe
			if p == nil || p.HTTPGet == nil || p.HTTPGet.Path != want.path || portNumber(c, p.HTTPGet.Port.StrVal) != 8000 {
				t.Errorf("the %s probe of %s is %+v, want %s at the gateway's port", name, set.Name, p, want.path)
			}
			if !strings.Contains(repository(t, "transport/routes.go"), fmt.Sprintf(`"GET", "%s"`, want.path)) {
				t.Errorf("the gateway has no %s", want.path)
			}
		}
		if p := c.LivenessProbe; p.PeriodSeconds*p.FailureThreshold < 120 {
			t.Errorf("%s is killed after %d failures, one each %d s: a busy node would cost a login", set.Name, p.FailureThreshold, p.PeriodSeconds)
		}
	}
}

// portNumber is the number of a container's port with a name.
func portNumber(c corev1.Container, name string) int32 {
	for _, p := range c.Ports {
		if p.Name == name {
			return p.ContainerPort
		}
	}
	return 0
}

func TestThePodIsGivenTheTimeThatStoppingTakes(t *testing.T) {
	var takes time.Duration
	steps := regexp.MustCompile(`(?m)^\s*(?:leaveWithin|Grace|giveUpWithin|goodbyeWithin) += (?:(\d+) \* )?time\.Second`)
	found := steps.FindAllStringSubmatch(repository(t, "agent/run_ending.go")+repository(t, "transport/stream.go"), -1)
	if len(found) != 4 {
		t.Fatalf("found the steps %q, want 4", found)
	}
	for _, step := range found {
		seconds := 1
		if step[1] != "" {
			seconds, _ = strconv.Atoi(step[1])
		}
		takes += time.Duration(seconds) * time.Second
	}
	for _, set := range build(t, fleet).sets {
		spec, _ := pod(t, set)
		if g := spec.TerminationGracePeriodSeconds; g == nil || time.Duration(*g)*time.Second < 2*takes {
			t.Errorf("%s is killed after %v seconds, and stopping takes %s", set.Name, g, takes)
		}
	}
}

// What runs the same image elsewhere says what it needs.
func TestThePodIsWhatComposeRuns(t *testing.T) {
	var compose struct {
		Services struct {
			Futuopend struct {
				Image, Platform string
				Tmpfs, Volumes  []string
				ReadOnly        bool   `json:"read_only"`
				Memory          string `json:"mem_limit"`
			}
		}
	}
	if err := yaml.Unmarshal([]byte(repository(t, "docker/compose.yaml")), &compose); err != nil {
		t.Fatal(err)
	}
	same := compose.Services.Futuopend
	dockerfile, page := repository(t, "docker/Dockerfile"), repository(t, "docker/README.md")
	for _, set := range build(t, fleet).sets {
		spec, c := pod(t, set)
		// A pod has the daemon in its image: what it may reach is the broker, and no server of archives.
		if !strings.Contains(page, "-t "+c.Image+" .") {
			t.Errorf("the image is %s, and docker/README.md builds none of that name", c.Image)
		}
		var mounts []string
		for _, m := range c.VolumeMounts {
			mounts = append(mounts, m.Name+":"+m.MountPath)
		}
		if !slices.Contains(same.Volumes, "data:/home/futu") || !slices.Contains(mounts, "data:/home/futu") || !strings.Contains(dockerfile, "\nVOLUME /home/futu\n") {
			t.Errorf("the data is not at /home/futu everywhere: %q, and compose has %q", mounts, same.Volumes)
		}
		for _, tmpfs := range same.Tmpfs {
			path, options, _ := strings.Cut(tmpfs, ":")
			size := resource.MustParse(strings.ToUpper(options[strings.LastIndex(options, "=")+1:]) + "i")
			v := volume(t, spec, strings.TrimPrefix(path, "/")).EmptyDir
			if !slices.Contains(mounts, path[1:]+":"+path) || v == nil || v.Medium != corev1.StorageMediumMemory || v.SizeLimit.Cmp(size) != 0 {
				t.Errorf("%s is %+v, and compose has %s", path, v, tmpfs)
			}
		}
		if limit := c.Resources.Limits.Memory(); limit.Cmp(resource.MustParse(strings.ToUpper(same.Memory)+"i")) != 0 {
			t.Errorf("the memory is limited to %s, and by compose to %s", limit, same.Memory)
		}
		user := fmt.Sprintf("%d:%d", *spec.SecurityContext.RunAsUser, *spec.SecurityContext.RunAsGroup)
		if !strings.Contains(dockerfile, "\nUSER "+user+"\n") || *spec.SecurityContext.FSGroup != *spec.SecurityContext.RunAsGroup {
			t.Errorf("the pod runs as %s with the group %d, which is not the image's user", user, *spec.SecurityContext.FSGroup)
		}
	}
}
