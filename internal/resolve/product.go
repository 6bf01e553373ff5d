package resolve

import (
	"cmp"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// A product is a release that the site uses, with its features set.
type product struct {
	*model.Product
	catalog    *model.Catalog // for its shared services
	several    bool           // the catalogue has other releases of it
	use        *model.Use     // what the site chooses for it; the zero value if nothing
	values     map[string][]string
	components map[string]*component
	rules      []*model.Rule // that hold under the features
}

// A component is a component that exists with the chosen features.
type component struct {
	*model.Component
	place     model.Place
	listeners []*model.Listener // that exist with the chosen features
}

// met reports whether the features satisfy a condition.
func (p *product) met(when model.When) bool { return when.Holds(p.values) }

// missing returns values to choose so that a condition holds, for each feature that does not
// meet it: a further value if the feature can have several at once.
func (p *product) missing(when model.When) map[string][]string {
	choose := make(map[string][]string)
	for f, needed := range when.Lists() {
		have := p.values[f]
		if more, ok := choose[f]; ok {
			have = more
		}
		switch {
		case model.Intersect(have, needed):
		case p.Feature(f).Several:
			choose[f] = append(slices.Clone(have), needed[0])
		default:
			choose[f] = needed[:1]
		}
	}
	return choose
}

// holds reports whether conditions hold as far as they depend on the product, that is, on
// features and release. Operating systems depend on the host.
func (p *product) holds(c model.Conditions) bool {
	return p.met(c.When) && inRelease(p.Product, c.Versions)
}

// connections lists the connections that the features permit. Conditions are checked one by
// one, because for a feature with several values each may hold through a different value.
func (p *product) connections() []*model.Connection {
	return slices.DeleteFunc(p.Connections(), func(c *model.Connection) bool {
		return !p.holds(c.Flow.Conditions) || p.components[c.To.ID] == nil || !p.holds(c.Listener.Conditions)
	})
}

// transports returns a listener's transports: those of the spec or, if they are unknown,
// those that the site chose.
func (p *product) transports(c *model.Component, l *model.Listener) []string {
	if len(l.Transports) > 0 {
		return l.Transports
	}
	return p.use.Transports[c.ID][l.ID]
}

// bind returns what a listener is bound to on hosts of the site. A listener that is on
// loopback by default stays there unless the site changes that.
func (p *product) bind(c *model.Component, l *model.Listener) string {
	if l.Bind != model.LoopbackByDefault {
		return l.Bind
	}
	return cmp.Or(p.use.Bind[c.ID][l.ID], "loopback")
}

// called returns the product's name in findings and reasons: its id, or id and version if
// the catalogue has several releases of it.
func (p *product) called() string {
	if p.several {
		return p.Ref()
	}
	return p.ID
}

// at returns the name of a place in findings about one release.
func (p *product) at(place model.Place) string {
	if p.several {
		return p.Ref() + "/" + place.Component()
	}
	return string(place)
}

// ofRelease returns the release to be added to the name of something in a product; "" if
// the catalogue has only one.
func (p *product) ofRelease() string {
	if p.several {
		return " of " + p.Ref()
	}
	return ""
}

// listenerAt returns the position of a listener or a field of it, in the product or in the
// shared service that the component is.
func (p *product) listenerAt(c *model.Component, l *model.Listener, field ...string) diag.Position {
	positions, path := p.listenerPath(c, l)
	return positions.At(append(path, field...)...)
}

// listenerPath returns the path of a listener in the product or service that defines it.
func (p *product) listenerPath(c *model.Component, l *model.Listener) (model.Positions, []string) {
	own := []string{"components", c.ID, "listeners", l.ID}
	if _, written := p.Positions.Find(model.PathOf(own...)); !written && c.Service != "" {
		if s := p.catalog.Service(c.Service); s != nil {
			return s.Positions, []string{"listeners", l.ID}
		}
	}
	return p.Positions, own
}

// portFields are the fields that define the port of a listener.
var portFields = []string{"port", "ports", "ranges", "one_of", "offset", "dynamic", "count", "unknown", "undocumented"}

// portAt returns the position of a listener's port.
func (p *product) portAt(c *model.Component, l *model.Listener) diag.Position {
	positions, names := p.listenerPath(c, l)
	around, path := positions.At(names...), model.PathOf(names...)
	for _, field := range portFields {
		if at, written := positions.Find(path.Below(field)); written && at != around {
			return at
		}
	}
	return around
}
