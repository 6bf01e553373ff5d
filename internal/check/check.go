// Package check holds what CUE cannot say well: [Checks] is the table, and
// [Catalog] runs it over a compiled model.
package check

import (
	"fmt"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// A Check is one row of the table.
type Check struct {
	Code     string
	Severity diag.Severity
	Purpose  string // what has to hold, in one sentence
	run      func(*reporter)
}

// Checks lists every check. A code is never used for another check.
var Checks = []Check{
	{"PS3001", diag.Warning, "Every row of a source is cited by what encodes it.", uncitedRows},
	{"PS3002", diag.Warning, "Every number printed in a row's port cell is a port of what cites the row.", lostNumbers},
	{"PS3003", diag.Warning, "Every listener of a product's own component has a talker.", idleListeners},
	{"PS3004", diag.Warning, "Every feature conditions something.", idleFeatures},
	{"PS3005", diag.Warning, "Every component talks or listens.", idleComponents},
	{"PS3006", diag.Error, "Listeners of one component that hold together do not overlap.", overlaps},
	{"PS3007", diag.Error, "Every flow can hold for some choice of features.", impossible},
}

// Catalog runs all checks over all products.
func Catalog(c *model.Catalog) diag.List {
	var all diag.List
	for _, p := range c.Products {
		for _, check := range Checks {
			r := &reporter{Product: p, check: check}
			check.run(r)
			all = append(all, r.found...)
		}
	}
	return all.Sort()
}

// A reporter collects what one check finds in one product.
type reporter struct {
	*model.Product
	check Check
	found diag.List
}

// report adds a finding at a data path of the product.
func (r *reporter) report(path []string, hint, format string, args ...any) *diag.Finding {
	f := diag.Finding{
		Code: r.check.Code, Severity: r.check.Severity,
		Position: r.Positions.At(path...),
		Message:  fmt.Sprintf(format, args...),
		Hint:     hint,
	}
	f.Path = "product"
	for _, part := range path {
		f.Path += "." + part
	}
	r.found = append(r.found, f)
	return &r.found[len(r.found)-1]
}
