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
	talker   *model.Component
	from, to int // the places of talker and target among the product's components
	// bothWays says that either side may start whenever there is the link; back, that
	// the target starts, under a condition of its own.
	bothWays, back bool
	sockets        []socket
	when           model.When // the connection's and the talker's conditions together
	needs          model.When // the same with what its features need in turn
	own            model.When // what is left of when without what the ends say of themselves
	limits         string     // the conditions other than features, or ""
}

func newLink(c *model.Connection, talker *model.Component) link {
	return linkWhen(link{Connection: c, talker: talker, bothWays: c.Flow.BothWays && len(c.Flow.BothWaysWhen) == 0}, c.When)
}

// wayBack is the link from the target to the talker, if it has a condition of its
// own; false where there is none such.
func (l link) wayBack() (link, bool) {
	if len(l.Flow.BothWaysWhen) == 0 || !slices.Contains(l.WayBack(), l.talker) {
		return link{}, false
	}
	l.from, l.to, l.back = l.to, l.from, true
	return linkWhen(l, l.BackWhen()), true
}

func linkWhen(l link, when model.When) link {
	c, talker := l.Connection, l.talker
	l.when = model.And(when, talker.When)
	l.needs = gen.Needs(c.Product, l.when)
	l.own = without(l.when, model.And(talker.When, c.To.When))
	l.limits = strings.Join(limits(c, talker), ", ")
	return l
}

// always reports whether a product in the setting has the link for certain.
func (l link) always(s gen.Setting) bool {
	return !l.Flow.Optional && l.Listener.OffUntil == "" && l.limits == "" && s.Ensures(l.Product, l.when)
}

// A condition is when a link is there, beyond what a [gen.Setting] ensures.
type condition struct {
	features model.When
	limits   string
	words    string // "if Shadowing", "on windows, during installation"
}

// condition is that of the link in a product in the setting. What the ends say
// of themselves need not be said again.
func (l link) condition(s gen.Setting) condition {
	c := condition{l.own, l.limits, words(s, l.Product, l.own)}
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
func limits(c *model.Connection, talker *model.Component) []string {
	var parts []string
	add := func(preposition, what string) {
		if what != "" {
			parts = append(parts, preposition+what)
		}
	}
	add("on ", strings.Join(c.Flow.OS, " or "))
	add("to ", strings.Join(c.Listener.OS, " or "))
	releases := func(preposition string, byOS map[string]*model.Versions) {
		if len(byOS) == 0 {
			return
		}
		for _, os := range slices.Sorted(maps.Keys(byOS)) {
			add(preposition+os+" ", gen.Visible(byOS[os].String()))
		}
	}
	releases("on ", talker.OSVersions)
	releases("on ", c.Flow.OSVersions)
	releases("to ", c.To.OSVersions)
	releases("to ", c.Listener.OSVersions)
	for _, of := range []*model.Conditions{&talker.Conditions, &c.Flow.Conditions, &c.To.Conditions, &c.Listener.Conditions} {
		if v := of.Versions; v != nil {
			add("from release ", gen.Visible(v.From))
			add("before release ", gen.Visible(v.Before))
		}
		add("during ", gen.PhaseName(of.Phase))
	}
	return parts
}
