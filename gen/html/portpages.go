package html

import (
	"fmt"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/parallel"
)

// A page of the index of ports ends after enoughPorts rows where another port begins, and in any
// case after mostPorts: the most common ports of a large catalogue have thousands.
const enoughPorts, mostPorts = 400, 1000

// mostCompared is the greatest number of listeners at one port that are compared with each
// other. With more, the page of contradictions lists the port once with all of them. They are
// on one page, as they are fewer than mostPorts - enoughPorts.
const mostCompared = 40

// A portIndex is the pages of the index of ports. The first is ports.html; each links to the
// others.
type portIndex struct {
	*making
	*apart
	pages [][]portUse
	also  map[sharedUse]*others
	none  uint32 // the empty text
}

// ports makes the pages of the index of ports.
func (m *making) ports(a *apart, add func(*page)) {
	all, also := m.allUses()
	x := &portIndex{m, a, divide(all), also, m.texts.Add("")}
	if len(x.pages) == 0 {
		p := x.start(0)
		p.paragraph("There are none.")
		add(p)
		return
	}
	parallel.Do(len(x.pages), func(i int) { add(x.page(i)) })
}

// divide distributes sorted uses to pages.
func divide(all []portUse) [][]portUse {
	var pages [][]portUse
	for start, i := 0, 1; i <= len(all); i++ {
		n := i - start
		if i == len(all) || n >= enoughPorts && all[i].from != all[i-1].from || n == mostPorts {
			pages = append(pages, all[start:i])
			start = i
		}
	}
	return pages
}

func portsName(i int) string {
	if i == 0 {
		return string(portsPage)
	}
	return fmt.Sprintf("ports-%d.html", i+1)
}

// start begins a page.
func (x *portIndex) start(i int) *page {
	p := newPage(portsName(i), "Find a port")
	p.paragraph("Every port that something connects to: the default, the one to which a fallback or a rule for shared hosts moves it, and those of sites. Ports without a fixed number come last.")
	return p
}

// page makes a page with its uses.
func (x *portIndex) page(i int) *page {
	p := x.start(i)
	if len(x.pages) > 1 {
		p.title = fmt.Sprintf("Find a port (%d of %d)", i+1, len(x.pages))
		x.navigation(p, i)
	}
	t := table{class: "ports", title: "Ports and who listens there", head: []hyper{"Port", "Listens", "In", "When", "Purpose"}}
	for list := x.pages[i]; len(list) > 0; {
		n := 1
		for n < len(list) && list[n].from == list[0].from && list[n].to == list[0].to {
			n++
		}
		for k := range n {
			t.rows = append(t.rows, x.row(p, list[:n], k))
		}
		list = list[n:]
	}
	p.table(t)
	return p
}

// navigation links the pages by the first and the last port on each.
func (x *portIndex) navigation(p *page, i int) {
	var links []hyper
	again := make(map[string]int)
	for n, list := range x.pages {
		first, last := &list[0], &list[len(list)-1]
		words := first.number() + "–" + last.number()
		switch {
		case first.from == noNumber:
			words = "no number"
		case last.from == noNumber:
			words = first.number() + " and above, no number"
		case first.number() == last.number():
			words = first.number()
		}
		if again[words]++; again[words] > 1 {
			words += fmt.Sprintf(" (%d)", again[words])
		}
		if n == i {
			links = append(links, "<b>"+text(words)+"</b>")
		} else {
			links = append(links, p.link(address(portsName(n)), text(words)))
		}
	}
	p.add(`<nav aria-label="Ports"><p>`, describe.Join(" ", links...), "</p></nav>\n")
}

func (x *portIndex) cell(n uint32) hyper { return hyper(x.texts.At(n)) }

// row shows the k-th of the uses at one port.
func (x *portIndex) row(p *page, same []portUse, k int) row {
	u := &same[k]
	r := row{cells: []hyper{`<span class="port">` + x.cell(u.port) + "</span>", x.cell(u.listens), x.products(p, u), x.cell(u.when), x.cell(u.purpose)}}
	if k == 0 && u.from != noNumber {
		r.id = "port-" + u.number()
	}
	if u.from == noNumber || len(same) > mostCompared {
		return r
	}
	over := func(u *portUse) []string { return strings.Fields(x.texts.At(u.over)) }
	var others []hyper
	for i := range same {
		if i != k && x.conflict(u, &same[i], over) {
			others = appendNew(others, x.cell(same[i].listens))
		}
	}
	if n := len(others); n > gen.ShownPeers {
		others = append(others[:gen.ShownPeers-1], p.link(conflictPage.at("hosts"), number(n-gen.ShownPeers+1)+" others"))
	}
	if len(others) > 0 {
		r.cells[1] += `<br><span class="warn">conflict</span> on one host with ` + describe.Join(", ", others...)
	}
	return r
}

// products links the products or the site that the use is in, or the page of the shared service
// if there are too many to name.
func (x *portIndex) products(p *page, u *portUse) hyper {
	others := x.others(u)
	if others == nil {
		return x.cell(u.in)
	}
	if n := 1 + len(others.in); n > mostNamed {
		service, _, _ := strings.Cut(x.texts.At(u.shared), "/")
		return p.link(servicePage(service), number(n)+" products")
	}
	all := []hyper{x.cell(u.in)}
	for _, in := range others.in {
		all = append(all, x.cell(in))
	}
	return describe.Join(", ", all...)
}
