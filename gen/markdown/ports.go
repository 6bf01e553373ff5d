package markdown

import (
	"cmp"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// A portUse is a listener that something talks to, as a lookup by port shows it. A listener of
// a shared service is shown once for all products, and any listener once more for each port to
// which a rule or a fallback moves it. A large catalogue has tens of thousands, so texts are
// numbers of [library.texts], and there are no pointers.
type portUse struct {
	first      int32  // as of [gen.FirstPort]
	other      bool   // not the default port
	transports uint32 // by which uses of one port are sorted
	service    uint32 // the shared service and its listener; "" for a component of one product
	row        uint32 // all cells but that of products
	product    int32  // its number in the catalogue
}

// portUses lists the listeners that a product's components talk to.
func (lib *library) portUses(v *view) []portUse {
	var all []portUse
	type key struct {
		listener *model.Listener
		service  string
		id       string
	}
	known := make(map[key]bool)
	for _, l := range v.lines {
		to := l.Connection.To
		k := key{listener: l.Listener} // a listener is its own key, except that of a shared service
		if to.Service != "" {
			k = key{service: to.Service, id: l.Listener.ID}
		}
		if known[k] {
			continue
		}
		known[k] = true
		all = append(all, lib.portUse(v, to, l.Listener, nil))
		for _, other := range v.OtherPorts(to, l.Listener, nil) {
			all = append(all, lib.portUse(v, to, l.Listener, &other))
		}
	}
	return slices.Clone(all) // without unused capacity
}

// portUse returns the use of one port; other is nil for the default port.
func (lib *library) portUse(v *view, to *model.Component, l *model.Listener, other *model.OtherPort) portUse {
	u := portUse{first: int32(gen.FirstPort(l)), transports: lib.texts.Add(strings.Join(l.Transports, "\x00")), other: other != nil}
	port, name, service := v.socketOf(l), to.Name, ""
	if other != nil {
		u.first, port = int32(other.Ports[0].From), plain.PortAt(l.Transports, model.FormatPorts(other.Ports))
	}
	if to.Service != "" {
		service = to.Service + "/" + l.ID
	}
	if s := lib.Service(to.Service); s != nil {
		port, name = link(place{servicePath(s.ID), anchorID("listener", l.ID)}, port), s.Name
	} else {
		port = v.listenerLink(to, l, port)
	}
	u.service = lib.texts.Add(service)
	u.row = lib.keep([]md{port, text(name), v.whenAt(to, l, other), text(l.Purpose)})
	return u
}

const portsPath = "ports.md"

// portsPages makes a lookup by port, and reports whether there is anything in it.
//
//	| Port | Listens | When | Product | Purpose |
//	| --- | --- | --- | --- | --- |
//	| [TCP 25 (smtp)](services/smtp.md#listener-smtp) | SMTP gateway | – | [1E Shopping](products/shopping.md) | … |
//	| [TCP 30002](…) | UMS Server | by rule [ha-same-host](…) in place of 30001 | … | … |
func portsPages(lib *library, add func(...gen.File)) bool {
	all, also := lib.allPorts()
	if len(all) == 0 {
		return false
	}
	p := lib.flavor.newPage(portsPath, "Find a port")
	p.pass = add
	p.long(table{
		words: "Ports of all listeners that something talks to: their defaults, and the ports to which a fallback or a rule for shared hosts moves them. Those without a fixed number come last. Back to " + link(place{page: "index.md"}, "the products") + ".",
		head:  []md{"Port", "Listens", "When", "Product", "Purpose"},
		rows:  len(all), row: func(cells []md, i int) []md {
			u := &all[i]
			linked := []md{lib.entries[u.product].link}
			if !u.other {
				linked = append(linked, also[u.service]...)
			}
			products := count(len(linked), "product")
			if len(linked) <= mostNames {
				products = join(", ", linked...)
			}
			cells = lib.cells(cells, u.row)
			return slices.Insert(cells, len(cells)-1, products)
		},
	})
	add(p.files()...)
	return true
}

// allPorts lists the uses of ports by all products, sorted by port. The words for a shared
// service are those of the first product that uses it. The map has links to the other products,
// by the number of the service and its listener.
func (lib *library) allPorts() (all []portUse, also map[uint32][]md) {
	n := 0
	for _, e := range lib.entries {
		n += len(e.ports)
	}
	all, also = make([]portUse, 0, n), make(map[uint32][]md)
	known, none := make(map[uint32]bool), lib.texts.Add("") // uses of shared services
	for n, e := range lib.entries {
		start := len(all)
		for _, u := range e.ports {
			if known[u.service] {
				if !u.other {
					also[u.service] = append(also[u.service], e.link)
				}
				continue
			}
			u.product = int32(n)
			all = append(all, u)
		}
		for _, u := range all[start:] {
			if u.service != none && !u.other {
				known[u.service] = true
			}
		}
		e.ports = nil
	}
	slices.SortStableFunc(all, func(a, b portUse) int {
		if order := cmp.Compare(a.first, b.first); order != 0 || a.transports == b.transports {
			return order
		}
		return cmp.Compare(lib.texts.At(a.transports), lib.texts.At(b.transports))
	})
	return all, also
}

// whenAt says why a listener is at the port: the features under which there is one, the rule
// that moves it there, or that it is a fallback.
func (v *view) whenAt(to *model.Component, l *model.Listener, other *model.OtherPort) md {
	exists := md("")
	if to.Service == "" {
		exists = v.words.Condition(v.And(to.When, l.When), "")
	}
	usual := text(model.FormatPorts(l.Ports))
	switch {
	case other == nil:
		return exists
	case other.Rule == nil:
		return join("; ", "where "+usual+" does not answer", exists)
	}
	return join("; ", "by rule "+v.ruleLink(other.Rule.ID)+" in place of "+usual, exists)
}
