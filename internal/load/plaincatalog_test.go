package load

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestPlainCatalog judges catalogues and sites with the shortcuts and without:
// what is found is the same to the byte, whatever stands in them.
func TestPlainCatalog(t *testing.T) {
	defer func() { specializing = true }()
	const catalog, site = "specs/catalog.cue", "specs/sites/small/site.cue"
	for name, test := range map[string]struct {
		file, old, new string
		faults         bool
	}{
		"as it is":             {file: catalog},
		"another id":           {catalog, `"shopping":     shopping`, `"shop":     shopping`, true},
		"another product":      {catalog, `"shopping":     shopping`, `"shopping":     igelums`, true},
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
			all := os.DirFS("../..")
			data, err := os.ReadFile("../../" + test.file)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(data), test.old) {
				t.Fatalf("%s has no %q", test.file, test.old)
			}
			text := strings.Replace(string(data), test.old, test.new, 1)
			var results [2]string
			for i := range results {
				specializing = i == 0
				r, err := load(t.Context(), overlaid{all, test.file, text}, nil)
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

// TestServedCatalog has a site of a workspace that uses the catalogue in the
// binary, whose products are known without evaluating them.
func TestServedCatalog(t *testing.T) {
	const text = `package site

import (
	"github.com/portspec/portspec/schema"
	"github.com/portspec/portspec/specs"
)

site: schema.#Site & {
	site:    "s"
	catalog: specs.catalog
	products: shopping: {}
	hosts: h: runs: ["PRODUCT/client"]
}
`
	for product, want := range map[string][]string{"shopping": nil, "nobody": {codeProduct}} {
		files := fstest.MapFS{
			"site/site.cue": {Data: []byte(strings.Replace(text, "PRODUCT", product, 1))},
			moduleName: {Data: []byte(`module: "example.com/s@v0"
language: version: "v0.17.0"
deps: "github.com/portspec/portspec@v0": v: "v0.1.0"
`)},
		}
		r, err := Tree(t.Context(), files)
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		for _, f := range r.Findings {
			codes = append(codes, f.Code)
		}
		if !slices.Equal(codes, want) {
			t.Errorf("%s: %v, want %v", product, r.Findings, want)
		}
	}
}
