package html

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// A portUse is a listener at a port, as the index of ports shows it: once for its default
// port, and once for each port that a rule, a fallback or a site gives it.
type portUse struct {
	from, to    int      // numbers to sort by; 1 << 16 without one
	over        []string // transports
	port        hyper    // transport and port
	listens     hyper    // who
	in          hyper    // the product or the site
	when        hyper
	purpose     string
	service, id string        // of a shared service, which products have in common
	place       model.Place   // of a component of a product
	places      []model.Place // of all products, for a shared service
	fixed       bool          // its location is fixed by the product, such as the vendor's cloud
	// For a site: what listens, and where.
	ports string
	who   []hyper
	on    hyper
}

// noNumber sorts uses without a number last.
const noNumber = 1 << 16

// uses returns the listeners that something connects to.
func (b *book) uses() []portUse {
	v := b.on(newPage(string(portsPage), ""))
	product := v.link(v.to(overviewName, ""), text(b.title()))
	var all []portUse
	seen := make(map[*model.Listener]bool)
	for _, l := range b.lines {
		if seen[l.Listener] {
			continue
		}
		seen[l.Listener] = true
		c := l.Connection.To
		use := portUse{
			over: cloneAll(l.Listener.Transports), fixed: c.At != nil, listens: syntax{v}.ComponentLink(c), in: product,
			purpose: strings.Clone(l.Listener.Purpose), place: model.Place(strings.Clone(string(model.PlaceOf(b.ID, c.ID)))),
		}
		if c.Service != "" {
			use.listens = v.link(servicePage(c.Service).at(anchor("listener", l.Listener.ID)), text(b.service(c)))
			use.service, use.id = strings.Clone(c.Service), strings.Clone(l.Listener.ID)
		}
		exists := v.words.Existence(l.Listener.Conditions)
		if len(c.When) > 0 {
			exists = v.words.Condition(model.And(c.When, l.Listener.When), "")
		}
		usual := use
		usual.port, usual.when = v.words.Socket(l.Listener, l.Listener.Transports), exists
		all = append(all, usual.spread(l.Listener.Ports, l.Listener.Dynamic == nil)...)
		for _, other := range b.OtherPorts(c, l.Listener, nil) {
			moved := use
			moved.port = v.words.PortAt(l.Listener.Transports, model.FormatPorts(other.Ports))
			moved.when = describe.Join("; ", "where "+text(model.FormatPorts(l.Listener.Ports))+" does not answer", exists)
			if other.Rule != nil {
				moved.when = describe.Join("; ", "by rule "+syntax{v}.RuleLink(other.Rule.ID)+" in place of "+text(model.FormatPorts(l.Listener.Ports)), exists)
			}
			all = append(all, moved.spread(other.Ports, true)...)
		}
	}
	return all
}

func cloneAll(list []string) []string {
	all := make([]string, len(list))
	for i, s := range list {
		all[i] = strings.Clone(s)
	}
	return all
}

// spread returns a use at each of its ports, so that each can be found.
func (u portUse) spread(ports []model.PortRange, fixed bool) []portUse {
	if len(ports) == 0 || !fixed {
		u.from, u.to = noNumber, noNumber
		return []portUse{u}
	}
	var all []portUse
	for _, r := range ports {
		one := u
		one.from, one.to = r.From, r.To
		all = append(all, one)
	}
	return all
}

// number returns a port as the index shows it.
func (u *portUse) number() string {
	switch {
	case u.from == noNumber:
		return ""
	case u.from == u.to:
		return fmt.Sprint(u.from)
	}
	return fmt.Sprintf("%d-%d", u.from, u.to)
}

// apart has the components that cannot share a host.
type apart struct {
	pairs  map[[2]model.Place]bool
	crowds map[string]map[model.Place]bool // by transport and ports
}

func newApart(pairs []*model.Pair, crowds []*model.Crowd) *apart {
	a := &apart{make(map[[2]model.Place]bool), make(map[string]map[model.Place]bool)}
	for _, p := range pairs {
		a.pairs[[2]model.Place{p.A, p.B}], a.pairs[[2]model.Place{p.B, p.A}] = true, true
	}
	for _, c := range crowds {
		in := make(map[model.Place]bool)
		for _, at := range c.Places {
			in[at] = true
		}
		a.crowds[c.Transport+" "+c.Ports.String()] = in
	}
	return a
}

// conflict reports whether two listeners at one port prevent their components from sharing a
// host.
func (a *apart) conflict(x, y *portUse) bool {
	shared := ""
	for _, t := range x.over {
		if slices.Contains(y.over, t) {
			shared = t
		}
	}
	if shared == "" {
		return false
	}
	in := a.crowds[shared+" "+x.number()]
	for _, p := range x.places {
		for _, q := range y.places {
			if a.pairs[[2]model.Place{p, q}] || p != q && in[p] && in[q] {
				return true
			}
		}
	}
	return false
}

// portsOnPage is the greatest number of rows on a page of the index of ports, unless one port
// has more.
const portsOnPage = 400

// ports returns the pages of the index of ports. The first is ports.html; it lists the others.
func (m *making) ports(a *apart) []*page {
	var all []*portUse
	known := make(map[string]*portUse)
	for _, e := range m.entries {
		for _, u := range e.uses {
			u.places = []model.Place{u.place}
			if u.service != "" {
				key := fmt.Sprintf("%s/%s %d-%d", u.service, u.id, u.from, u.to)
				if same := known[key]; same != nil {
					same.places = append(same.places, u.place)
					if same.when != u.when { // the condition of one product only
						same.when = ""
					}
					same.in = describe.Join(", ", appendNew([]hyper{same.in}, u.in)...)
					continue
				}
				known[key] = &u
			}
			all = append(all, &u)
		}
	}
	for _, s := range m.sites {
		all = append(all, s.uses()...)
	}
	slices.SortStableFunc(all, func(x, y *portUse) int {
		return cmp.Or(cmp.Compare(x.from, y.from), cmp.Compare(x.to, y.to), slices.Compare(x.over, y.over))
	})
	var pages [][]*portUse
	for i, u := range all {
		n := len(pages) - 1
		if n < 0 || len(pages[n]) >= portsOnPage && all[i-1].from != u.from {
			pages = append(pages, nil)
			n++
		}
		pages[n] = append(pages[n], u)
	}
	var files []*page
	for i := range max(1, len(pages)) {
		files = append(files, portPage(pages, i, a))
	}
	return files
}

func portsName(i int) string {
	if i == 0 {
		return string(portsPage)
	}
	return fmt.Sprintf("ports-%d.html", i+1)
}

func portPage(pages [][]*portUse, i int, a *apart) *page {
	p := newPage(portsName(i), "Find a port")
	p.paragraph("Every port that something connects to: its default, where a fallback or a rule for shared hosts puts it, and where sites have it. What has no fixed number comes last.")
	if len(pages) == 0 {
		p.paragraph("There are none.")
		return p
	}
	if len(pages) > 1 {
		p.title = fmt.Sprintf("Find a port (%d of %d)", i+1, len(pages))
		var links []hyper
		for n, list := range pages {
			words := text(list[0].number() + "–" + list[len(list)-1].number())
			if n == i {
				links = append(links, "<b>"+words+"</b>")
			} else {
				links = append(links, p.link(address(portsName(n)), words))
			}
		}
		p.add(`<nav aria-label="Ports"><p>`, describe.Join(" ", links...), "</p></nav>\n")
	}
	t := table{class: "ports", title: "Ports and who listens there", head: []hyper{"Port", "Listens", "In", "When", "Purpose"}}
	list := pages[i]
	for n := 0; n < len(list); {
		end := n
		for end < len(list) && list[end].number() == list[n].number() {
			end++
		}
		same := list[n:end]
		for k, u := range same {
			r := row{cells: []hyper{`<span class="port">` + u.port + "</span>", u.listens, u.in, u.when, text(u.purpose)}}
			if k == 0 && u.from != noNumber {
				r.id = "port-" + u.number()
			}
			var others []hyper
			if u.from != noNumber && len(same) <= mostCompared {
				for _, o := range same {
					if o != u && a.conflict(u, o) {
						others = appendNew(others, o.listens)
					}
				}
			}
			if n := len(others); n > gen.ShownPeers {
				others = append(others[:gen.ShownPeers-1], p.link(conflictPage.at("hosts"), number(n-gen.ShownPeers+1)+" others"))
			}
			if len(others) > 0 {
				r.cells[1] += `<br><span class="warn">conflict</span> on one host with ` + describe.Join(", ", others...)
			}
			t.rows = append(t.rows, r)
		}
		n = end
	}
	p.table(t)
	return p
}

// mostCompared is the greatest number of listeners at one port that are compared with each
// other. With more, the page of contradictions lists the port once with all of them.
const mostCompared = 40
