package html

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// An entry is what pages about the whole catalogue show of a product. It has copies, so
// that it does not keep the model in memory.
type entry struct {
	home, id, called, name, vendor, version string
	older                                   bool
	components, flows, errata               int
	encoded, rows                           int
	uses                                    []portUse
	services                                []*serviceUse
	conflicting, leftOpen                   int
	// For the page of contradictions; nil in a large catalogue.
	conflicts, open []row
}

// A serviceUse is a product's use of a shared service, for the service's page. Texts are numbers
// of [making.texts].
type serviceUse struct {
	service uint32       // its id
	rows    []row        // nil in a large catalogue
	pages   []uint32     // links to the components that are the service
	over    gen.Relation // from listeners to transports, as cells
}

// use returns what a product uses of a service; nil if it does not use it.
func (e *entry) use(service uint32) *serviceUse {
	for _, u := range e.services {
		if u.service == service {
			return u
		}
	}
	return nil
}

func (b *book) entry(t *gen.Texts, large bool) *entry {
	e := &entry{
		home: b.folder + overviewName, id: strings.Clone(b.ID), called: strings.Clone(b.Called()), name: strings.Clone(b.Name), vendor: strings.Clone(b.Vendor), version: strings.Clone(b.Version),
		older: b.Older != "", components: len(b.Components), flows: len(b.Flows), errata: len(b.Errata),
		uses: b.uses(t),
	}
	e.encoded, e.rows = b.coverage(b.encoders())
	b.collect(e, t)
	b.doubts(e)
	e.conflicting, e.leftOpen = len(e.conflicts), len(e.open)
	if large {
		e.conflicts, e.open = nil, nil
		for _, use := range e.services {
			use.rows = nil
		}
	}
	return e
}

// title returns the name of the product, with the version of an older release.
func (e *entry) title() string {
	if e.older {
		return e.name + " " + e.version
	}
	return e.name
}

// collect adds the lines that start or end at shared services.
func (b *book) collect(e *entry, t *gen.Texts) {
	for _, l := range b.lines {
		var services []string
		for _, c := range slices.Concat(l.To, l.From) {
			if c.Service != "" && !slices.Contains(services, c.Service) {
				services = append(services, c.Service)
			}
		}
		for _, id := range services {
			use := e.use(t.Add(id))
			if use == nil {
				use = &serviceUse{service: t.Add(id)}
				e.services = append(e.services, use)
			}
			v := b.on(newPage(string(servicePage(id)), ""))
			for _, c := range slices.Concat(l.To, l.From) {
				if c.Service == id {
					if link := t.Add(string(syntax{v}.ComponentLink(c))); !slices.Contains(use.pages, link) {
						use.pages = append(use.pages, link)
					}
				}
			}
			for _, x := range l.Consequences() {
				if x != l && x.Ways != describe.Answer {
					continue
				}
				use.rows = append(use.rows, row{cells: []hyper{
					v.from(x, nil), v.toward(x, nil), v.port(x), v.words.Needed(x, ""), v.why(x), v.evidence(x.Flow.Cite, ofFlow(x.Flow.ID)),
				}})
			}
			if l.Connection.To.Service == id {
				listener, over := t.Add(l.Listener.ID), t.Add(string(v.words.Transports(l.Transports)))
				if known, ok := use.over.At(listener); ok && known != over {
					over = t.Add(string(v.words.Transports(union(b.lines, l))))
				}
				use.over.Set(listener, over)
			}
		}
	}
}

// union returns the transports over which a product uses a listener.
func union(lines []*describe.Line, of *describe.Line) []string {
	var all []string
	for _, l := range lines {
		if l.Listener != of.Listener {
			continue
		}
		for _, t := range l.Transports {
			if !slices.Contains(all, t) {
				all = append(all, t)
			}
		}
	}
	return all
}

// doubts adds the contradictions in documents, and what they leave open.
func (b *book) doubts(e *entry) {
	v := b.on(newPage(string(conflictPage), ""))
	e.open = v.open()
	for _, x := range b.Errata {
		if x.Kind == "contradiction" {
			e.conflicts = append(e.conflicts, row{cells: []hyper{
				v.link(v.to(errataName, anchor("erratum", x.ID)), v.label(x)), text(x.Says), text(x.Encoded), v.evidence(x.Cite, nil),
			}})
		}
	}
}

// open returns what the documents do not say.
func (v *view) open() []row {
	var all []row
	add := func(what hyper, u model.Unknown, cite []string, words func(model.Aspect) string) {
		for _, a := range u.Aspects() {
			all = append(all, row{cells: []hyper{what, text(words(a)), v.evidence(cite, nil)}})
		}
	}
	for _, c := range v.Components {
		add(syntax{v}.ComponentLink(c), c.Unknowns(), c.Cite, whyOf(c.Unknowns()))
		for _, l := range c.Listeners {
			add(syntax{v}.ListenerLink(c, l, text(c.Name+" "+l.ID)), l.Unknown, l.Cite, whyOf(l.Unknown))
		}
	}
	for _, f := range v.Flows {
		add("flow "+syntax{v}.FlowLink(f.ID), f.Unknown, f.Cite, whyOf(f.Unknown))
	}
	return all
}
