package eval

import (
	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"
)

// Errors returns all of CUE's errors about the package.
func (p *Package) Errors() []errors.Error {
	all := errors.Errors(p.Value.Validate(cue.Concrete(true), cue.All()))
	if len(all) == 0 {
		return nil
	}
	return append(all, p.errorsOfParts()...)
}

// errorsOfParts judges the parts of a product one by one, because CUE stops at the first kind
// of fault in the whole product.
func (p *Package) errorsOfParts() []errors.Error {
	var all []errors.Error
	judge := func(v cue.Value) {
		all = append(all, errors.Errors(v.Validate(cue.Concrete(true), cue.All()))...)
	}
	product := p.Value.LookupPath(cue.ParsePath("product"))
	for _, part := range []string{"sources", "features", "components", "flows", "rules", "errata"} {
		iter, err := product.LookupPath(cue.MakePath(cue.Str(part))).Fields()
		if err != nil {
			continue
		}
		for iter.Next() {
			judge(iter.Value())
		}
	}
	if checks := Checks(product); checks.Exists() {
		iter, err := checks.Fields(cue.All())
		for err == nil && iter.Next() {
			judge(iter.Value())
		}
	}
	return all
}
