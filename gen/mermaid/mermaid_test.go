package mermaid

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// catalogs are what the properties are tested on.
func catalogs(t *testing.T) map[string]*model.Catalog {
	return map[string]*model.Catalog{"embedded": realCatalog(t), "every shape": everyShape()}
}

func generate(t *testing.T, c *model.Catalog) map[string]string {
	t.Helper()
	files, _ := Generate(c)
	all := map[string]string{}
	for _, f := range files {
		if _, ok := all[f.Path]; ok {
			t.Errorf("%s is written twice", f.Path)
		}
		all[f.Path] = string(f.Data)
	}
	return all
}

func inProduct(c *model.Component) string { return nodeID("c", c.ID) }

func TestOverviewShowsEveryConnection(t *testing.T) {
	for name, c := range catalogs(t) {
		files := generate(t, c)
		for _, p := range c.Products {
			file := files[p.ID+".mmd"]
			want := expected(p, inProduct, func(*model.Connection, model.When) bool { return true })
			if len(want) == 0 {
				t.Errorf("%s: %s has no connections", name, p.ID)
			}
			same(t, p.ID+".mmd", read(t, file), want, true)
			if file != Product(p) {
				t.Errorf("%s.mmd is not what Product returns", p.ID)
			}
			for _, x := range p.Components {
				if !strings.Contains(file, "    "+nodeID("c", x.ID)) {
					t.Errorf("%s.mmd lacks the box of %s", p.ID, x.ID)
				}
			}
		}
	}
}

// The diagram of a choice shows what its conditions and those of the features
// it rules out allow, and all diagrams of a feature together show everything.
func TestChoicesShowWhatHoldsWithThem(t *testing.T) {
	diagrams := 0
	for _, c := range catalogs(t) {
		files := generate(t, c)
		for _, p := range c.Products {
			for _, f := range p.Features {
				together := facts{}
				for _, choice := range f.Choices {
					path := p.ID + "/" + f.ID + "-" + choice.ID + ".mmd"
					file, ok := files[path]
					if !ok {
						continue
					}
					diagrams++
					want := expected(p, inProduct, func(_ *model.Connection, when model.When) bool {
						return holds(p, when, f.ID, choice.ID)
					})
					got := read(t, file)
					same(t, path, got, want, false)
					maps.Copy(together, got)
				}
				if len(together) > 0 {
					same(t, f.ID, together, read(t, files[p.ID+".mmd"]), false)
				}
			}
		}
	}
	if diagrams < 10 {
		t.Errorf("%d diagrams of choices", diagrams)
	}
}

// holds reports whether a condition allows a choice, itself and through the
// features that it needs on.
func holds(p *model.Product, when model.When, feature, choice string) bool {
	allows := func(w model.When) bool { return w[feature] == nil || slices.Contains(w[feature], choice) }
	if !allows(when) {
		return false
	}
	for id, values := range when {
		if !slices.Contains(values, "off") && !allows(p.Feature(id).Needs) {
			return false
		}
	}
	return true
}

func TestCatalogShowsEveryUseOfAService(t *testing.T) {
	for name, c := range catalogs(t) {
		want := facts{}
		for _, p := range c.Products {
			node := func(x *model.Component) string {
				if x.Service != "" {
					return nodeID("s", x.Service)
				}
				return nodeID("c", p.ID, x.ID)
			}
			for f, always := range expected(p, node, func(*model.Connection, model.When) bool { return true }) {
				if strings.HasPrefix(f.from, "s_") || strings.HasPrefix(f.to, "s_") {
					want.add(f, always)
				}
			}
		}
		if len(want) == 0 {
			t.Errorf("%s: no service is used", name)
		}
		same(t, name, read(t, generate(t, c)["catalog.mmd"]), want, true)
	}
}

// A switch gets a diagram of the default installation with the switch turned,
// where that adds or takes away enough.
func TestSwitches(t *testing.T) {
	files := generate(t, everyShape())
	file, ok := files["every-shape/gateway-on.mmd"]
	if !ok {
		t.Fatal("no diagram of the gateway")
	}
	for _, want := range []string{
		"accTitle: Every shape 2.0#58; Gateway\n",
		`subgraph g_product["Every shape 2.0<br/>Gateway"]`,
		`c_end -->|"tcp/8443"| c_gateway_one`,
		`orange#58; new with<br/>Gateway`,
	} {
		if !strings.Contains(file, want) {
			t.Errorf("gateway-on.mmd lacks %s\n%s", want, file)
		}
	}
	// Not there by default, and nothing to do with the gateway.
	for f := range read(t, file) {
		if f.from == "c_admin" && f.to == "c_default" {
			t.Errorf("gateway-on.mmd shows %+v", f)
		}
	}
	// Its arrows to the gateways, and only those, are marked.
	var arrows, marked []string
	for _, line := range strings.Split(file, "\n") {
		if arrowLine.MatchString(line) {
			if strings.Contains(line, "c_gateway") {
				marked = append(marked, fmt.Sprint(len(arrows)))
			}
			arrows = append(arrows, line)
		}
	}
	if want := "  linkStyle " + strings.Join(marked, ",") + " " + addedStyle + "\n"; !strings.Contains(file, want) {
		t.Errorf("gateway-on.mmd lacks %s\n%s", want, file)
	}
	if _, ok := files["every-shape/tls-off.mmd"]; ok {
		t.Error("a switch that adds one arrow has a diagram of its own")
	}
	if _, ok := files["every-shape/theme-dark.mmd"]; ok {
		t.Error("a choice that conditions nothing has a diagram of its own")
	}
}

func TestSameInputSameBytes(t *testing.T) {
	for name, c := range map[string]func() *model.Catalog{"embedded": func() *model.Catalog { return realCatalog(t) }, "every shape": everyShape, "hostile": hostile} {
		first, _ := Generate(c())
		if !slices.IsSortedFunc(first, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) }) {
			t.Errorf("%s: files are not sorted", name)
		}
		for range 20 {
			again, _ := Generate(c())
			if !slices.EqualFunc(first, again, func(a, b gen.File) bool { return a.Path == b.Path && bytes.Equal(a.Data, b.Data) }) {
				t.Fatalf("%s: other bytes", name)
			}
		}
	}
}

func TestHeaderAndNames(t *testing.T) {
	files := generate(t, hostile())
	for path, file := range files {
		if !strings.HasPrefix(file, "%% "+gen.Header+"\n") {
			t.Errorf("%s starts with %.60q", path, file)
		}
		if !strings.HasSuffix(file, "\n") || strings.Contains(file, "\r") {
			t.Errorf("%s is not made of lines", path)
		}
		if strings.Count(file, "%%{") != 1 {
			t.Errorf("%s has %d directives", path, strings.Count(file, "%%{"))
		}
	}
	// A product called catalog, and two features whose choices read alike.
	for _, path := range []string{"catalog.mmd", "catalog-.mmd", "catalog/a-b-c.mmd", "catalog/a-b-c-.mmd"} {
		if _, ok := files[path]; !ok {
			t.Errorf("no %s in %v", path, slices.Sorted(maps.Keys(files)))
		}
	}
}
