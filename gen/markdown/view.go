package markdown

import (
	"strconv"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A view shows a product on a page: its own page, that of a shared service, or the index. All
// links are relative to that page.
type view struct {
	*book
	at   string // the page
	home md     // the product's page as the page links to it, "" for itself

	sides   map[*model.Component]*sides // what is asked of each, once that is asked for
	flow    map[*model.Flow]md          // how tables of connections name it
	numbers map[*model.Erratum]int      // once one is asked for
}

func newView(b *book, at string) *view {
	return &view{book: b, at: at, home: relative(at, productPath(b.Product)), flow: make(map[*model.Flow]md)}
}

// splitRow takes a row id apart: igel-ums/default-ports/7 is row 7 of the table
// default-ports.
func splitRow(id string) (table, row string) {
	_, rest, _ := strings.Cut(id, "/")
	table, row, ok := strings.Cut(rest, "/")
	if !ok {
		return "", id
	}
	return table, row
}

// productPath is the page of a product: that of an older release is below the folder of
// the newest one's name.
func productPath(p *model.Product) string {
	name := fragment(p.ID)
	if p.Older != "" {
		name += "/" + fragment(p.Older)
	}
	return "products/" + string(name) + ".md"
}

func servicePath(id string) string { return "services/" + string(fragment(id)) + ".md" }

// link leads to an anchor of the product's page.
func (v *view) link(anchor, words md) md {
	return reference(v.home, anchor, words)
}

func (v *view) flowLink(id string) md {
	return v.link(anchorID("flow", id), text(id))
}

func (v *view) featureLink(id string) md {
	return v.link(anchorID("feature", id), text(id))
}

func (v *view) ruleLink(id string) md {
	return v.link(anchorID("rule", id), text(id))
}

func (v *view) componentLink(c *model.Component) md {
	return v.link(anchorID("component", c.ID), text(c.Name))
}

// listenerLink leads to where a listener is described: on the product's page,
// or for one that only the shared service speaks of, on the service's.
func (v *view) listenerLink(c *model.Component, l *model.Listener, words md) md {
	if v.shows(c, l) {
		return v.link(anchorID("listener", c.ID, l.ID), words)
	}
	return link(v.at, place{servicePath(c.Service), anchorID("listener", l.ID)}, words)
}

// shows reports whether the product's page describes a listener: all but those
// of a shared service that the product does not use.
func (v *view) shows(c *model.Component, l *model.Listener) bool {
	return c.Service == "" || v.shown[l]
}

// rowLinks cites rows: "1.7, 1.8".
func (v *view) rowLinks(cite []string) []md {
	var links []md
	for _, id := range cite {
		label, known := v.rows[id]
		if !known {
			links = append(links, text(id))
			continue
		}
		table, row := splitRow(id)
		links = append(links, v.link(anchorID("row", table, row), label))
	}
	return links
}

// erratumLink names an erratum by its number on the page: "E3".
func (v *view) erratumLink(e *model.Erratum) md {
	return v.link(anchorID("erratum", e.ID), v.erratumLabel(e))
}

func (v *view) erratumLabel(e *model.Erratum) md {
	if v.numbers == nil {
		v.numbers = make(map[*model.Erratum]int, len(v.Errata))
		for i, e := range v.Errata {
			v.numbers[e] = i + 1
		}
	}
	return "E" + md(strconv.Itoa(v.numbers[e]))
}

// errata links those that a test picks.
func (v *view) errata(touches func(*model.Erratum) bool) []md {
	var links []md
	for _, e := range v.Errata {
		if touches(e) {
			links = append(links, v.erratumLink(e))
		}
	}
	return links
}

// evidence cites rows, and the errata that say how they were read.
func (v *view) evidence(cite []string, errata []md) md {
	return join(", ", append(v.rowLinks(cite), errata...)...)
}

// names links components: "UMS Console, UMS Web App".
func (v *view) names(components []*model.Component) md {
	var links []md
	for _, c := range components {
		links = append(links, v.componentLink(c))
	}
	return join(", ", links...)
}

func (v *view) namesOf(ids []string) md {
	var links []md
	for _, id := range ids {
		links = append(links, v.componentLink(v.Component(id)))
	}
	return join(", ", links...)
}

// party shows an end of a connection as a firewall admin looks for it: its name,
// and its addresses where the product fixes them. Zones, any host at all and
// hosts that the vendor does not name are told apart.
//
//	[IGEL licensing server](#component-license-server) (susi.igel.com)
func (v *view) party(c, self *model.Component) md {
	words := text(c.Name)
	if c != self {
		words = v.componentLink(c)
	}
	var more []md
	if c != self {
		for i, place := range c.At.All() {
			if i == 3 {
				more = append(more, "…")
				break
			}
			more = append(more, text(place))
		}
	}
	switch c.Kind {
	case model.Zone:
		more = append(more, "zone")
	case model.Any:
		more = append(more, "any host")
	case model.UnknownKind:
		more = append(more, "host not documented")
	}
	if len(more) > 0 {
		words += " (" + join(", ", more...) + ")"
	}
	return words
}

func (v *view) parties(components []*model.Component, self *model.Component) md {
	var all []md
	for _, c := range components {
		all = append(all, v.party(c, self))
	}
	return join(", ", all...)
}
