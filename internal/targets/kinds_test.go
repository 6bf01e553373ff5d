package targets

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/portspec/portspec/gen/changes"
	"github.com/portspec/portspec/gen/rows"
	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/resolve"
)

var update = flag.Bool("update", false, "write the results for each kind of statement into its want.txtar")

// TestKinds takes each kind of statement in vendors' tables through the model, its JSON, the
// comparison and all targets. A kind is a folder of testdata/kinds with a product, and
// sometimes a site in testdata/kinds/sites. The expected results are in the folder's
// want.txtar.
func TestKinds(t *testing.T) {
	const root = "../../testdata/kinds"
	result, err := load.Workspace(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	if result.Findings.HasErrors() {
		t.Fatal(findingLines(result.Findings))
	}
	folders, err := filepath.Glob(root + "/*/*.cue")
	if err != nil {
		t.Fatal(err)
	}
	kinds := make(map[string]bool)
	for _, name := range folders {
		kinds[filepath.Base(filepath.Dir(name))] = true
	}
	delete(kinds, "cue.mod")
	for _, p := range result.Catalog.Products {
		kind, _, _ := strings.Cut(p.Positions.At("id").File, "/")
		if !kinds[kind] {
			t.Errorf("product %s has no folder", p.ID)
			continue
		}
		delete(kinds, kind)
		t.Run(kind, func(t *testing.T) {
			var sites []*model.Site
			for _, s := range result.Sites {
				if strings.HasPrefix(s.Positions.At("site").File, "sites/"+kind+"/") {
					sites = append(sites, s)
				}
			}
			compareKind(t, path.Join(root, kind, "want.txtar"), result.Available, p, sites)
		})
	}
	for kind := range kinds {
		t.Errorf("%s has no product", kind)
	}
}

// compareKind compares the results for a product and its sites with the expected ones.
func compareKind(t *testing.T, name string, available *model.Catalog, p *model.Product, sites []*model.Site) {
	t.Helper()
	shelf, err := Products(available.Shelf(), []string{p.ID})
	if err != nil {
		t.Fatal(err)
	}
	catalog := shelf.Catalog
	want := &txtar.Archive{Comment: []byte("The results for this kind of statement: go test ./internal/targets -run TestKinds -update\n")}
	add := func(name string, data []byte) { want.Files = append(want.Files, txtar.File{Name: name, Data: data}) }

	exported, err := json.MarshalIndent(catalog.Products, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := model.Follows([]byte(fmt.Sprintf(`{"products": %s, "services": []}`, exported))); err != nil {
		t.Error("the export does not match its JSON Schema:", err)
	}
	add("export.json", append(exported, '\n'))
	var flows bytes.Buffer
	for _, c := range p.Connections() {
		row, err := json.Marshal(rows.NewFlow(c))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&flows, "%s\n", row)
	}
	add("flows.json", flows.Bytes())

	compared := diff.Compare(&model.Catalog{Services: catalog.Services}, catalog)
	if again, err := compared.Apply(&model.Catalog{Services: catalog.Services}); err != nil || !diff.Compare(again, catalog).Empty() {
		t.Error("applying the comparison does not give the product:", err)
	}
	var text bytes.Buffer
	changes.Text(&text, compared)
	add("diff.txt", text.Bytes())

	var found diag.List
	var deployments []*model.Deployment
	for _, s := range sites {
		d, ofSite := resolve.Site(available, s)
		found = append(found, ofSite...)
		deployments = append(deployments, d)
	}
	chosen, err := Choose(nil)
	if err != nil {
		t.Fatal(err)
	}
	before := permitted(deployments)
	files, ofTargets := generate(t, catalog, deployments, chosen)
	if again, err := json.MarshalIndent(catalog.Products, "", "  "); err != nil || !bytes.Equal(again, exported) || permitted(deployments) != before {
		t.Error("a target changed the model:", err)
	}
	found = slices.Concat(check.Product(p, check.Options{}), found, ofTargets)
	add("findings.txt", []byte(findingLines(found)))
	for _, f := range files {
		if !alwaysAlike(f.Path) && path.Ext(f.Path) != ".xlsx" { // which has the same contents as the CSV files
			add(f.Path, f.Data)
		}
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(want), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	kept, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, f := range txtar.Parse(txtar.Format(want)).Files {
		got[f.Name] = string(f.Data)
	}
	for _, f := range kept.Files {
		if got[f.Name] != string(f.Data) {
			t.Errorf("%s: %s differs; got\n%s", name, f.Name, got[f.Name])
		}
		delete(got, f.Name)
	}
	for name := range got {
		t.Errorf("%s was not expected", name)
	}
}

func findingLines(list diag.List) string {
	var b strings.Builder
	for _, f := range list {
		fmt.Fprintf(&b, "%s: %s %s: %s\n", f.Position, f.Severity, f.Code, f.Message)
		if f.Hint != "" {
			fmt.Fprintf(&b, "  hint: %s\n", f.Hint)
		}
	}
	return b.String()
}

// alwaysAlike reports whether a file has the same contents for all products.
func alwaysAlike(name string) bool {
	switch path.Base(name) {
	case "types.go", "copy.go", "data.go", "where.go", "lookup.go", "index.md", "sharing.md":
		return true
	}
	return strings.HasPrefix(name, "ansible/examples/") || strings.HasPrefix(name, "markdown/services/")
}

// permitted lists what deployments permit, including the order of ports.
func permitted(deployments []*model.Deployment) string {
	var b strings.Builder
	for _, d := range deployments {
		for _, p := range d.Permits {
			fmt.Fprintln(&b, p.Connection.Flow.ID, p.Back, p.Ports, p.SourcePorts, p.Groups)
		}
		for _, h := range d.Hosts {
			for _, s := range h.Sockets {
				fmt.Fprintln(&b, h.ID, s.Place, s.Listener.ID, s.Ports)
			}
		}
	}
	return b.String()
}
