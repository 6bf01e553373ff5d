package mermaid

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

func subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(v string) bool { return !slices.Contains(b, v) })
}

// conditionLength is how many characters of a condition a label holds.
const conditionLength = 32

// words say what a condition asks for beyond the setting, as a label puts it:
// "if Shadowing", "if not SSL only", "if Database is Oracle". They are "" where it
// asks for nothing, and where they would be too long to be read next to an
// arrow.
func words(s gen.Setting, p *model.Product, w model.When) string {
	if len(w) == 0 {
		return ""
	}
	var parts []string
	for _, id := range w.Features() {
		f := p.Feature(id)
		if f == nil || s.EnsuresOne(p, id, w[id]) {
			continue
		}
		part := gen.Visible(f.Name)
		switch {
		case len(f.Choices) > 0:
			part += " is " + strings.Join(choiceNames(f, w[id]), " or ")
		case !slices.Contains(w[id], "on"):
			part = "not " + part
		}
		parts = append(parts, part)
	}
	all := strings.Join(parts, ", ")
	if all == "" || utf8.RuneCountInString(all) > conditionLength {
		return ""
	}
	return "if " + all
}

// choiceNames are the names of a feature's values.
func choiceNames(f *model.Feature, values []string) []string {
	var names []string
	for _, c := range f.Choices {
		if slices.Contains(values, c.ID) {
			names = append(names, gen.Visible(c.Name))
		}
	}
	return names
}

// without is the condition less what another says as strictly.
func without(w, other model.When) model.When {
	rest := model.When{}
	for f, values := range w {
		if said, ok := other[f]; !ok || !subset(said, values) {
			rest[f] = values
		}
	}
	return rest
}
