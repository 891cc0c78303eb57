package transport_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/ostai/futuopend-gateway/testdata/prose"
	"github.com/ostai/futuopend-gateway/transport"
)

// It speaks frames and HTTP, so it has all of them.
func TestTheJavaScriptPackageHasAClassForEachError(t *testing.T) {
	const folder = "transport/client/js/"
	for file, pattern := range map[string]string{
		folder + "src/errors.js":     `(?m)^class \w+ extends Refused \{\n  static code = '(\w+)'\n\}$`,
		folder + "types/errors.d.ts": `(?m)^/\*\* .+ \*/\nexport class \w+ extends Refused \{\n  readonly code: '(\w+)'\n\}$`,
	} {
		var known []string
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(prose.Read(t, file), -1) {
			known = append(known, m[1])
		}
		for code := range transport.Statuses {
			if !slices.Contains(known, code) {
				t.Errorf("%s has no class for %s; add one as the others are, and in src/errors.js to the lists at the end", file, code)
			}
		}
		for _, code := range known {
			if _, ok := transport.Statuses[code]; !ok {
				t.Errorf("%s has a class for %s, and nothing is answered with it", file, code)
			}
		}
	}
}
