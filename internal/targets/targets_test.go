package targets

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy/policytest"
)

// TestTargetFiles checks that every committed output matches a pattern of its target, and that
// every pattern matches an output. Each output must show by itself that portspec wrote it, so
// that no list has to be trusted.
func TestTargetFiles(t *testing.T) {
	used := map[string]bool{"go/*.go": true} // a single package
	err := fs.WalkDir(os.DirFS(filepath.Join("..", "..", "out")), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		folder, below, ok := strings.Cut(name, "/")
		if !ok {
			return nil
		}
		if !Makes(name, false) || !Makes(name, true) || !Makes("some/folder/"+below, true) {
			t.Errorf("no target has a pattern for %s", name)
		}
		data, err := os.ReadFile(filepath.Join("..", "..", "out", filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		if !gen.Sealed(name, data) && !gen.IsTable(name, data) {
			t.Errorf("%s has no seal: gen.Seal does not know its format, or it has no header", name)
		}
		for _, pattern := range All[slices.Index(Names(), folder)].files {
			if ok, err := path.Match(pattern, below); err != nil {
				t.Error(err)
			} else if ok {
				used[folder+"/"+pattern] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	releases := &model.Catalog{}
	for after, version := range map[string]string{"": "1", "1": "v2", "v2": "3"} {
		releases.Products = append(releases.Products, &model.Product{
			ID: "tool", Name: "Tool", Version: version, After: after,
			Features:   []*model.Feature{{ID: "fast", Name: "Fast", Default: "off", Choices: []model.Choice{{ID: "on"}, {ID: "off"}}}},
			Components: []*model.Component{{ID: "agent", Name: "Agent"}, {ID: "server", Name: "Server", Listeners: []*model.Listener{{ID: "api", Transports: []string{"tcp"}, PortStatement: model.PortStatement{Ports: []model.PortRange{{From: 7443, To: 7443}}}}}}},
			Flows: []*model.Flow{{
				ID: "report", From: []string{"agent"}, To: []model.Target{{Component: "server", Listeners: []string{"api"}}}, Scope: "network",
				Conditions: model.Conditions{When: model.When{"fast": {{"on"}}}},
			}},
			Rules:   []*model.Rule{{ID: "apart", Together: []string{"agent", "server"}, Forbid: true, Reason: "Both are busy."}},
			Errata:  []*model.Erratum{{ID: "silent", Kind: "silent", Says: "Nothing.", Encoded: "A flow.", Why: "It works."}},
			Sources: []*model.Source{{ID: "guide", Title: "Guide"}},
		})
	}
	releases.Order()
	releases.AddService(&model.Service{ID: "directory", Name: "Directory"})
	sites := []*model.Deployment{{Site: &model.Site{ID: "empty"}}, policytest.Office(t, "free")}
	var made []gen.File
	for _, flavor := range markdown.Flavors() {
		files, _ := generate(t, releases, sites, WithMarkdown(All, markdown.Options{Flavor: flavor}))
		made = append(made, files...)
	}
	for _, f := range made {
		folder, below, _ := strings.Cut(f.Path, "/")
		if !Makes(f.Path, false) {
			t.Errorf("%s matches no pattern of its target", f.Path)
		}
		for _, pattern := range All[slices.Index(Names(), folder)].files {
			if ok, _ := path.Match(pattern, below); ok {
				used[folder+"/"+pattern] = true
			}
		}
	}
	for _, target := range All {
		for _, pattern := range target.files {
			if !used[target.Name+"/"+pattern] {
				t.Errorf("%s/%s matches no output", target.Name, pattern)
			}
		}
	}
	for _, name := range []string{"README.md", "main.go", "src/main.go", "markdown/README.md", "Makefile", "x/y/conftest.py", ".git/HEAD", "mermaid/a/b/c.mmd", "go/go.mod", "docs/index.md"} {
		if Makes(name, false) {
			t.Errorf("a target makes %s", name)
		}
	}
}
