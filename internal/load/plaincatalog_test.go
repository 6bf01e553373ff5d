package load

import (
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"cuelang.org/go/cue/ast"
	cueload "cuelang.org/go/cue/load"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/partial"
	"github.com/portspec/portspec/internal/sample"
	"github.com/portspec/portspec/internal/workspace"
)

// TestPlainCatalog judges catalogues and sites with and without the shortcuts: the findings must
// be identical.
func TestPlainCatalog(t *testing.T) {
	const catalog, site = "specs/catalog.cue", "specs/sites/small/site.cue"
	for name, test := range map[string]struct {
		file, old, new string
		faults         bool
	}{
		"the repository":       {},
		"as it is":             {file: catalog},
		"another id":           {catalog, `"shopping":     shopping`, `"shop":     shopping`, true},
		"another product":      {catalog, `"shopping":     shopping`, `"shopping":     tool`, true},
		"a product less":       {catalog, `"shopping":     shopping.product`, "", true},
		"more of a product":    {catalog, `shopping.product`, `shopping.product & {version: "7"}`, true},
		"the same again":       {catalog, `shopping.product`, `shopping.product & {id: "shopping"}`, false},
		"no catalogue":         {catalog, "schema.#Catalog & {", "{", true},
		"a field that is none": {catalog, "services: shared", "others: shared", true},
		"beside it":            {catalog, "catalog: schema", "_x: 1 & 2\n\ncatalog: schema", true},
		"no import":            {catalog, `	shared "github.com/portspec/portspec/specs/services"`, "", true},
		"an import too many":   {catalog, "shared \"", "\"list\"\n\tshared \"", true},
		"another port": {
			"specs/products/shopping/components.cue", `services.services["sql-server"]`,
			`services.services["sql-server"] & {listeners: tds: port: 1434}`, true,
		},
		"a purpose of its own": {
			"specs/products/shopping/components.cue", `services.services.smtp`,
			`services.services.smtp & {description: "Something else"}`, true,
		},
		"an unknown product":   {site, "	hosts: {", "	products: nobody: features: x: true\n\thosts: {", true},
		"its catalogue twice":  {site, "specs.catalog", "specs.catalog & {products: shopping: version: \"7\"}", true},
		"its catalogue beside": {site, "specs.catalog", "specs.catalog\n\tcatalog: products: shopping: version: \"7\"", true},
		"used elsewhere":       {site, "specs.catalog", "specs.catalog\n\tdescription: catalog.products.shopping.version", true},
		"no such catalogue":    {site, "specs.catalog", "specs.catalogue", true},
		"embedded":             {site, "schema.#Site & {", "schema.#Site & {\n\t{catalog: products: shopping: version: \"7\"}", true},
		"from another field":   {site, "schema.#Site & {", "schema.#Site & {catalog: products: shopping: version: \"7\"} & {", true},
	} {
		t.Run(name, func(t *testing.T) {
			files := catalogWorkspace(t, test.file == "" || sample.Thorough())
			if test.file != "" {
				text := string(files[test.file].Data)
				if !strings.Contains(text, test.old) {
					t.Fatalf("%s has no %q", test.file, test.old)
				}
				files[test.file] = &fstest.MapFile{Data: []byte(strings.Replace(text, test.old, test.new, 1))}
			}
			var results [2]string
			for i := range results {
				r, err := Loader{whole: i == 1}.load(t.Context(), files)
				if err != nil {
					t.Fatal(err)
				}
				results[i] = asText(t, r)
				if r.Findings.HasErrors() != test.faults {
					t.Errorf("found: %v", r.Findings)
				}
			}
			if results[0] != results[1] {
				t.Error(firstDifference(results[0], results[1]))
			}
		})
	}
}

// catalogWorkspace returns the catalogue of the repository with another product: with all its products
// and sites or, which takes a fifth of the time, with one product and a site that uses it.
func catalogWorkspace(t *testing.T, all bool) fstest.MapFS {
	t.Helper()
	files := schemaFiles(t)
	copied := func(pattern string) {
		names, err := fs.Glob(os.DirFS("../.."), pattern)
		if err != nil || len(names) == 0 {
			t.Fatal(pattern, err)
		}
		for _, name := range names {
			data, err := os.ReadFile("../../" + name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = &fstest.MapFile{Data: data}
		}
	}
	for _, pattern := range []string{"specs/catalog.cue", "specs/services/*.cue", "specs/products/shopping/*.cue"} {
		copied(pattern)
	}
	text := string(files["specs/catalog.cue"].Data)
	if all {
		copied("specs/products/*/*.cue")
		copied("specs/sites/*/*.cue")
	} else {
		text = regexp.MustCompile(`(?m)^.*(igelums|profileunity).*\n`).ReplaceAllString(text, "")
		files["specs/sites/small/site.cue"] = &fstest.MapFile{Data: []byte(siteOfShopping)}
	}
	for _, line := range []string{`	"github.com/portspec/portspec/specs/products/shopping"`, `		"shopping":     shopping.product`} {
		text = strings.Replace(text, line, line+"\n"+strings.ReplaceAll(line, "shopping", "tool"), 1)
	}
	files["specs/catalog.cue"] = &fstest.MapFile{Data: []byte(text)}
	files["specs/products/tool/tool.cue"] = &fstest.MapFile{Data: []byte(fmt.Sprintf(productTemplate, ""))}
	return files
}

// siteOfShopping is a site with one component.
const siteOfShopping = `package site

import (
	"github.com/portspec/portspec/schema"
	"github.com/portspec/portspec/specs"
)

site: schema.#Site & {
	site:        "s"
	description: "A desktop."
	catalog:     specs.catalog
	products: shopping: {}
	hosts: {
		h: runs: ["shopping/client"]
	}
}
`

// TestServedCatalog loads a site that uses the binary's catalogue, whose products are known
// without evaluating them.
func TestServedCatalog(t *testing.T) {
	for _, product := range []string{"shopping", "nobody"} {
		want := map[string][]diag.Code{"nobody": {diag.UnknownProduct}}[product]
		files := fstest.MapFS{
			"site/site.cue": {Data: []byte(strings.Replace(siteOfShopping, "shopping/", product+"/", 1))},
			workspace.ModuleFile: {Data: []byte(`module: "example.com/s@v0"
language: version: "v0.17.0"
deps: "github.com/portspec/portspec@v0": v: "v0.1.0"
`)},
		}
		r, err := Loader{}.Tree(t.Context(), files)
		if err != nil {
			t.Fatal(err)
		}
		var codes []diag.Code
		for _, f := range r.Findings {
			codes = append(codes, f.Code)
		}
		if !slices.Equal(codes, want) {
			t.Errorf("%s: %v, want %v", product, r.Findings, want)
		}
	}
}

// TestNamesCatalog tests for which sites the catalogue is not evaluated.
func TestNamesCatalog(t *testing.T) {
	const text = `package site

import (
	"github.com/portspec/portspec/schema"
	"github.com/portspec/portspec/specs"
)

site: schema.#Site & {
	site:    "s"
	catalog: specs.catalog
	hosts: h: {}
}
`
	for name, test := range map[string]struct {
		old, new string
		named    bool
	}{
		"plain":             {"", "", true},
		"a reference to it": {"hosts: h: {}", `description: catalog.products.shopping.name, hosts: h: {}`, false},
		"one to the site":   {"hosts: h: {}", "hosts: h: {}\n_x: site.catalog", false},
		"more than that":    {"specs.catalog", `specs.catalog & {products: shopping: version: "1"}`, false},
		"twice":             {"hosts: h: {}", "hosts: h: {}\ncatalog: _", false},
		"an alias":          {"site: schema", "site: X=schema", false},
		"a field more":      {"site: schema.#Site & {", "site: schema.#Site & {_y, ", false},
	} {
		t.Run(name, func(t *testing.T) {
			files, _, err := workspace.OpenFS(fstest.MapFS{
				"site/site.cue":      {Data: []byte(strings.Replace(text, test.old, test.new, 1))},
				workspace.ModuleFile: {Data: []byte("module: \"example.com/s@v0\"\nlanguage: version: \"v0.17.0\"\ndeps: \"github.com/portspec/portspec@v0\": v: \"v0.1.0\"\n")},
			}, workspace.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			l := newLoading(Loader{})
			l.Files, l.Schema = files, eval.SchemaDir(files)
			inst := cueload.Instances([]string{"./site"}, l.Reading().Config())[0]
			if inst.Err != nil {
				t.Fatal(inst.Err)
			}
			p := &eval.Package{Instance: inst, Written: l.Index(inst), By: eval.ByPart}
			partial.NameCatalog(p, l.catalogIDs)
			named := true
			ast.Walk(inst.Files[0], func(n ast.Node) bool {
				if ref, ok := n.(*ast.SelectorExpr); ok && ref.Sel.(*ast.Ident).Name == "catalog" {
					named = false
				}
				return true
			}, nil)
			if named != test.named {
				t.Errorf("named: %t", named)
			}
		})
	}
}
