package resolve_test

import (
	"encoding/json"
	"path/filepath"
	"sync"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	cueload "cuelang.org/go/cue/load"

	"github.com/portspec/portspec/internal/sample"
)

// plainCUE is CUE without portspec: it judges sites by the whole schema, including
// schema/resolution.cue. The zero value is ready.
type plainCUE struct {
	scope   scope
	uses    int
	catalog string // the one of scope, as an expression
	data    string // what catalog evaluates to
}

// Packages in which sites are evaluated, with the field given for the catalogue. Evaluating the
// products of portspec takes twenty times as long as the schema alone, so withCatalog has their
// data instead.
const (
	withCatalog = `package plain

import "github.com/portspec/portspec/schema"

#Site:    schema.#Site
#Catalog: schema.#Catalog
given: `
	withSpecs = `package plain

import (
	"github.com/portspec/portspec/schema"
	"github.com/portspec/portspec/specs"
	"github.com/portspec/portspec/specs/sites/campus"
	"github.com/portspec/portspec/specs/sites/ha"
	"github.com/portspec/portspec/specs/sites/small"
)

#Site: schema.#Site
given: specs.catalog
sites: {"campus": campus.site, "ha": ha.site, "small": small.site}
`
)

// A scope is an evaluated package with its context, in which sites are compiled.
type scope struct {
	cue.Value
	context *cue.Context
}

// evaluate evaluates a package of this module.
func evaluate(source string) (scope, error) {
	root, err := filepath.Abs("../..")
	if err != nil {
		return scope{}, err
	}
	file := filepath.Join(root, "internal", "resolve", "plain", "plain.cue")
	inst := cueload.Instances([]string{"./internal/resolve/plain"}, &cueload.Config{
		Dir: root, Overlay: map[string]cueload.Source{file: cueload.FromString(source)},
	})[0]
	if inst.Err != nil {
		return scope{}, inst.Err
	}
	context := cuecontext.New()
	v := context.BuildInstance(inst)
	return scope{v, context}, v.LookupPath(cue.ParsePath("#Site")).Err()
}

// An evaluation is what plain CUE makes of the products and the sites that come with portspec.
type evaluation struct {
	scope    scope  // for sites
	catalog  string // as JSON
	products map[string]*product
	sites    map[string]json.RawMessage
}

var evaluateSpecs = sync.OnceValues(func() (*evaluation, error) {
	v, err := evaluate(withSpecs)
	if err != nil {
		return nil, err
	}
	if err := v.Validate(cue.Concrete(true)); err != nil {
		return nil, err
	}
	catalog, err := given(v.Value).MarshalJSON()
	if err != nil {
		return nil, err
	}
	e := &evaluation{scope: v, catalog: string(catalog)}
	var of struct{ Products map[string]*product }
	if err := json.Unmarshal(catalog, &of); err != nil {
		return nil, err
	}
	e.products = of.Products
	return e, v.LookupPath(cue.ParsePath("sites")).Decode(&e.sites)
})

func specs(t testing.TB) *evaluation {
	t.Helper()
	e, err := evaluateSpecs()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// refuses returns CUE's error for a site that uses the products of portspec or, if products is
// not nil, these.
func (p *plainCUE) refuses(t testing.TB, s *site, products map[string]*product) error {
	t.Helper()
	if products == nil {
		p.use(t, specs(t).catalog)
	} else {
		p.use(t, "#Catalog & {products: "+toJSON(t, products)+"}")
	}
	return refusesIn(t, p.scope, s)
}

// use loads the package for sites with a catalogue. In a site, CUE would judge all products
// again, which takes ten times as long as the rest, so the catalogue is evaluated to JSON, once
// for all its sites. An invalid one stays as it is. CUE keeps everything that it has evaluated,
// megabytes for each site, so the package is loaded again from time to time.
func (p *plainCUE) use(t testing.TB, catalog string) {
	t.Helper()
	load := func(catalog string) scope {
		v, err := evaluate(withCatalog + catalog)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if p.catalog != catalog {
		p.catalog, p.data, p.uses = catalog, catalog, 0
		if v := given(load(catalog).Value); v.Validate(cue.Concrete(true)) == nil {
			p.data = toJSON(t, v)
		}
	}
	if p.uses%20 == 0 {
		p.scope = load(p.data)
	}
	p.uses++
}

// given returns the catalogue of a package.
func given(v cue.Value) cue.Value { return v.LookupPath(cue.ParsePath("given")) }

// refusesIn returns CUE's error for a site that uses the catalogue of a package.
func refusesIn(t testing.TB, in scope, s *site) error {
	t.Helper()
	v := in.context.CompileString("{#Site & {catalog: given} & "+toJSON(t, s)+"}", cue.Scope(in.Value))
	return v.Validate(cue.Concrete(true))
}

// TestEvaluated judges example sites, valid and with a misspelt component, with the catalogue
// itself and with what it evaluates to.
func TestEvaluated(t *testing.T) {
	p := new(plainCUE)
	for _, id := range []string{"small", "ha", "campus"}[:sample.Size(1, 3)] {
		s := example(t, id)
		for _, wrong := range []bool{false, true} {
			if wrong {
				h := s.Hosts[keys(s.Hosts)[0]]
				h.Runs = append(h.Runs, h.Runs[0]+"x")
				s.Hosts[keys(s.Hosts)[0]] = h
			}
			direct, evaluated := refusesIn(t, specs(t).scope, s), p.refuses(t, s, nil)
			if (direct != nil) != wrong || (evaluated != nil) != wrong {
				t.Errorf("%s, wrong: %t: with the catalogue %v, with its data %v", id, wrong, direct, evaluated)
			}
		}
	}
}

func toJSON(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
