// Package kubernetes holds the manifests in this folder to what they promise. It is a module of its own, so that
// what reads Kubernetes' types is no part of the program.
package kubernetes

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// fleet is the overlay that the README names, and accounts are those in it.
const fleet = "overlays/three-accounts"

var accounts = []string{"a", "b", "c"}

// objects are what kubectl apply -k sends.
type objects struct {
	configMaps []*corev1.ConfigMap
	services   []*corev1.Service
	sets       []*appsv1.StatefulSet
	budgets    []*policyv1.PodDisruptionBudget
	networks   []*networkingv1.NetworkPolicy
}

// decoder knows the types that we use and refuses fields that they do not have.
func decoder() runtime.Decoder {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, appsv1.AddToScheme, policyv1.AddToScheme, networkingv1.AddToScheme} {
		utilruntime.Must(add(scheme))
	}
	return json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme, scheme, json.SerializerOptions{Yaml: true, Strict: true})
}

// decode takes one object, strictly.
func decode(t *testing.T, text []byte) runtime.Object {
	t.Helper()
	object, _, err := decoder().Decode(text, nil, nil)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return object
}

// build makes the objects of a kustomization as kubectl does, and decodes each strictly.
func build(t *testing.T, path string) *objects { return buildIn(t, filesys.MakeFsOnDisk(), path) }

func buildIn(t *testing.T, files filesys.FileSystem, path string) *objects {
	t.Helper()
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(files, path)
	if err != nil {
		t.Fatalf("build %s: %v", path, err)
	}
	var out objects
	for _, r := range built.Resources() {
		text, err := r.AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		switch o := decode(t, text).(type) {
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
			t.Errorf("%s makes a %T, which nobody expects", path, o)
		}
	}
	return &out
}

// withOverlay is this folder in memory with one more overlay, as a user writes it.
func withOverlay(t *testing.T, name, kustomization string) filesys.FileSystem {
	t.Helper()
	files := filesys.MakeFsInMemory()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return files.WriteFile("/"+path, text)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := files.WriteFile("/overlays/"+name+"/kustomization.yaml", []byte(kustomization)); err != nil {
		t.Fatal(err)
	}
	return files
}

// pod is the one container of an account, and all around it.
func pod(t *testing.T, set *appsv1.StatefulSet) (corev1.PodSpec, corev1.Container) {
	t.Helper()
	spec := set.Spec.Template.Spec
	if len(spec.Containers) != 1 || len(spec.InitContainers) != 0 {
		t.Fatalf("%s has %d containers and %d that go before, want one", set.Name, len(spec.Containers), len(spec.InitContainers))
	}
	return spec, spec.Containers[0]
}

// repository reads a file of the repository.
func repository(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// namespace is where the fleet is. The overlay must not have it, or what deletes the one deletes the claims in the other.
func namespace(t *testing.T) *corev1.Namespace {
	t.Helper()
	text, err := os.ReadFile("namespace.yaml")
	if err != nil {
		t.Fatal(err)
	}
	n, ok := decode(t, text).(*corev1.Namespace)
	if !ok {
		t.Fatal("namespace.yaml is no Namespace")
	}
	return n
}

func TestTheFleetIsThreeAccountsInOneNamespaceAndNoSecret(t *testing.T) {
	o := build(t, fleet)
	for kind, got := range map[string]int{
		"StatefulSet": len(o.sets), "ConfigMap": len(o.configMaps),
		"PodDisruptionBudget": len(o.budgets), "NetworkPolicy": len(o.networks),
	} {
		if got != len(accounts) {
			t.Errorf("%d of kind %s, want one for each account", got, kind)
		}
	}
	if len(o.services) != 3*len(accounts) {
		t.Errorf("%d services, want three for each account", len(o.services))
	}
	for _, set := range o.sets {
		if want := namespace(t).Name; set.Namespace != want {
			t.Errorf("%s is in the namespace %q, want %q", set.Name, set.Namespace, want)
		}
	}
}

func TestAFieldThatTheAPIDoesNotHaveIsSeen(t *testing.T) {
	_, _, err := decoder().Decode([]byte("apiVersion: apps/v1\nkind: StatefulSet\nspec: {replica: 1}\n"), nil, nil)
	if err == nil || !strings.Contains(err.Error(), "replica") {
		t.Errorf("a misspelt field is decoded with %v", err)
	}
}
