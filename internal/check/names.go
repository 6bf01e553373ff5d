package check

import (
	"strings"

	"github.com/portspec/portspec/internal/diag"
)

// lookAlikes compares the ids of each kind without their hyphens. Ids are always in lower
// case.
func lookAlikes(r *reporter) {
	compare := func(kind string, path []string, ids []string) {
		seen := make(map[string]string)
		for _, id := range ids {
			bare := strings.ReplaceAll(id, "-", "")
			first, ok := seen[bare]
			if !ok {
				seen[bare] = id
				continue
			}
			at := append(append([]string{}, path...), id)
			f := r.report(at, "rename one of them", "%s %s differs from %s only by hyphens", kind, id, first)
			f.Related = []diag.Related{{
				Position: r.Positions.At(append(append([]string{}, path...), first)...),
				Message:  "the other id",
			}}
		}
	}
	compare("component", []string{"components"}, ids(r.Components, func(i int) string { return r.Components[i].ID }))
	for _, c := range r.Components {
		compare("listener", []string{"components", c.ID, "listeners"}, ids(c.Listeners, func(i int) string { return c.Listeners[i].ID }))
	}
	compare("flow", []string{"flows"}, ids(r.Flows, func(i int) string { return r.Flows[i].ID }))
	compare("feature", []string{"features"}, ids(r.Features, func(i int) string { return r.Features[i].ID }))
	for _, f := range r.Features {
		compare("choice", []string{"features", f.ID, "choices"}, ids(f.Choices, func(i int) string { return f.Choices[i].ID }))
	}
	compare("rule", []string{"rules"}, ids(r.Rules, func(i int) string { return r.Rules[i].ID }))
}

func ids[T any](list []T, id func(int) string) []string {
	all := make([]string, len(list))
	for i := range list {
		all[i] = id(i)
	}
	return all
}
