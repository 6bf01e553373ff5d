package golang

import (
	"fmt"
	goconstant "go/constant"
	"go/types"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
)

// combinations returns options of every kind combined with every other, and each kind of build
// tags with some of them.
func combinations() []Options {
	var all []Options
	for _, only := range []string{"", OnlyConstants} {
		for _, prefix := range []string{"", "IGEL", "port"} {
			for _, typ := range []string{"", "int", "uint16"} {
				for _, part := range []bool{false, true} {
					o := Options{Only: only, Prefix: prefix, Type: typ, Tags: []string{"", "linux || !cgo", "!ignore"}[len(all)%3]}
					if part {
						o.Components = []string{"server", "ums-server", "a", "nothing"}
					}
					all = append(all, o)
				}
			}
		}
	}
	return all
}

// TestOptions compiles packages with every combination of options, as folders and as single
// files: of a product with all shapes, of one with clashing names, and of a real one.
func TestOptions(t *testing.T) {
	var files []gen.File
	ums := embedded(t).Product("igel-ums")
	for i, o := range combinations() {
		for j, p := range []*model.Product{shapesProduct(), colliding(), ums} {
			o.Package = fmt.Sprintf("folder%dof%d", i, j)
			made, _ := o.Generate(&model.Catalog{Products: []*model.Product{p}})
			if len(made) > 0 { // otherwise it has none of the components
				checkPackage(t, o, p, made)
			}
			o.Package = fmt.Sprintf("file%dof%d", i, j)
			data, _ := o.File(p)
			data = gen.Seal("ports_gen.go", data)
			one := []gen.File{{Path: o.Package + "/ports_gen.go", Data: data}}
			checkPackage(t, o, p, one)
			files = append(files, append(made, one...)...)
		}
	}
	dir := writeModule(t, files)
	readers.Run(t, dir, "go", "build", "./...")
	readers.Run(t, dir, "go", "vet", "./...")
}

// checkPackage checks the declarations of a package.
func checkPackage(t *testing.T, o Options, p *model.Product, files []gen.File) {
	t.Helper()
	checked, parsed := typecheck(t, files, o.Package)
	names := checked.Scope().Names()
	for _, name := range names {
		if !strings.HasPrefix(strings.ToLower(name), strings.ToLower(o.Prefix)) {
			t.Errorf("%+v: %s has no prefix", o, name)
		}
		c, ok := checked.Scope().Lookup(name).(*types.Const)
		if !ok || c.Val().Kind() != goconstant.Int {
			continue
		}
		want := o.Type
		if want == "" {
			want = "untyped int"
		}
		if got := c.Type().String(); got != want {
			t.Errorf("%+v: %s has the type %s, want %s", o, name, got, want)
		}
	}
	if tables := slices.Contains(names, o.Prefix+"Flows"); tables != (o.Only == "") {
		t.Errorf("%+v: tables: %v", o, tables)
	}
	if p.ID == "igel-ums" {
		for name, want := range map[string]bool{"UMSServerWebPort": true, "ICGWebPort": len(o.Components) == 0, "FeatureHighAvailability": true, "FlowsWhere": o.Only == ""} {
			if got := slices.Contains(names, o.Prefix+name); got != want {
				t.Errorf("%+v: %s: %v, want %v", o, name, got, want)
			}
		}
	}
	for _, f := range parsed {
		for _, group := range f.Comments {
			for _, m := range docLinks().FindAllStringSubmatch(group.Text(), -1) {
				name, _, _ := strings.Cut(m[1], ".")
				if p.ID == "igel-ums" && name != "" && name[0] >= 'A' && name[0] <= 'Z' && !slices.Contains(names, name) {
					t.Errorf("%+v: a comment links to %s, which is not defined", o, name)
				}
			}
		}
	}
}

// TestComponentFlows checks the tables of one component.
func TestComponentFlows(t *testing.T) {
	p := embedded(t).Product("igel-ums")
	g := Options{Components: []string{"icg"}}.generation(p, "icg")
	if len(g.view.connections) == 0 || len(g.view.connections) >= len(p.Connections()) {
		t.Fatalf("%d flows of %d", len(g.view.connections), len(p.Connections()))
	}
	shown := make(map[string]bool)
	for _, c := range g.view.components {
		shown[c.ID] = true
	}
	for _, c := range g.view.connections {
		if c.To.ID != "icg" && !slices.Contains(c.Flow.From, "icg") {
			t.Errorf("flow %s does not concern the component", c.Flow.ID)
		}
		for _, id := range append(slices.Clone(c.Flow.From), c.To.ID) {
			if !shown[id] {
				t.Errorf("%s of flow %s is missing in the tables", id, c.Flow.ID)
			}
		}
		if !g.view.has(c.To, c.Listener) {
			t.Errorf("listener %s of flow %s is missing in the tables", c.Listener.ID, c.Flow.ID)
		}
		for id := range c.When {
			if !slices.ContainsFunc(g.view.features, func(f *model.Feature) bool { return f.ID == id }) {
				t.Errorf("feature %s of flow %s is missing in the tables", id, c.Flow.ID)
			}
		}
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		options Options
		want    string // part of the error; "" for none
	}{
		{Options{}, ""},
		{Options{Package: "ports", Only: "constants", Prefix: "IGEL_", Type: "uint16", Tags: "linux && (amd64 || !cgo)"}, ""},
		{Options{Package: "main"}, ""},
		{Options{Package: "my-ports"}, "be the name of a Go package"},
		{Options{Package: "type"}, "be the name of a Go package"},
		{Options{Package: "init"}, "be the name of a Go package"},
		{Options{Package: "_"}, "be the name of a Go package"},
		{Options{Package: "a\nfunc init() {}"}, "be the name of a Go package"},
		{Options{Only: "ports"}, "use constants"},
		{Options{Prefix: "1e"}, "cannot begin a Go name"},
		{Options{Prefix: "a b"}, "cannot begin a Go name"},
		{Options{Prefix: "Ä"}, "cannot begin a Go name"},
		{Options{Type: "int8"}, "use int, uint16 or untyped"},
		{Options{Tags: "linux &&"}, "not a build constraint"},
		{Options{Tags: "linux\n\nfunc init() {}"}, "not a build constraint"},
		{Options{Tags: "linux,amd64"}, "not a build constraint"},
	} {
		err := c.options.Validate()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.options, err, c.want)
		}
	}
}
