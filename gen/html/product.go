package html

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// pages returns the pages of a product.
func (b *book) pages() []*page {
	cited := b.encoders()
	pages := []*page{b.overview(cited)}
	if list, _ := b.opened(); len(list) > mostOpened {
		pages = append(pages, b.openedPage(list))
	}
	for _, c := range b.Components {
		pages = append(pages, b.component(c))
	}
	for _, f := range b.Features {
		pages = append(pages, b.scenario(f))
	}
	if len(b.Flows) > 0 {
		pages = append(pages, b.flows())
	}
	if b.changesOnHost() {
		pages = append(pages, b.rules())
	}
	if len(b.Errata) > 0 || b.leavesOpen() {
		pages = append(pages, b.errata())
	}
	if len(b.Sources) > 0 {
		pages = append(pages, b.sources(cited))
	}
	return pages
}

// leavesOpen reports whether the documents leave something open.
func (b *book) leavesOpen() bool { return len(b.on(newPage("", "")).open()) > 0 }

// overview returns the product's first page: what to open, who reaches whom, and links to
// everything else.
func (b *book) overview(cited map[string][]hyper) *page {
	v := b.page(overviewName, b.title())
	v.paragraph(text(b.Description))
	covered := hyper("")
	if encoded, all := b.coverage(cited); all > 0 {
		covered = v.link(v.to(sourcesName, ""), hyper(fmt.Sprintf("%d of %d", encoded, all)))
	}
	v.facts("Vendor", text(b.Vendor), "Release", text(b.Version)+v.neighbours(), "Id", text(b.ID), "Rows encoded", covered)
	v.contents()
	v.whatToOpen()
	v.cards()
	v.matrix()
	v.componentTable()
	v.features()
	v.settings()
	v.accepted(b.Suppress)
	return v.page
}

// neighbours links to other releases and the changes between them.
func (v *view) neighbours() hyper {
	var all []hyper
	if v.before.version != "" {
		all = append(all, v.link(v.to(v.before.upgrade, ""), "what changed since "+text(v.before.version)))
	}
	if v.after.version != "" {
		all = append(all, v.link(address(v.after.upgrade), "what changes with "+text(v.after.version)))
	}
	if words := describe.Join("; ", all...); words != "" {
		return " (" + words + ")"
	}
	return ""
}

// contents links to the product's other pages.
func (v *view) contents() {
	var all []hyper
	add := func(n int, one, several hyper, name string) {
		if n > 0 {
			all = append(all, v.link(v.to(name, ""), count(n, one, several)))
		}
	}
	add(len(v.Flows), "flow in full", "flows in full", flowsName)
	add(len(v.Rules), "rule for shared hosts", "rules for shared hosts", rulesName)
	if len(v.Rules) == 0 {
		add(len(describe.OnHost(v.lines)), "connection inside one host", "connections inside one host", rulesName)
	}
	add(len(v.Errata), "erratum", "errata", errataName)
	if open := len(v.open()); open > 0 {
		all = append(all, v.link(v.to(errataName, "open"), count(open, "open question", "open questions")))
	}
	add(len(v.Sources), "source", "sources", sourcesName)
	if len(all) > 0 {
		v.paragraph("More: " + describe.Join(", ", all...) + ".")
	}
}

// scenarioWords tells which features are assumed.
func (v *view) scenarioWords() hyper {
	var chosen, open []hyper
	off := 0
	for _, f := range v.Features {
		switch {
		case f.Default == "":
			open = append(open, syntax{v}.FeatureLink(f.ID))
		case f.Default == "off":
			off++
		default:
			chosen = append(chosen, syntax{v}.FeatureLink(f.ID)+" "+text(f.Default))
		}
	}
	if len(v.Features) == 0 {
		return ""
	}
	words := hyper("With the default features")
	if len(chosen) > 0 {
		words += " (" + describe.Join("; ", chosen...) + ")"
	}
	words += "."
	if len(open) > 0 {
		words += " Every site decides on " + describe.Join(" and ", open...) + "; the rows tell which choice they are for."
	}
	if off > 0 {
		words += " " + v.link(v.to(overviewName, "features"), count(off, "feature", "features")) + " " + map[bool]hyper{true: "is", false: "are"}[off == 1] + " off."
	}
	return words
}

// componentTable adds an overview of all components.
func (v *view) componentTable() {
	if len(v.Components) == 0 {
		return
	}
	v.heading(2, "components", "Components")
	t := table{title: "Components and what they accept", head: []hyper{"Component", "Kind", "Accepts", "When"}}
	for _, c := range v.ranked() {
		s := v.sides[c]
		accepts := v.words.Sum(slices.DeleteFunc(slices.Concat(s.Accepted, s.AmongNodes), func(l *describe.Line) bool { return !slices.Contains(l.To, c) }))
		if accepts != "" {
			accepts = `<span class="port">` + accepts + "</span>"
		}
		t.rows = append(t.rows, row{cells: []hyper{v.party(c, nil), v.kind(c), accepts, v.words.Existence(c.Conditions)}})
	}
	v.table(t)
}

// kind returns the kind of a component, or its shared service.
func (v *view) kind(c *model.Component) hyper {
	if c.Service == "" {
		return v.words.Kind(c)
	}
	return "shared service " + v.link(servicePage(c.Service), text(v.service(c)))
}

// settings shows the settings from which ports are computed.
func (v *view) settings() {
	if len(v.Settings) == 0 {
		return
	}
	v.heading(2, "settings", "Settings")
	t := table{title: "Numbers of an installation from which ports are computed", head: []hyper{"Setting", "Description", "Default", "Values", "Ports", "Source"}}
	for _, s := range v.Settings {
		var ports []hyper
		for _, c := range v.Components {
			for _, l := range c.Listeners {
				if o := l.Offset; o != nil && o.Named && o.Setting == s.ID {
					ports = append(ports, syntax{v}.ListenerLink(c, l, text(c.ID+" "+l.ID)))
				}
			}
		}
		t.rows = append(t.rows, row{anchor("setting", s.ID), []hyper{
			text(s.ID), describe.Join(": ", text(s.Name), text(s.Description)), number(s.Default),
			number(s.Min) + " to " + number(s.Max), describe.Join(", ", ports...), v.evidence(s.Cite, nil),
		}})
	}
	v.table(t)
}

// accepted shows the findings that a product or a site accepts.
func (p *page) accepted(list []*model.Suppression) {
	if len(list) == 0 {
		return
	}
	p.heading(2, "accepted", "Accepted findings")
	t := table{title: "Findings that the authors have accepted", head: []hyper{"Finding", "At", "Why it is accepted", "Until"}}
	for _, s := range list {
		finding := text(string(s.Code))
		if c, ok := diag.Lookup(s.Code); ok {
			finding += ": " + text(c.Title)
		}
		t.rows = append(t.rows, row{cells: []hyper{finding, text(s.At), text(s.Reason), text(s.Until)}})
	}
	p.table(t)
}

func number(n int) hyper { return hyper(fmt.Sprint(n)) }

func count(n int, one, several hyper) hyper {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + several
}
