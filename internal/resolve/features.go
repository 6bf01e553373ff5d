package resolve

import (
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// chosen returns the values of each feature of a product: the site's or else the default;
// none if there is neither.
func chosen(p *model.Product, use *model.Use) map[string][]string {
	values := make(map[string][]string)
	for _, f := range p.Features {
		if v, ok := use.Features[f.ID]; ok {
			values[f.ID] = v
		} else if f.Default != "" {
			values[f.ID] = []string{f.Default}
		}
	}
	return values
}

// checkFeatures reports errors in the features that the site chose for the releases of a
// product. A feature exists if one of the releases has it.
func checkFeatures(found *findings, u *model.Use, releases []*product) {
	path := func(f string) []string { return []string{"products", u.Product, "features", f} }
	for _, id := range slices.Sorted(maps.Keys(u.Features)) {
		if len(releases) > 0 && !slices.ContainsFunc(releases, func(p *product) bool { return p.Feature(id) != nil }) {
			found.unknown(diag.UnknownFeature, path(id), id, featureIDs(releases[0].Product), "no feature %s in %s", id, releases[0].called())
		}
	}
	for _, p := range releases {
		checkValues(found, p, path)
	}
}

// checkValues reports errors in the values of a release's features.
func checkValues(found *findings, p *product, path func(feature string) []string) {
	for _, f := range p.Features {
		given, values := p.use.Features[f.ID], p.values[f.ID]
		switch {
		case len(values) == 0:
			found.wrong(diag.FeatureValue, path(f.ID), "choose "+or(f.Values()), "feature %s of %s has no default: choose a value", f.ID, p.called())
			continue
		case len(values) > 1 && !f.Several:
			found.wrong(diag.FeatureValue, path(f.ID), "keep one of them", "feature %s of %s has one value at a time, not %s", f.ID, p.called(), and(values))
		}
		for _, v := range given {
			if !slices.Contains(f.Values(), v) {
				found.unknown(diag.UnknownValue, path(f.ID), v, f.Values(), "feature %s of %s has no value %s", f.ID, p.called(), v)
			}
		}
		checkNeeds(found, p, f)
	}
}

// checkNeeds reports needs of a feature that the site or a default contradicts. A feature that
// is off needs nothing.
func checkNeeds(found *findings, p *product, f *model.Feature) {
	if slices.Contains(p.values[f.ID], "off") {
		return
	}
	for other, needed := range f.Needs.Lists() {
		if model.Intersect(p.values[other], needed) {
			continue
		}
		finding := finding(diag.FeatureNeeds, found.at("products", p.ID, "features", f.ID), "feature %s of %s needs %s to be %s, but it is %s",
			f.ID, p.called(), other, or(needed), or(p.values[other]))
		finding.Path = ofSite([]string{"products", p.ID, "features", f.ID})
		finding.Related = append(finding.Related, related(p.Positions.At("features", f.ID, "needs", other), "this is needed"))
		if _, ok := p.use.Features[other]; ok {
			finding.Related = append(finding.Related, related(found.at("products", p.ID, "features", other), "it is set here"))
		}
		finding.Hint = "set " + other + " to " + or(needed) + ", or do without " + f.ID
		found.report(finding)
	}
}

func featureIDs(p *model.Product) []string {
	var all []string
	for _, f := range p.Features {
		all = append(all, f.ID)
	}
	return all
}

// or lists values as alternatives.
func or(values []string) string {
	if len(values) == 0 {
		return "not set"
	}
	return strings.Join(values, " or ")
}

// and lists values together.
func and(values []string) string { return strings.Join(values, " and ") }
