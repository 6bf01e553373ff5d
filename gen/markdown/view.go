package markdown

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A view is a product as one page shows it: its own page, the page of a shared
// service, or the index. All links of a view are relative to that page.
type view struct {
	*model.Product
	at    string // the page
	lines []*line
	rows  map[string]md // labels of the source rows, by row id
}

func newView(p *model.Product, at string) *view {
	v := &view{Product: p, at: at, lines: lines(p), rows: map[string]md{}}
	n := 0
	for _, s := range p.Sources {
		for _, t := range s.Tables {
			n++
			for _, r := range t.Rows {
				_, row := splitRow(r.ID)
				v.rows[r.ID] = md(fmt.Sprintf("%d.", n)) + text(row)
			}
		}
	}
	return v
}

// splitRow takes a row id apart: igel-ums/default-ports/7 is row 7 of the table
// default-ports.
func splitRow(id string) (table, row string) {
	parts := strings.SplitN(id, "/", 3)
	if len(parts) < 3 {
		return "", id
	}
	return parts[1], parts[2]
}

func productPath(id string) string { return "products/" + string(fragment(id)) + ".md" }
func servicePath(id string) string { return "services/" + string(fragment(id)) + ".md" }

// link leads to an anchor of the product's page.
func (v *view) link(anchor, words md) md {
	return link(v.at, place{productPath(v.ID), anchor}, words)
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
	return c.Service == "" || slices.ContainsFunc(v.lines, func(x *line) bool { return x.listener == l })
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
	return md(fmt.Sprintf("E%d", slices.Index(v.Errata, e)+1))
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
	case model.Unknown:
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
