package transport_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/ostai/futuopend-gateway/testdata/prose"
	"github.com/ostai/futuopend-gateway/transport"
)

// The errors of frames alone are none of it: the package speaks HTTP.
func TestThePythonPackageHasAClassForEachErrorOverHTTP(t *testing.T) {
	const file = "transport/client/python/futuopend_gateway/errors.py"
	var known []string
	for _, m := range regexp.MustCompile(`(?m)^class \w+\(Refused\):\n(?:    .*\n)+\n    code = "(\w+)"$`).FindAllStringSubmatch(prose.Read(t, file), -1) {
		known = append(known, m[1])
	}
	for code, status := range transport.Statuses {
		if status != 0 && !slices.Contains(known, code) {
			t.Errorf("%s has no class for %s; add one: a docstring that says what it means and what to do, and code = %q", file, code, code)
		}
	}
	for _, code := range known {
		if transport.Statuses[code] == 0 {
			t.Errorf("%s has a class for %s, and no request is answered with it", file, code)
		}
	}
}
