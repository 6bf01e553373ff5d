// Package check holds what CUE cannot say well: [Checks] is the table, and
// [Catalog] runs it over a compiled model.
package check

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// A Check is one row of the table. What has to hold, why, and how much it
// matters is said by its code in [diag.Codes].
type Check struct {
	Code diag.Code
	run  func(*reporter)
}

// Checks lists every check. A code is never used for another check.
var Checks = []Check{
	{diag.UncitedRow, uncitedRows},
	{diag.LostNumber, lostNumbers},
	{diag.IdleListener, idleListeners},
	{diag.IdleFeature, idleFeatures},
	{diag.IdleComponent, idleComponents},
	{diag.ListenersOverlap, overlaps},
	{diag.ImpossibleFlow, impossible},
	{diag.LookAlikes, lookAlikes},
	{diag.UnknownRange, unknownRanges},
	{diag.OldSource, oldSources},
}

// Options are what some checks need to know; the zero value leaves those out.
type Options struct {
	// SourcesSince is the date, as in 2020-08-13, before which a source is too
	// old.
	SourcesSince string
	// Today is the date, as in 2020-08-13, on which suppressions are judged; ""
	// is before any of them expires.
	Today string
	// All leaves suppressions out, so that everything is found.
	All bool
}

// Catalog runs all checks over all products. What a product accepts is marked
// as suppressed.
func Catalog(c *model.Catalog, o Options) diag.List {
	var all diag.List
	for _, p := range c.Products {
		all = append(all, Product(p, o)...)
	}
	return all.Sort()
}

// Product runs all checks over one product, which no other has a part in.
func Product(p *model.Product, o Options) diag.List {
	var found diag.List
	for _, check := range Checks {
		code, known := diag.Lookup(check.Code)
		if !known {
			panic(string(check.Code) + " is not in diag.Codes")
		}
		r := &reporter{Product: p, Options: o, code: code}
		check.run(r)
		found = append(found, r.found...)
	}
	return SuppressProduct(p, found, o, func(code diag.Code) bool {
		return code.In("PS3") && (code != diag.OldSource || o.SourcesSince != "")
	})
}

// Lasting reports whether the checks find the same in a product whatever
// [Options.Today] is.
func Lasting(p *model.Product) bool {
	return !slices.ContainsFunc(p.Suppress, func(s *model.Suppression) bool { return s.Until != "" })
}

// A reporter collects what one check finds in one product.
type reporter struct {
	*model.Product
	Options
	code  diag.Explanation
	found diag.List
}

// report adds a finding at a data path of the product.
func (r *reporter) report(path []string, hint, format string, args ...any) *diag.Finding {
	f := diag.Finding{
		Code: r.code.Code, Severity: r.code.Severity,
		Position: r.Positions.At(path...),
		Message:  fmt.Sprintf(format, args...),
		Hint:     hint,
	}
	f.Path = model.PathOf("product").Below(path...)
	r.found = append(r.found, f)
	return &r.found[len(r.found)-1]
}
