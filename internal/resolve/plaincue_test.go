package resolve_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	cueload "cuelang.org/go/cue/load"
)

// plainCUE is CUE without portspec: sites are judged by the whole schema,
// schema/resolution.cue with it.
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

// value is the package in which sites are evaluated. CUE keeps what it has
// evaluated, tens of megabytes a site, so it begins anew now and then.
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

// refuses is CUE's error of a site that uses the products of portspec, or with
// products, others.
func (p *plainCUE) refuses(t testing.TB, s *site, products map[string]*product) error {
	t.Helper()
	catalog := "#Specs"
	if products != nil {
		catalog = "#Catalog & {products: " + toJSON(t, products) + "}"
	}
	scope := p.value(t)
	v := p.ctx.CompileString("{#Site & {catalog: "+catalog+"} & "+toJSON(t, s)+"}", cue.Scope(scope))
	return v.Validate(cue.Concrete(true))
}

// specs is the products that come with portspec.
func (p *plainCUE) specs(t testing.TB) map[string]*product {
	t.Helper()
	data, err := p.value(t).LookupPath(cue.ParsePath("#Specs.products")).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	products := make(map[string]*product)
	if err := json.Unmarshal(data, &products); err != nil {
		t.Fatal(err)
	}
	return products
}

func toJSON(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
