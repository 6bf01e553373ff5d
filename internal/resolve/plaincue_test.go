package resolve_test

import (
	"encoding/json"
	"path/filepath"
	"sync"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	cueload "cuelang.org/go/cue/load"
)

// plainCUE is CUE without portspec: it judges sites by the whole schema, including
// schema/resolution.cue.
type plainCUE struct {
	ctx   *cue.Context
	scope cue.Value
	uses  int
}

const plainSource = `package plain

import (
	"github.com/portspec/portspec/schema"
	"github.com/portspec/portspec/specs"
)

#Site:    schema.#Site
#Catalog: schema.#Catalog
#Product: schema.#Product
#Specs:   specs.catalog
`

// value returns the package in which sites are evaluated. CUE keeps everything that it has
// evaluated, megabytes for each site, so it is loaded again from time to time.
func (p *plainCUE) value(t testing.TB) cue.Value {
	t.Helper()
	if p.uses++; p.uses%20 != 1 {
		return p.scope
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(root, "internal", "resolve", "plain", "plain.cue")
	inst := cueload.Instances([]string{"./internal/resolve/plain"}, &cueload.Config{
		Dir: root, Overlay: map[string]cueload.Source{file: cueload.FromString(plainSource)},
	})[0]
	if inst.Err != nil {
		t.Fatal(inst.Err)
	}
	p.ctx = cuecontext.New()
	p.scope = p.ctx.BuildInstance(inst)
	if err := p.scope.Err(); err != nil {
		t.Fatal(err)
	}
	return p.scope
}

// refuses returns CUE's error for a site that uses the products of portspec or, if products is
// not nil, these.
func (p *plainCUE) refuses(t testing.TB, s *site, products map[string]*product) error {
	t.Helper()
	catalog := "#Specs"
	if products != nil {
		catalog = "#Catalog & {products: " + toJSON(t, products) + "}"
	}
	return p.refusesWith(t, s, p.evaluated(t, catalog))
}

// refusesWith is refuses for an expression that evaluates to the catalogue.
func (p *plainCUE) refusesWith(t testing.TB, s *site, catalog string) error {
	t.Helper()
	scope := p.value(t)
	v := p.ctx.CompileString("{#Site & {catalog: "+catalog+"} & "+toJSON(t, s)+"}", cue.Scope(scope))
	return v.Validate(cue.Concrete(true))
}

// catalogs has the evaluated catalogues of all plainCUEs, by expression.
var catalogs sync.Map

// evaluated evaluates a catalogue to JSON, once for all its sites: in a site, CUE would judge
// all products again, which takes ten times as long as the rest. It returns an invalid
// catalogue as it is.
func (p *plainCUE) evaluated(t testing.TB, catalog string) string {
	t.Helper()
	if data, ok := catalogs.Load(catalog); ok {
		return data.(string)
	}
	scope := p.value(t)
	v := p.ctx.CompileString(catalog, cue.Scope(scope))
	data := catalog
	if v.Validate(cue.Concrete(true)) == nil {
		text, err := v.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		data = string(text)
	}
	catalogs.Store(catalog, data)
	return data
}

// TestEvaluated judges example sites, valid and with a misspelt component, with the catalogue
// itself and with what it evaluates to.
func TestEvaluated(t *testing.T) {
	p := new(plainCUE)
	for _, id := range []string{"small", "ha", "campus"} {
		s := example(t, id)
		for _, wrong := range []bool{false, true} {
			if wrong {
				h := s.Hosts[keys(s.Hosts)[0]]
				h.Runs = append(h.Runs, h.Runs[0]+"x")
				s.Hosts[keys(s.Hosts)[0]] = h
			}
			direct, evaluated := p.refusesWith(t, s, "#Specs"), p.refuses(t, s, nil)
			if (direct != nil) != wrong || (evaluated != nil) != wrong {
				t.Errorf("%s, wrong: %t: with the catalogue %v, with its data %v", id, wrong, direct, evaluated)
			}
		}
	}
}

// specs returns the products that come with portspec.
func (p *plainCUE) specs(t testing.TB) map[string]*product {
	t.Helper()
	var catalog struct{ Products map[string]*product }
	if err := json.Unmarshal([]byte(p.evaluated(t, "#Specs")), &catalog); err != nil {
		t.Fatal(err)
	}
	return catalog.Products
}

func toJSON(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
