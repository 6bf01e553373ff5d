package load

import (
	"io/fs"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"cuelang.org/go/cue/ast"
	cueload "cuelang.org/go/cue/load"
	"cuelang.org/go/cue/parser"

	"github.com/portspec/portspec/internal/workspace"
	"github.com/portspec/portspec/schema"
)

// TestSplitHosts says which sites are judged in parts, and that what is found
// and read is the same as of the whole.
func TestSplitHosts(t *testing.T) {
	few := fewHosts
	defer func() { fewHosts = few }()
	const start = `site: schema.#Site & {site: "x", catalog: specs.catalog, services: mail: addresses: ["10.9.9.9"], `
	for name, test := range map[string]struct {
		text  string
		parts int
		wrong bool
	}{
		"plain":             {text: start + `hosts: {b: count: 3, a: {os: "linux", addresses: ["10.0.0.1"]}, c: runs: ["shopping/client"]}}`, parts: 3},
		"in two fields":     {text: start + "}\n" + `site: hosts: {b: {}, a: {}}`, parts: 2},
		"one host":          {text: start + `hosts: a: {}}`},
		"one is wrong":      {text: start + `hosts: {b: {}, a: {}, c: os: "dos"}}`, parts: 3, wrong: true},
		"one refers":        {text: start + `hosts: {b: {}, a: names: ["b"], c: count: b.count}}`},
		"twice":             {text: start + `hosts: {b: os: "linux", a: {}, b: os: "windows"}}`, wrong: true},
		"in two places":     {text: start + "hosts: {b: os: \"linux\", a: {}}}\nsite: hosts: b: os: \"windows\"", wrong: true},
		"a pattern":         {text: start + `hosts: {[string]: os: "linux", a: {}, b: {}}}`},
		"made":              {text: start + `hosts: {for x in ["a", "b"] {(x): {}}}}`},
		"a rule beside":     {text: start + "hosts: {b: {}, a: {}}}\n_n: len(site.hosts) & 2"},
		"another rule":      {text: start + "hosts: {b: {}, a: {}}, name: \"\\(len(hosts))\"}"},
		"something unknown": {text: start + `hosts: {b: {}, a: {}}, hostz: {}}`, parts: 2, wrong: true},
	} {
		t.Run(name, func(t *testing.T) {
			files, _, err := workspace.OpenFS(fstest.MapFS{
				workspace.ModuleFile: {Data: []byte("module: \"example.com/x@v0\"\nlanguage: version: \"v0.17.0\"\n")},
				"x.cue": {Data: []byte("package x\nimport \"github.com/portspec/portspec/schema\"\n" +
					"import \"github.com/portspec/portspec/specs\"\n" + test.text + "\n")},
			})
			if err != nil {
				t.Fatal(err)
			}
			instance := cueload.Instances([]string{"."}, reading{files: files, schema: schemaDir(files)}.config())[0]
			if instance.Err != nil {
				t.Fatal(instance.Err)
			}
			fewHosts = 1
			if parts := splitHosts(instance, 3); len(parts) != test.parts {
				t.Errorf("%d parts, want %d", len(parts), test.parts)
			}
			var results [2]string
			for i, n := range []int{1, 1000} {
				fewHosts = n
				r, err := loadDirs(t.Context(), files, []string{"."})
				if err != nil {
					t.Fatal(err)
				}
				results[i] = asText(t, r)
				if wrong := r.Findings.HasErrors(); wrong != test.wrong {
					t.Errorf("findings: %v", r.Findings)
				}
			}
			if results[0] != results[1] {
				t.Error(firstDifference(results[0], results[1]))
			}
			if !test.wrong && !strings.Contains(results[0], `"hosts"`) {
				t.Errorf("no hosts are read")
			}
		})
	}
}

// TestHostsAloneInSchema holds the schema, but for the file that resolves sites,
// to what judging hosts in parts rests on: nothing in it speaks of several.
func TestHostsAloneInSchema(t *testing.T) {
	entries, err := fs.ReadDir(schema.Files, ".")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, e := range entries {
		if e.Name() == resolutionFile || path.Ext(e.Name()) != ".cue" {
			continue
		}
		data, err := fs.ReadFile(schema.Files, e.Name())
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(e.Name(), data)
		if err != nil {
			t.Fatal(err)
		}
		ast.Walk(f, func(n ast.Node) bool {
			if ident, ok := n.(*ast.Ident); ok && ident.Name == "hosts" {
				found++
			}
			return true
		}, nil)
	}
	if found != 1 {
		t.Errorf("hosts is named %d times, once where #Site has it and else where several would be looked at", found)
	}
}
