package html

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// A site is a deployment as its pages show it.
type site struct {
	*model.Deployment
	folder  string
	alike   []*gen.Group
	group   map[*model.Deployed]*gen.Group
	traffic *gen.Traffic    // of the hosts that are alike
	zones   *gen.Traffic    // of the zones
	paged   map[string]bool // products with pages, by id and release
	local   map[*gen.Group][]*model.Permit
}

// newSite prepares the pages of a site. They link to those of the catalogue's products.
func newSite(d *model.Deployment, c *model.Catalog) *site {
	s := &site{
		Deployment: d, folder: siteFolder(d.Site.ID), alike: gen.Alike(d), group: make(map[*model.Deployed]*gen.Group),
		paged: make(map[string]bool), local: make(map[*gen.Group][]*model.Permit),
	}
	for _, g := range s.alike {
		for _, h := range g.Hosts {
			s.group[h] = g
		}
	}
	for _, p := range c.Products {
		s.paged[p.Ref()] = true
	}
	s.traffic, s.zones = gen.NewTraffic(d, s.alike), gen.NewTraffic(d, gen.Zones(d))
	first := make(map[*model.Deployed]*gen.Group)
	for _, g := range s.alike {
		first[g.Hosts[0]] = g
	}
	for _, p := range d.Local {
		for _, e := range p.From {
			if g := first[e.Host]; g != nil {
				s.local[g] = append(s.local[g], p)
			}
		}
	}
	return s
}

func (s *site) name() string {
	if s.Site.Name != "" {
		return s.Site.Name
	}
	return s.Site.ID
}

func hostName(g *gen.Group) string { return "host-" + gen.FileName(g.Hosts[0].ID) + ".html" }

// zonesName is the page of what passes between zones.
const zonesName = "zones.html"

func (s *site) page(name, title string) *page {
	trail := []crumb{{homePage.at("sites"), "Sites"}}
	if name != overviewName {
		trail = append(trail, crumb{address(s.folder + overviewName), s.name()})
	}
	return newPage(s.folder+name, title, trail...)
}

// pages are the pages of a site.
func (s *site) pages() []*page {
	pages := []*page{s.overview()}
	if s.zoned() {
		pages = append(pages, s.zonePage())
	}
	for i, g := range s.alike {
		pages = append(pages, s.host(g, s.traffic.Parties[i]))
	}
	return pages
}

// overview is the first page of a site.
func (s *site) overview() *page {
	p := s.page(overviewName, "Site: "+s.name())
	p.paragraph(text(s.Site.Description))
	machines := 0
	for _, h := range s.Hosts {
		machines += h.Count
	}
	p.facts("Id", text(s.Site.ID), "Hosts", number(len(s.Hosts)), "Machines", number(machines), "Zones", number(len(s.Site.Zones)))
	s.matrix(p)
	s.cards(p)
	s.hosts(p)
	s.chosen(p)
	s.elsewhere(p)
	p.accepted(s.Site.Suppress)
	return p
}

// between is the anchor of what passes from one party to another.
func between(w *gen.Way) string { return anchor("way", w.From.Key, w.To.Key) }

// zoned reports whether there is something to tell of zones.
func (s *site) zoned() bool {
	return len(s.zones.Ways) > 0 && slices.ContainsFunc(s.Hosts, func(h *model.Deployed) bool { return h.NetZone != "" })
}

// matrix shows which ports are open from zone to zone.
func (s *site) matrix(p *page) {
	if !s.zoned() {
		return
	}
	p.heading(2, "zones", "Between zones")
	p.paragraph("Rows open connections to columns. In brackets: optional. " + p.link(address(s.folder+zonesName), "All of them") + ", with hosts and purposes.")
	var columns []*gen.Party
	for _, party := range s.zones.Parties {
		if slices.ContainsFunc(s.zones.Ways, func(w *gen.Way) bool { return w.To == party }) {
			columns = append(columns, party)
		}
	}
	t := table{class: "matrix", title: "Ports from zone to zone", head: []hyper{"From \\ to"}}
	for _, c := range columns {
		t.head = append(t.head, s.zoneName(c))
	}
	for _, from := range s.zones.Parties {
		r := row{cells: []hyper{s.zoneName(from)}}
		filled := false
		for _, to := range columns {
			cell := hyper("")
			for _, w := range s.zones.Ways {
				if w.From == from && w.To == to {
					filled = true
					cell = p.link(address(s.folder+zonesName).at(between(w)), plain.PermitPorts(w.Permits))
				}
			}
			r.cells = append(r.cells, cell)
		}
		if filled {
			t.rows = append(t.rows, r)
		}
	}
	p.table(t)
}

// zoneName is what a zone, or something that is on no host, is called.
func (s *site) zoneName(p *gen.Party) hyper {
	switch {
	case p.Group == nil:
		return text(p.Name)
	case p.Group.Zone == "":
		return "hosts in no zone"
	}
	for _, z := range s.Site.Zones {
		if z.ID == p.Group.Zone && z.Name != "" {
			return text(z.Name)
		}
	}
	return text(p.Group.Zone)
}

// zonePage lists what passes from zone to zone.
func (s *site) zonePage() *page {
	p := s.page(zonesName, "Between the zones of "+s.name())
	for _, w := range s.zones.Ways {
		words := s.zoneName(w.From) + " to " + s.zoneName(w.To)
		if w.From == w.To {
			words = "within " + s.zoneName(w.From)
		}
		p.heading(2, between(w), words)
		t := table{title: "Connections to permit", class: "flows", head: []hyper{"From", "To", "Port", "When", "Why", "Flow"}}
		for _, permit := range w.Permits {
			var from, to []*model.End
			for _, leg := range gen.Legs(permit) {
				f, x := s.within(leg.From, w.From), s.within(leg.To, w.To)
				if len(f) > 0 && len(x) > 0 {
					from, to = f, x
					break
				}
			}
			t.add(s.ends(p, from), s.ends(p, to), permitPort(permit), permitWhen(permit), text(describe.PermitPurpose(permit)), s.flowLink(p, permit))
		}
		p.table(t)
	}
	return p
}

// within lists the ends that belong to a party of the zones.
func (s *site) within(ends []*model.End, party *gen.Party) []*model.End {
	var all []*model.End
	for _, e := range ends {
		if party.Group != nil && e.Host != nil && e.Host.NetZone == party.Group.Zone || party.Group == nil && e.Host == nil && e.ID() == party.End.ID() {
			all = append(all, e)
		}
	}
	return all
}

// ends links ends of a permit, hosts that are alike together.
func (s *site) ends(p *page, ends []*model.End) hyper {
	var all []hyper
	for _, e := range ends {
		if e.Host != nil {
			g := s.group[e.Host]
			all = appendNew(all, p.link(address(s.folder+hostName(g)), text(g.Names())))
			continue
		}
		words := text(e.ID())
		if e.Any {
			words = "any host"
		}
		if places := e.Addresses(); len(places) > 0 {
			words += " (" + texts(", ", places[:min(len(places), gen.ShownPeers)]) + ")"
		}
		all = appendNew(all, words)
	}
	return describe.Join(", ", all...)
}

func permitPort(p *model.Permit) hyper {
	words := `<span class="port">` + plain.PermitPorts([]*model.Permit{p}) + "</span>"
	if len(p.SourcePorts) > 0 {
		words += ", from port " + text(model.FormatPorts(p.SourcePorts))
	}
	if len(p.Groups) > 0 {
		words += ", to " + texts(", ", p.Groups)
	}
	return words
}

func permitWhen(p *model.Permit) hyper {
	optional := hyper("")
	if p.Connection.Flow.Optional {
		optional = "optional"
	}
	if words := describe.Join("; ", optional, text(describe.PermitCondition(p))); words != "" {
		return words
	}
	return "always"
}

// flowLink leads to the flow that a permit is of, where its product has pages.
func (s *site) flowLink(p *page, permit *model.Permit) hyper {
	product, flow := permit.Connection.Product, permit.Connection.Flow
	words := text(product.ID + "/" + flow.ID)
	if !s.paged[product.Ref()] {
		return words
	}
	return p.link(address(productFolder(product)+flowsName).at(anchor("flow", flow.ID)), words)
}

// runs links what a host runs, with its release where other hosts run another one.
func (s *site) runs(p *page, at model.Place, h *model.Host) hyper {
	product := s.Product(at.Product(), h)
	if product == nil || product.Component(at.Component()) == nil {
		return text(string(at))
	}
	words := text(strings.TrimSpace(product.Component(at.Component()).Name + " " + s.Beside(product.ID, h)))
	if !s.paged[product.Ref()] {
		return words
	}
	return p.link(address(productFolder(product)+componentName(at.Component())), words)
}

// cards shows who reaches hosts and whom they reach.
func (s *site) cards(p *page) {
	if len(s.traffic.Ways) == 0 {
		return
	}
	p.heading(2, "cards", "Who reaches whom")
	p.paragraph("Hosts that are alike are one card. In brackets: optional.")
	for i, g := range s.alike {
		if k := s.card(p, g, s.traffic.Parties[i]); len(k.In)+len(k.Out) > 0 {
			p.show("card.html", k)
		}
	}
}

func (s *site) card(p *page, g *gen.Group, party *gen.Party) card {
	k := card{ID: anchor("card", g.Hosts[0].ID), Name: p.link(address(s.folder+hostName(g)), text(g.Names()))}
	var notes []hyper
	for _, run := range g.Runs() {
		if product := s.Product(run.Product(), run.Host.Host); product != nil && product.Component(run.Component()) != nil {
			notes = appendNew(notes, text(product.Component(run.Component()).Name))
		}
	}
	if len(notes) > gen.ShownPeers {
		notes = append(notes[:gen.ShownPeers], "…")
	}
	if n := g.Machines(); n > len(g.Hosts) {
		notes = append(notes, number(n)+" machines")
	}
	k.Note = describe.Join(", ", notes...)
	for _, w := range s.traffic.Ways {
		ports := plain.PermitPorts(w.Permits)
		if w.To == party {
			k.In = append(k.In, peer{s.partyLink(p, w.From, party), ports, ""})
		}
		if w.From == party {
			k.Out = append(k.Out, peer{s.partyLink(p, w.To, party), ports, ""})
		}
	}
	return k
}

func (s *site) partyLink(p *page, party, self *gen.Party) hyper {
	switch {
	case party == self:
		return "another of them"
	case party.Group != nil:
		return p.link(address(s.folder+hostName(party.Group)), text(party.Name))
	}
	return text(party.Name)
}

func (s *site) hosts(p *page) {
	if len(s.Hosts) == 0 {
		return
	}
	p.heading(2, "hosts", "Hosts")
	t := table{title: "Hosts and what they run", head: []hyper{"Host", "Addresses and names", "System", "Machines", "Zone", "Runs"}}
	for _, h := range s.Hosts {
		var runs []hyper
		for _, at := range h.Runs {
			runs = append(runs, s.runs(p, at, h.Host))
		}
		words := p.link(address(s.folder+hostName(s.group[h])), text(h.ID))
		if h.Name != "" {
			words += " (" + text(h.Name) + ")"
		}
		t.rows = append(t.rows, row{anchor("host", h.ID), []hyper{
			words, texts(", ", slices.Concat(h.Addresses, h.Names)), system(h), number(h.Count), text(h.NetZone), describe.Join(", ", runs...),
		}})
	}
	p.table(t)
}

func system(h *model.Deployed) hyper {
	if h.OS == "" {
		return ""
	}
	return describe.Join(" ", plain.OSName(h.OS), text(h.OSVersion))
}

// chosen lists the products and what the site decides of them.
func (s *site) chosen(p *page) {
	if len(s.Products) == 0 {
		return
	}
	p.heading(2, "products", "Products and what was chosen")
	t := table{title: "Products of the site", head: []hyper{"Product", "Chosen here", "Left at the default", "Ports changed", "Does without"}}
	for _, product := range s.Products {
		choice := describe.Chosen(s.Site, product)
		var said, defaults, ports []hyper
		for _, f := range choice.Features {
			said = append(said, text(f.Name)+": "+texts(" and ", f.Values))
		}
		for _, f := range choice.Defaults {
			defaults = append(defaults, text(f.Name)+": "+text(f.Default))
		}
		for _, port := range choice.Ports {
			ports = append(ports, text(port.Component.Name+" "+port.Listener.ID)+": "+text(port.Port.String()))
		}
		words := text(product.Name + " " + product.Version)
		if s.paged[product.Ref()] {
			words = p.link(address(productFolder(product)+overviewName), words)
		}
		t.rows = append(t.rows, row{cells: []hyper{words, describe.Join(", ", said...), describe.Join(", ", defaults...), describe.Join(", ", ports...), texts(", ", choice.Without)}})
	}
	p.table(t)
}

// elsewhere lists what the site has on none of its hosts.
func (s *site) elsewhere(p *page) {
	if len(s.Site.Services) == 0 {
		return
	}
	p.heading(2, "elsewhere", "Not on these hosts")
	t := table{title: "Services and components elsewhere", head: []hyper{"What", "Where", "Zone"}}
	for _, l := range s.Site.Services {
		t.rows = append(t.rows, row{cells: []hyper{text(l.What), plain.Endpoints(&l.Endpoints), text(l.Zone)}})
	}
	p.table(t)
}

// host is the page of hosts that are alike.
func (s *site) host(g *gen.Group, party *gen.Party) *page {
	p := s.page(hostName(g), "Host "+g.Names())
	h := g.Hosts[0]
	var hosts, runs []hyper
	for _, h := range g.Hosts {
		words := text(h.ID)
		if places := slices.Concat(h.Addresses, h.Names); len(places) > 0 {
			words += " (" + texts(", ", places) + ")"
		}
		hosts = append(hosts, words)
	}
	for _, run := range g.Runs() {
		runs = append(runs, s.runs(p, run.Place, run.Host.Host))
	}
	zone := text(g.Zone)
	p.facts("Runs", describe.Join(", ", runs...), "Zone", zone, "System", system(h), "Machines", number(g.Machines()), "Hosts", describe.Join(", ", hosts...))
	k := s.card(p, g, party)
	if len(k.In)+len(k.Out) > 0 {
		k.Name, k.Alone = text(g.Names()), true
		p.show("card.html", k)
	}
	if rows := s.sockets(p, h); len(rows) > 0 {
		p.heading(2, "listens", "Listens on")
		p.table(table{title: "Sockets that it opens, and why", head: []hyper{"Port", "Component and listener", "Bind", "Only"}, rows: rows})
	}
	s.permits(p, "inbound", "Inbound", "To accept from the network", "From", party, func(w *gen.Way) (here, peer *gen.Party) { return w.To, w.From })
	s.permits(p, "outbound", "Outbound", "To reach over the network", "To", party, func(w *gen.Way) (here, peer *gen.Party) { return w.From, w.To })
	if inside := s.local[g]; len(inside) > 0 {
		p.heading(2, "inside", "Inside the host")
		t := table{title: "Connections that no firewall of the network sees", head: []hyper{"Port", "When", "Why", "Flow"}}
		for _, permit := range inside {
			t.rows = append(t.rows, row{cells: []hyper{permitPort(permit), permitWhen(permit), text(describe.PermitPurpose(permit)), s.flowLink(p, permit)}})
		}
		p.table(t)
	}
	return p
}

// permits adds one direction of a host's permits.
func (s *site) permits(p *page, id, heading, title string, side hyper, party *gen.Party, sides func(*gen.Way) (here, peer *gen.Party)) {
	peers := make(map[*model.Permit][]hyper)
	for _, w := range s.traffic.Ways {
		here, peer := sides(w)
		if here != party {
			continue
		}
		for _, permit := range w.Permits {
			peers[permit] = append(peers[permit], s.partyLink(p, peer, party))
		}
	}
	if len(peers) == 0 {
		return
	}
	p.heading(2, id, text(heading))
	t := table{class: "permits", title: title, head: []hyper{side, "Port", "When", "Why", "Flow"}}
	for _, permit := range s.Permits {
		if with := peers[permit]; len(with) > 0 {
			t.add(describe.Join(", ", with...), permitPort(permit), permitWhen(permit), text(describe.PermitPurpose(permit)), s.flowLink(p, permit))
		}
	}
	p.table(t)
}

// sockets are a row for each socket of a host: what several components or transports have in
// common, they have in one row.
func (s *site) sockets(p *page, h *model.Deployed) []row {
	type socket struct {
		over  []string
		who   []hyper
		cells []hyper
	}
	var all []*socket
	at := make(map[string]*socket)
	for _, l := range h.Sockets {
		ports := gen.PortsText(l.Ports, l.Dynamic)
		why := s.why(p, l.Why, s.Product(l.Place.Product(), h.Host))
		who := s.runs(p, l.Place, h.Host) + " " + text(l.Listener.ID)
		key := fmt.Sprintf("%q", []string{ports, l.Bind, l.Phase})
		if l.Dynamic || len(l.Ports) == 0 {
			key += fmt.Sprintf("%q", []string{string(l.Place), l.Listener.ID}) // each has another
		}
		known := at[key]
		if known == nil {
			known = &socket{cells: []hyper{hyper(ports), "", plain.Bind(&model.Listener{Bind: l.Bind}), plain.During(l.Phase)}}
			at[key] = known
			all = append(all, known)
		}
		if !slices.Contains(known.over, l.Transport) {
			known.over = append(known.over, l.Transport)
		}
		known.who = appendNew(known.who, who+why)
	}
	var rows []row
	for _, x := range all {
		slices.Sort(x.over)
		x.cells[0] = `<span class="port">` + plain.PortAt(x.over, string(x.cells[0])) + "</span>"
		x.cells[1] = describe.Join("", x.who...)
		rows = append(rows, row{cells: x.cells})
	}
	return rows
}

// why tells what decided a port, and behind it everything that led there.
//
//	by default ▸ the other reasons
func (s *site) why(p *page, list []model.Reason, product *model.Product) hyper {
	if len(list) == 0 {
		return ""
	}
	var all []hyper
	for _, r := range list {
		var cite []hyper
		for _, id := range r.Cite {
			words := text(id)
			if product != nil && s.paged[product.Ref()] && strings.Count(id, "/") == 2 {
				words = p.link(address(productFolder(product)+sourcesName).at(rowAnchor(id)), text(id[strings.Index(id, "/")+1:]))
			}
			cite = append(cite, words)
		}
		words := text(r.Text)
		if where := describe.Join("; ", position(r.At), describe.Join(", ", cite...)); where != "" {
			words += ` <span class="when">(` + where + ")</span>"
		}
		all = append(all, "<li>"+words+"</li>")
	}
	return "<details><summary>" + text(list[len(list)-1].Text) + "</summary><ul>" + describe.Join("", all...) + "</ul></details>"
}

func position(at diag.Position) hyper {
	if !at.IsValid() {
		return ""
	}
	return text(fmt.Sprintf("%s:%d", at.File, at.Line))
}

// uses lists the sockets of a site for the index of ports, those of hosts that are alike once.
func (s *site) uses() []*portUse {
	var all []*portUse
	p := newPage(string(portsPage), "")
	in := "site " + p.link(address(s.folder+overviewName), text(s.name()))
	for _, g := range s.alike {
		on := " on " + p.link(address(s.folder+hostName(g)), text(g.Names()))
		at := make(map[string]*portUse)
		for _, x := range g.Hosts[0].Sockets {
			who := s.runs(p, x.Place, g.Hosts[0].Host)
			use := portUse{in: in, purpose: x.Listener.Purpose, when: plain.During(x.Phase)}
			for _, one := range use.spread(x.Ports, !x.Dynamic) {
				one.ports = gen.PortsText(x.Ports, x.Dynamic)
				key := fmt.Sprint(one.from, one.to, one.ports)
				if known := at[key]; known != nil {
					known.over = append(known.over, x.Transport)
					known.who = appendNew(known.who, who)
					continue
				}
				one.over, one.who, one.on = []string{x.Transport}, []hyper{who}, on
				at[key] = &one
				all = append(all, &one)
			}
		}
	}
	for _, u := range all {
		u.over = slices.Compact(slices.Sorted(slices.Values(u.over)))
		u.port, u.listens = plain.PortAt(u.over, u.ports), describe.Join(", ", u.who...)+u.on
	}
	return all
}
