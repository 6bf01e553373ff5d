package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen/rows"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
)

// TestReaders reads all targets of two workspaces with the programs that use them: one workspace
// has every kind of statement in vendors' tables and five different products, and all texts of
// the other contain syntax of the targets.
func TestReaders(t *testing.T) {
	top := t.TempDir()
	for _, name := range []string{"workspace", "hostile"} {
		t.Run(name, func(t *testing.T) {
			root, dir := filepath.Join("../../testdata", name), filepath.Join(top, name)
			if out, status := portspec("generate", "-C", root, "--out", dir); status != statusFine {
				t.Fatalf("status %d\n%s", status, out)
			}
			catalog := compile(t, root)
			t.Run("complete", func(t *testing.T) { complete(t, dir, catalog) })
			t.Run("go", func(t *testing.T) {
				write(t, dir, "go/go.mod", "module example.com/ports\n\ngo 1.25\n")
				readers.Run(t, filepath.Join(dir, "go"), "go", "vet", "./...")
			})
			t.Run("ansible", func(t *testing.T) { ansibleReads(t, dir, catalog) })
		})
	}
	// These programs take long to start.
	t.Run("mermaid", func(t *testing.T) {
		readers.Node(t, top, "mermaid-parse.mjs", below(t, top, ".mmd")...)
	})
	t.Run("markdown", func(t *testing.T) {
		readers.Node(t, top, "markdownlint-cli2", "--config", mustAbs(t, "../../gen/markdown/.markdownlint-cli2.yaml"), "*/markdown/**/*.md")
	})
}

func compile(t *testing.T, root string) *model.Catalog {
	t.Helper()
	r, err := load.Workspace(context.Background(), root)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		t.Errorf("%s %s %s", f.Position, f.Code, f.Message)
	}
	return r.Catalog
}

// complete looks for every flow in each target that has a table of flows.
func complete(t *testing.T, dir string, catalog *model.Catalog) {
	files := snapshot(t, dir)
	for _, p := range catalog.Products {
		goName := strings.ReplaceAll(p.ID, "-", "")
		variable := strings.ReplaceAll(p.ID, "-", "_")
		for _, f := range p.Flows {
			for name, want := range map[string]string{
				"markdown/products/" + p.ID + "/flows.md": "\n## Flow " + f.ID + "\n",
				"go/" + goName + "/flows.go":              `"` + f.ID + `"`,
				"ansible/vars/" + variable + ".yml":       strings.ReplaceAll(f.ID, "-", "_"),
			} {
				if !strings.Contains(files[name], want) {
					t.Errorf("%s has no %s", name, want)
				}
			}
		}
	}
}

// ansibleReads has Ansible load the variables of each product and print its name.
func ansibleReads(t *testing.T, dir string, catalog *model.Catalog) {
	t.Setenv("ANSIBLE_LOCALHOST_WARNING", "False")
	t.Setenv("ANSIBLE_INVENTORY_UNPARSED_WARNING", "False")
	t.Setenv("ANSIBLE_DEPRECATION_WARNINGS", "False")
	t.Setenv("HOME", t.TempDir())
	args := []string{"localhost", "-m", "ansible.builtin.debug"}
	var names []string
	for _, p := range catalog.Products {
		variable := strings.ReplaceAll(p.ID, "-", "_")
		args = append(args, "-e", "@ansible/vars/"+variable+".yml")
		names = append(names, fmt.Sprintf("'%s_product': %[1]s_product", variable))
	}
	out := readers.Run(t, dir, "ansible", append(args, "-a", "msg={{ {"+strings.Join(names, ", ")+"} }}")...)
	_, doc, ok := strings.Cut(out, "=> ")
	var printed struct{ Msg map[string]string }
	if err := json.Unmarshal([]byte(doc), &printed); !ok || err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, p := range catalog.Products {
		// Ansible's own syntax must be printed as text. White space is collapsed and
		// invisible characters are spelled out, so only first lines are compared.
		want, _, _ := strings.Cut(p.Name, "\n")
		if _, second, ok := strings.Cut(p.Name, "{{"); ok {
			want, _, _ = strings.Cut("{{"+second, "\n")
		}
		if got := printed.Msg[strings.ReplaceAll(p.ID, "-", "_")+"_product"]; !strings.Contains(got, want) {
			t.Errorf("ansible prints %q, want %q in it", got, want)
		}
	}
}

// below lists the files below a folder whose names end in ext.
func below(t *testing.T, dir, ext string) []string {
	t.Helper()
	var all []string
	for name := range snapshot(t, dir) {
		if strings.HasSuffix(name, ext) {
			all = append(all, filepath.Join(dir, filepath.FromSlash(name)))
		}
	}
	if len(all) == 0 {
		t.Fatalf("no %s in %s", ext, dir)
	}
	return all
}

// TestEveryShape checks that plain cue accepts the shapes without portspec, and counts the kinds
// of statements that they cover.
func TestEveryShape(t *testing.T) {
	for _, name := range []string{"workspace", "hostile"} {
		readers.Run(t, filepath.Join("../../testdata", name), readers.Tool(t, "cue"), "vet", "-c", "./...")
	}
	var rows []rows.Flow
	out, status := portspec("flows", "-C", "../../testdata/workspace", "--product", "shapes", "--format", "json")
	if err := json.Unmarshal([]byte(out), &rows); err != nil || status != statusFine {
		t.Fatalf("status %d, %v", status, err)
	}
	shapes := compile(t, "../../testdata/workspace").Product("shapes")
	seen := make(map[string]bool)
	for _, r := range rows {
		seen[r.Flow] = true
	}
	for _, f := range shapes.Flows {
		if !seen[f.ID] {
			t.Errorf("flow %s is not in the JSON", f.ID)
		}
	}
}

func mustAbs(t *testing.T, name string) string {
	t.Helper()
	abs, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}
