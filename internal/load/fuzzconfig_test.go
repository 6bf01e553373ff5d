package load

import (
	"encoding/json"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// FuzzConfig reads a configuration in YAML. It must not panic, findings must be at existing
// positions, and the paths of an accepted configuration must not leave its folder.
func FuzzConfig(f *testing.F) {
	for _, seed := range []string{
		"version: 1\n",
		"version: 1\nspecs: specs\nsites: [acme.yaml, sites/b]\n",
		"version: 1\ngenerate:\n  - {target: go, out: ports_gen.go, products: [a-b], options: {only: constants, components: [c], prefix: X}}\n",
		"version: 1\ngenerate: [{target: markdown, out: docs/./x, sites: [acme]}]\n",
		"version: '1'\nsits: []\ngenerate: {out: ../x, target: goo}\n",
		"version: &a 1\nspecs: *a\n--- \n<<: {}\n",
		"\ufeff# é\nversion: 2\r\ngenerate: [go, 1, null, ~, {out: \"a\\nb\"}]\n",
		"{\"version\": 1, \"version\": 1}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		const name = "portspec.yaml"
		document, found := EvaluateConfig(name, []byte(text))
		if (document == nil) != (len(found) > 0) {
			t.Fatalf("%v with %d findings", document, len(found))
		}
		files := fstest.MapFS{name: {Data: []byte(text)}}
		for _, finding := range found {
			if finding.Position.File != name {
				t.Errorf("%s is at %v", finding.Message, finding.Position)
			}
			checkPlace(t, files, finding, finding.Position)
		}
		if document == nil {
			return
		}
		var c struct {
			Specs    string
			Sites    []string
			Generate []struct{ Target, Out string }
		}
		if err := json.Unmarshal(document.JSON, &c); err != nil {
			t.Fatal(err)
		}
		paths := append([]string{c.Specs}, c.Sites...)
		for i, o := range c.Generate {
			paths = append(paths, o.Out)
			if o.Target == "" || o.Out == "" || !document.At("generate", strconv.Itoa(i), "out").IsValid() {
				t.Errorf("%+v", o)
			}
		}
		for _, p := range paths {
			if p != "" && !filepath.IsLocal(filepath.FromSlash(p)) || strings.ContainsAny(p, "\\\x00\n\r") {
				t.Errorf("%q leaves the folder", p)
			}
		}
	})
}
