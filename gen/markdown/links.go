package markdown

import (
	"slices"
	"strconv"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// links are the links to what the pages of a product show. Tables repeat them, so each is made
// once.
type links struct {
	*book
	toComponents map[*model.Component]md
	toFeatures   map[string]md // by id, like those below
	toFlows      map[string]md
	toRows       map[string]md
	numbers      map[*model.Erratum]int // nil until needed
}

func newLinks(b *book) *links {
	return &links{
		book: b, toComponents: make(map[*model.Component]md),
		toFeatures: make(map[string]md), toFlows: make(map[string]md), toRows: make(map[string]md),
	}
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

// home returns a link to the product's main page.
func (ls *links) home() md { return link(place{page: ls.layout.main}, text(ls.title())) }

// productLink returns a link to the product's page.
func (ls *links) productLink() md {
	name := text(ls.Name)
	if ls.Older != "" {
		name += " " + text(ls.Version)
	}
	return link(place{page: ls.layout.main}, name)
}

// part returns a link to an anchor in a part of the product.
func (ls *links) part(in part, anchor, words md) md {
	return link(place{ls.layout.page(in, anchor), anchor}, words)
}

func (ls *links) flowLink(id string) md {
	return once(ls.toFlows, id, func() md { return ls.part(flowsPart, anchorID("flow", id), text(id)) })
}

func (ls *links) featureLink(id string) md {
	return once(ls.toFeatures, id, func() md { return ls.part(featuresPart, anchorID("feature", id), text(id)) })
}

func (ls *links) ruleLink(id string) md {
	return ls.part(sameHostPart, anchorID("rule", id), text(id))
}

func (ls *links) settingLink(id string) md {
	return ls.part(featuresPart, anchorID("setting", id), text(id))
}

func (ls *links) componentLink(c *model.Component) md {
	return once(ls.toComponents, c, func() md { return link(place{page: ls.layout.component(c.ID)}, text(c.Name)) })
}

// listenerLink returns a link to the description of a listener: on the component's page or, if
// the product does not use the listener, on the page of the shared service.
func (ls *links) listenerLink(c *model.Component, l *model.Listener, words md) md {
	if ls.shows(c, l) {
		return link(place{ls.listenerPage(c, l), anchorID("listener", l.ID)}, words)
	}
	return link(place{servicePath(c.Service), anchorID("listener", l.ID)}, words)
}

// rowLinks cites rows: "1.7, 1.8".
func (ls *links) rowLinks(cite []string) md {
	return describe.List(", ", cite, func(id string) md {
		return once(ls.toRows, id, func() md {
			if r, known := ls.rows[id]; known {
				return ls.part(sourcesPart, rowAnchor(id), text(r.Label))
			}
			return text(id)
		})
	})
}

// rowAnchor returns the anchor of a row on the page of sources.
func rowAnchor(id string) md {
	table, row := describe.SplitRow(id)
	return anchorWithin("row", table, row)
}

// erratumLink names an erratum by its number on the page: "E3".
func (ls *links) erratumLink(e *model.Erratum) md {
	return ls.part(errataPart, anchorID("erratum", e.ID), ls.erratumLabel(e))
}

func (ls *links) erratumLabel(e *model.Erratum) md {
	if ls.numbers == nil {
		ls.numbers = make(map[*model.Erratum]int, len(ls.Errata))
		for i, e := range ls.Errata {
			ls.numbers[e] = i + 1
		}
	}
	return "E" + md(strconv.Itoa(ls.numbers[e]))
}

// errata returns links to the errata for which touches is true.
func (ls *links) errata(touches func(*model.Erratum) bool) md {
	return describe.List(", ", ls.Errata, func(e *model.Erratum) md {
		if touches(e) {
			return ls.erratumLink(e)
		}
		return ""
	})
}

func (ls *links) flowErrata(f *model.Flow) md {
	return ls.errata(func(e *model.Erratum) bool { return slices.Contains(e.Flows, f.ID) })
}

// evidence cites rows, and the errata that say how they were read.
func (ls *links) evidence(cite []string, errata md) md { return join(", ", ls.rowLinks(cite), errata) }

// syntax is how pages of a product show text and links.
type syntax struct{ links *links }

func (s syntax) Text(words string) md     { return text(words) }
func (s syntax) FlowLink(id string) md    { return s.links.flowLink(id) }
func (s syntax) FeatureLink(id string) md { return s.links.featureLink(id) }
func (s syntax) RuleLink(id string) md    { return s.links.ruleLink(id) }

func (s syntax) ComponentLink(c *model.Component) md { return s.links.componentLink(c) }

func (s syntax) ListenerLink(c *model.Component, l *model.Listener, words md) md {
	return s.links.listenerLink(c, l, words)
}
