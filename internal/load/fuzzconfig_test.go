package load

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// FuzzConfig reads a configuration in YAML: it never panics, says what is wrong at
// places that there are, and the paths of one that is taken stay inside.
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
		c, found := ReadConfig(name, []byte(text))
		if (c == nil) != (len(found) > 0) {
			t.Fatalf("%v with %d findings", c, len(found))
		}
		files := fstest.MapFS{name: {Data: []byte(text)}}
		for _, finding := range found {
			if finding.Position.File != name {
				t.Errorf("%s is at %v", finding.Message, finding.Position)
			}
			checkPlace(t, files, finding, finding.Position)
		}
		if c == nil {
			return
		}
		paths := append([]string{c.Specs}, c.Sites...)
		for _, o := range c.Generate {
			paths = append(paths, o.Out)
			if o.Target == "" || o.Out == "" || !o.Position.IsValid() {
				t.Errorf("%+v", o)
			}
		}
		for _, p := range paths {
			if p != "" && !filepath.IsLocal(filepath.FromSlash(p)) || strings.ContainsAny(p, "\\\x00\n\r") {
				t.Errorf("%q leads out", p)
			}
		}
	})
}
