// Package check makes the checks that CUE cannot express well: [Checks] is their table, and
// [Product] runs them on a product.
package check

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// A Check is a row of the table. Its code is explained in [diag.Codes].
type Check struct {
	Code diag.Code
	run  func(*reporter)
}

// Checks lists all checks.
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
	{diag.WrongHost, wrongHosts},
	{diag.RangeElsewhere, rangesElsewhere},
}

// Options are parameters of checks. The zero value skips checks that need one.
type Options struct {
	// SourcesSince is a date such as 2020-08-13; older sources are reported.
	SourcesSince string
	// Today is a date such as 2020-08-13, used to tell whether suppressions have expired;
	// with "", none has.
	Today string
	// All ignores suppressions.
	All bool
}

// Product runs all checks on a product, and marks findings that it accepts as suppressed. The
// result does not depend on other products.
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

// Lasting reports whether the findings in a product do not depend on [Options.Today].
func Lasting(p *model.Product) bool {
	return !slices.ContainsFunc(p.Suppress, func(s *model.Suppression) bool { return s.Until != "" })
}

// A reporter collects the findings of one check in one product.
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
