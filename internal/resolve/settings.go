package resolve

import (
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// checkSettings reports values of settings that no release in use has, and values that are
// out of range.
func checkSettings(found *findings, values map[string]int, releases []*product, path ...string) {
	for _, id := range sortedKeys(values) {
		path := append(slices.Clone(path), id)
		var known []string
		var s *model.Setting
		var of *product
		for _, p := range releases {
			for _, x := range p.Settings {
				known = append(known, x.ID)
			}
			if found := p.Setting(id); found != nil && s == nil {
				s, of = found, p
			}
		}
		switch n := values[id]; {
		case len(releases) == 0:
		case s == nil:
			found.unknown(diag.UnfitSetting, path, id, known, "no setting %s in %s", id, releases[0].called())
		case n < s.Min || n > s.Max:
			f := finding(diag.UnfitSetting, found.at(path...), "%s of %s must be from %d to %d; got %d", id, of.called(), s.Min, s.Max, n)
			f.Path, f.Hint = ofSite(path), "set it to the value that the installation uses"
			f.Related = append(f.Related, related(of.Positions.At("settings", id), "the spec is here"))
			found.report(f)
		}
	}
}
