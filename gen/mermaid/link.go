package mermaid

import (
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// A link is a connection from one of its talkers.
type link struct {
	*model.Connection
	talker *model.Component
	when   model.When // the connection's and the talker's conditions together
}

// links takes connections apart by talker, in the order of the spec.
func links(p *model.Product) []link {
	var all []link
	for _, c := range p.Connections() {
		for _, from := range c.From {
			all = append(all, link{Connection: c, talker: from, when: model.And(c.When, from.When)})
		}
	}
	return all
}

// always reports whether a product in the setting has the link for certain.
func (l link) always(s setting) bool {
	return !l.Flow.Optional && l.Listener.OffUntil == "" && len(l.limits()) == 0 && s.ensures(l.Product, l.when)
}

// A condition is when a link is there, beyond what a setting ensures.
type condition struct {
	features model.When
	limits   string
	words    string // "if Shadowing", "on windows, during installation"
}

// condition is that of the link in a product in the setting. What the ends say
// of themselves need not be said again.
func (l link) condition(s setting, said model.When) condition {
	features := without(l.when, said)
	c := condition{features, strings.Join(l.limits(), ", "), s.words(l.Product, features)}
	switch {
	case c.words != "" && c.limits != "":
		c.words += ", " + c.limits
	case c.limits != "":
		c.words = c.limits
	case c.words == "" && l.Listener.OffUntil != "":
		c.words = "once switched on"
	}
	return c
}

// implies reports whether the other holds whenever this one does.
func (c condition) implies(other condition) bool {
	for f, values := range other.features {
		if mine, ok := c.features[f]; !ok || !subset(mine, values) {
			return false
		}
	}
	return other.limits == "" || other.limits == c.limits
}

// limits are the conditions other than features.
func (l link) limits() []string {
	var parts []string
	add := func(is bool, part string) {
		if is {
			parts = append(parts, part)
		}
	}
	add(len(l.Flow.OS) > 0, "on "+strings.Join(l.Flow.OS, " or "))
	add(len(l.Listener.OS) > 0, "to "+strings.Join(l.Listener.OS, " or "))
	releases := func(preposition string, byOS map[string]*model.Versions) {
		for _, os := range slices.Sorted(maps.Keys(byOS)) {
			add(byOS[os].String() != "", preposition+os+" "+gen.Visible(byOS[os].String()))
		}
	}
	releases("on ", l.talker.OSVersions)
	releases("on ", l.Flow.OSVersions)
	releases("to ", l.To.OSVersions)
	releases("to ", l.Listener.OSVersions)
	for _, c := range []model.Conditions{l.talker.Conditions, l.Flow.Conditions, l.To.Conditions, l.Listener.Conditions} {
		if v := c.Versions; v != nil {
			add(v.From != "", "from release "+gen.Visible(v.From))
			add(v.Before != "", "before release "+gen.Visible(v.Before))
		}
		add(c.Phase != "", "during "+c.Phase)
	}
	return parts
}
