package load

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/portspec/portspec/internal/workspace"
)

// TestBatches judges workspaces in one batch and in several, with faults and without: the
// findings and the model are the same.
func TestBatches(t *testing.T) {
	own := os.DirFS("../..")
	edited := func(name, old, new string) fs.FS {
		data, err := fs.ReadFile(own, name)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(string(data), old, new, 1)
		if text == string(data) {
			t.Fatalf("%s is not in %s", old, name)
		}
		return overlaid{own, name, text}
	}
	others, _, err := workspace.Open("../../testdata/workspace", "", workspace.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	product := func(id, port string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(`package x
import "github.com/portspec/portspec/schema"
product: schema.#Product & {
	id: "` + id + `", name: "X", vendor: "X", version: "1", description: "X."
	sources: s: {title: "S", tables: t: {title: "T", rows: "1": "1"}}
	components: {
		a: name: "A"
		b: {name: "B", service: {id: "shared", name: "Shared", listeners: l: {purpose: "P", transports: ["tcp"], port: ` + port + `}}}
	}
	flows: f: {from: ["a"], to: b: ["l"], purpose: "P", cite: ["` + id + `/t/1"]}
}
`), Mode: 0o444}
	}
	contradicting, _, err := workspace.OpenFS(fstest.MapFS{
		"cue.mod/module.cue": {Data: []byte("module: \"example.com/x@v0\"\nlanguage: version: \"v0.17.0\"\n")},
		"one/x.cue":          product("one", "1"),
		"two/x.cue":          product("two", "2"),
		"three/x.cue":        product("one", "1"),
	}, workspace.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	// Packages fail with broken ones that they import, that import them, or that are part of
	// them in a parent folder.
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text), Mode: 0o444} }
	broken, _, err := workspace.OpenFS(fstest.MapFS{
		"cue.mod/module.cue": file("module: \"example.com/x@v0\"\nlanguage: version: \"v0.17.0\"\n"),
		"sound/x.cue":        product("sound", "1"),
		"up/x.cue":           file("package up\nimport \"example.com/x/down\"\na: down.a\n"),
		"down/x.cue":         file("package down\nimport \"example.com/x/up\"\na: 1 1\nb: up.a\n"),
		"user/x.cue":         file("package user\nimport \"example.com/x/down\"\na: down.a\n"),
		"parent/x.cue":       file("package parent\na: [\n"),
		"parent/child/y.cue": file("package parent\nb: 1\n"),
		"lost/x.cue":         file("package lost\nimport \"example.com/x/nowhere\"\na: nowhere.a\n"),
		"a catalog/x.cue":    file("package catalog\ncatalog: {}\nsite: 1 1\n"),
	}, workspace.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for name, files := range map[string]fs.FS{
		"repository":                   own,
		"workspace":                    others,
		"shared service with a fault":  edited("specs/services/directory.cue", "port: 389", "port: 0"),
		"product with a fault":         edited("specs/products/igelums/flows-servers.cue", "purpose:", "porpose:"),
		"reference that leads nowhere": edited("specs/products/shopping/flows.cue", `["browser"]`, `["browsr"]`),
		"contradicting":                contradicting,
		"broken service":               edited("specs/services/directory.cue", "port: 389", "port: 389 389"),
		"broken product":               edited("specs/products/shopping/flows.cue", `["browser"]`, `["browser"`),
		"broken site":                  edited("specs/sites/ha/site.cue", "site:", "site: {"),
		"two package clauses":          edited("specs/products/shopping/flows.cue", "package shopping", "package other"),
		"broken beside what it needs":  broken,
	} {
		t.Run(name, func(t *testing.T) {
			var all [2][]byte
			for i, few := range []int{1 << 20, -1} {
				r, err := Loader{few: few}.load(t.Context(), files)
				if err != nil {
					t.Fatal(err)
				}
				if all[i], err = json.MarshalIndent([]any{r.Findings, r.Catalog, r.Sites}, "", " "); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(all[0], all[1]) {
				a, b := strings.Split(string(all[0]), "\n"), strings.Split(string(all[1]), "\n")
				for i := range min(len(a), len(b)) {
					if a[i] != b[i] {
						t.Fatalf("line %d: %s in one batch, %s in several", i, a[i], b[i])
					}
				}
				t.Fatalf("%d lines in one batch, %d in several", len(a), len(b))
			}
			if strings.Contains(name, "broken") && bytes.Count(all[0], []byte(`"PS`)) == 0 {
				t.Errorf("nothing is found: %s", all[0])
			}
			if name == "contradicting" && !bytes.Contains(all[0], []byte(`"PS1004"`)) {
				t.Errorf("%s", all[0])
			}
		})
	}
}
