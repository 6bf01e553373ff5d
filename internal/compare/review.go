package compare

import (
	"context"
	"slices"

	"github.com/portspec/portspec/gen/changes"
	"github.com/portspec/portspec/gen/review"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/model"
)

// Review compares the workspace with a base and, if outputs is true, their outputs.
func (by *Comparer) Review(ctx context.Context, base string, outputs bool) (*review.Report, error) {
	sides, err := by.sides(ctx, []string{base}, false)
	if err != nil {
		return nil, err
	}
	old, err := by.reviewed(ctx, sides[0])
	if err != nil {
		return nil, err
	}
	new, err := by.reviewed(ctx, sides[1])
	if err != nil {
		return nil, err
	}
	// An export or a folder without a configuration uses that of the other side, and so
	// does a commit whose configuration has errors.
	if old.config == nil && (sides[0].ref == nil || sides[0].badConfig) {
		old.config = new.config
	}
	old.none = old.none || old.config == nil && new.config != nil
	new.none = new.none || new.config == nil && old.config != nil
	for _, r := range []*reviewed{old, new} {
		if !outputs {
			r.noOutputs = "not requested"
		}
		if err := by.makeOutputs(r); err != nil {
			return nil, err
		}
	}
	return newReport(base, old, new), nil
}

// newReport compares two versions.
func newReport(base string, old, new *reviewed) *review.Report {
	c := diff.CompareSides(
		diff.Side{Catalog: old.result.Catalog, Findings: old.result.Findings},
		diff.Side{Catalog: new.result.Catalog, Findings: new.result.Findings},
	)
	r := &review.Report{
		Base: base, Changes: c,
		New:    foundOnly(new.findings(), old.findings()),
		Fixed:  foundOnly(old.findings(), new.findings()),
		Partly: old.result.Findings.HasErrors() || new.result.Findings.HasErrors(),
		Sites:  changedSites(old, new, c),
	}
	r.Breaks = breaking(c, r.Sites)
	r.Actions = changes.Actions(c.Actions)
	r.Others = changes.All(c)
	for i := range r.Sites {
		r.Sites[i].Rules = changes.Rules(r.Sites[i].Changes)
	}
	switch {
	case new.outputs == nil || old.outputs == nil:
		r.Outputs, r.NoOutputs = []review.Output{}, why(new, old)
	default:
		r.Outputs = changedOutputs(old.outputs.Files, new.outputs.Files)
	}
	return r
}

// breaking lists the users for whom a change of products or hosts is breaking.
func breaking(c *diff.Changes, sites []review.Site) []diff.User {
	users := append([]diff.User{}, c.Breaks()...)
	for _, s := range sites {
		for _, x := range s.Changes {
			users = append(users, x.Breaks...)
		}
	}
	slices.Sort(users)
	return slices.Compact(users)
}

// why returns the reason why outputs cannot be compared.
func why(sides ...*reviewed) string {
	for _, r := range sides {
		if r.outputs == nil {
			return r.noOutputs
		}
	}
	return ""
}

// foundOnly returns the findings of list that are not in other, ignoring lines. If other
// has errors, most other checks were not made there, so it returns only errors.
func foundOnly(list, other diag.List) diag.List {
	type key struct {
		code          diag.Code
		path          model.Path
		file, message string
	}
	keyOf := func(f diag.Finding) key { return key{f.Code, f.Path, f.Position.File, f.Message} }
	known := make(map[key]bool)
	for _, f := range other {
		known[keyOf(f)] = true
	}
	only, least := diag.List{}, diag.Warning
	if other.HasErrors() {
		least = diag.Error
	}
	for _, f := range list.AtLeast(least) {
		if !known[keyOf(f)] {
			only = append(only, f)
		}
	}
	return only
}
