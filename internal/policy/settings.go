package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// Settings control how a target writes the rules of a site.
type Settings struct {
	Options
	// Partial accepts that some permits cannot be expressed; each file lists its own.
	Partial bool
	// Observe logs what would be dropped and lets it pass, in targets that support it.
	Observe bool
}

// Fit returns an error if the options name a phase that no permit of the sites is for.
func (o Options) Fit(sites ...*model.Deployment) error {
	var known []string
	for _, d := range sites {
		known = append(known, Phases(d)...)
	}
	return o.FitPhases(known)
}

// FitPhases is like Fit, given the phases that permits are for.
func (o Options) FitPhases(known []string) error {
	for _, phase := range o.Phases {
		switch {
		case slices.Contains(known, phase):
		case len(known) == 0:
			return fmt.Errorf("phase %q: no flow of the site is for a phase", phase)
		default:
			slices.Sort(known)
			return fmt.Errorf("phase %q: no flow of the site is for it; there are flows for %s", phase, strings.Join(slices.Compact(known), ", "))
		}
	}
	return nil
}

// Phases returns the phases that permits across the network are for, sorted.
func Phases(d *model.Deployment) []string {
	known := make(map[string]bool)
	for _, p := range d.Permits {
		if p.Connection.Phase != "" {
			known[p.Connection.Phase] = true
		}
	}
	return slices.Sorted(maps.Keys(known))
}
