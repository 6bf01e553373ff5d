package markdown

import (
	"strconv"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// A view shows a product on its own pages, on the page of a shared service, or in the index.
// Tables repeat links and ends of connections several times, so each is made once.
type view struct {
	*book

	words   *describe.Words[md]
	sides   map[*model.Component]*describe.Sides // lines of each; nil until needed
	flow    map[*model.Flow]md                   // how tables of connections name each
	names   map[*model.Component]md              // links to their pages
	ends    map[end]md                           // what tables show of each
	ports   map[lineEnd]md                       // what tables show of each
	row     map[string]md                        // links to rows, by id
	choice  map[string]md                        // links to features, by id
	flows   map[string]md                        // and to flows
	sockets map[*model.Listener]md               // where each listens
	numbers map[*model.Erratum]int               // nil until needed
}

func newView(b *book) *view {
	v := &view{
		book: b, flow: make(map[*model.Flow]md), names: make(map[*model.Component]md),
		ends: make(map[end]md), ports: make(map[lineEnd]md), row: make(map[string]md), choice: make(map[string]md),
		flows: make(map[string]md), sockets: make(map[*model.Listener]md),
	}
	v.words = describe.Of(b.Product, b.lines, syntax{v})
	return v
}

// once returns what was made for a key. The first time, it makes it.
func once[K comparable](made map[K]md, key K, first func() md) md {
	words, ok := made[key]
	if !ok {
		words = first()
		made[key] = words
	}
	return words
}

// productPath returns the page of a product. That of an older release is in the folder of
// the newest one.
func productPath(p *model.Product) string {
	name := gen.FileName(p.ID)
	if p.Older != "" {
		name += "/" + gen.FileName(p.Older)
	}
	return "products/" + name + ".md"
}

func servicePath(id string) string { return "services/" + gen.FileName(id) + ".md" }

// part returns a link to an anchor in a part of the product.
func (v *view) part(in part, anchor, words md) md {
	return link(place{v.layout.page(in, anchor), anchor}, words)
}

func (v *view) flowLink(id string) md {
	return once(v.flows, id, func() md { return v.part(flowsPart, anchorID("flow", id), text(id)) })
}

func (v *view) featureLink(id string) md {
	return once(v.choice, id, func() md { return v.part(featuresPart, anchorID("feature", id), text(id)) })
}

func (v *view) ruleLink(id string) md {
	return v.part(sameHostPart, anchorID("rule", id), text(id))
}

func (v *view) settingLink(id string) md {
	return v.part(featuresPart, anchorID("setting", id), text(id))
}

func (v *view) componentLink(c *model.Component) md {
	return once(v.names, c, func() md { return link(place{page: v.layout.component(c.ID)}, text(c.Name)) })
}

// listenerLink returns a link to the description of a listener: on the component's page or, if
// the product does not use the listener, on the page of the shared service.
func (v *view) listenerLink(c *model.Component, l *model.Listener, words md) md {
	if v.shows(c, l) {
		return link(place{v.listenerPage(c, l), anchorID("listener", l.ID)}, words)
	}
	return link(place{servicePath(c.Service), anchorID("listener", l.ID)}, words)
}

// rowAnchor returns the anchor of a row on the page of sources.
func rowAnchor(id string) md {
	table, row := describe.SplitRow(id)
	return anchorWithin("row", table, row)
}

// rowLinks cites rows: "1.7, 1.8".
func (v *view) rowLinks(cite []string) md {
	return describe.List(", ", cite, func(id string) md {
		return once(v.row, id, func() md {
			if r, known := v.rows[id]; known {
				return v.part(sourcesPart, rowAnchor(id), text(r.Label))
			}
			return text(id)
		})
	})
}

// erratumLink names an erratum by its number on the page: "E3".
func (v *view) erratumLink(e *model.Erratum) md {
	return v.part(errataPart, anchorID("erratum", e.ID), v.erratumLabel(e))
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

// errata returns links to the errata for which touches is true.
func (v *view) errata(touches func(*model.Erratum) bool) md {
	return describe.List(", ", v.Errata, func(e *model.Erratum) md {
		if touches(e) {
			return v.erratumLink(e)
		}
		return ""
	})
}

// evidence cites rows, and the errata that say how they were read.
func (v *view) evidence(cite []string, errata md) md { return join(", ", v.rowLinks(cite), errata) }

// party links an end of a connection.
//
//	[IGEL licensing server](component-license-server.md) (susi.igel.com)
func (v *view) party(c, self *model.Component) md {
	at := end{c, c == self}
	return once(v.ends, at, func() md {
		words := text(c.Name)
		if !at.home {
			words = v.componentLink(c)
		}
		return v.words.Party(c, words, at.home)
	})
}

// An end is a component as an end of connections, on its own page or elsewhere.
type end struct {
	*model.Component
	home bool
}

func (v *view) parties(components []*model.Component, self *model.Component) md {
	return describe.List(", ", components, func(c *model.Component) md { return v.party(c, self) })
}

// syntax is how a view writes text and links.
type syntax struct{ view *view }

func (s syntax) Text(words string) md     { return text(words) }
func (s syntax) FlowLink(id string) md    { return s.view.flowLink(id) }
func (s syntax) FeatureLink(id string) md { return s.view.featureLink(id) }
func (s syntax) RuleLink(id string) md    { return s.view.ruleLink(id) }

func (s syntax) ComponentLink(c *model.Component) md { return s.view.componentLink(c) }

func (s syntax) ListenerLink(c *model.Component, l *model.Listener, words md) md {
	return s.view.listenerLink(c, l, words)
}

// plain has the words that do not depend on a product.
var plain = newView(&book{Product: &model.Product{}}).words

// of returns the lines of a component.
func (v *view) of(c *model.Component) *describe.Sides {
	if v.sides == nil {
		v.sides = describe.Divide(v.Product, v.lines)
	}
	return v.sides[c]
}

// accepted lists what a component must accept over the network from others.
func (v *view) accepted(c *model.Component) []*describe.Line { return v.of(c).Accepted }

// reached lists what a component must reach over the network.
func (v *view) reached(c *model.Component) []*describe.Line { return v.of(c).Reached }

// amongNodes lists the lines among the nodes of a component.
func (v *view) amongNodes(c *model.Component) []*describe.Line { return v.of(c).AmongNodes }
