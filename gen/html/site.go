package html

import (
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/gen/request"
	"github.com/portspec/portspec/internal/model"
)

// A site is a deployment with what its pages need.
type site struct {
	*model.Deployment
	folder  string
	alike   []*gen.Group
	group   map[*model.Deployed]*gen.Group
	traffic *gen.Traffic // of the hosts that are alike
	ways    map[*gen.Party][]*gen.Way
	rank    map[*model.Permit]int // in the order of the deployment
	zones   *gen.Traffic          // of the zones
	request *request.Request
	local   map[*gen.Group][]*model.Permit
	// What pages exist for: products by id and release, and the names of shared services by id.
	paged    map[string]bool
	services map[string]string
}

// newSite prepares the pages of a site. They link to the pages of the catalogue's products.
func newSite(d *model.Deployment, c *model.Catalog, services map[string]string) *site {
	s := &site{
		Deployment: d, folder: siteFolder(d.Site.ID), alike: gen.Alike(d), group: make(map[*model.Deployed]*gen.Group),
		ways: make(map[*gen.Party][]*gen.Way), rank: make(map[*model.Permit]int, len(d.Permits)), local: make(map[*gen.Group][]*model.Permit),
		paged: make(map[string]bool), services: services,
	}
	for _, g := range s.alike {
		for _, h := range g.Hosts {
			s.group[h] = g
		}
	}
	for _, p := range c.Products {
		s.paged[p.Ref()] = true
	}
	s.traffic, s.zones, s.request = gen.NewTraffic(d, s.alike), gen.NewTraffic(d, gen.Zones(d)), request.New(d)
	for _, w := range s.traffic.Ways {
		s.ways[w.From] = append(s.ways[w.From], w)
		if w.To != w.From {
			s.ways[w.To] = append(s.ways[w.To], w)
		}
	}
	for i, p := range d.Permits {
		s.rank[p] = i
	}
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

// zonesName is the page of the traffic between zones, and hostsName that of the hosts if
// there are too many for the first page.
const zonesName, hostsName = "zones.html", "hosts.html"

func (s *site) page(name, title string) *page {
	trail := []crumb{{homePage.at("sites"), "Sites"}}
	if name != overviewName {
		trail = append(trail, crumb{address(s.folder + overviewName), s.name()})
	}
	return newPage(s.folder+name, title, trail...)
}

// pages returns the pages of a site.
func (s *site) pages() []*page {
	pages := []*page{s.overview()}
	if s.zoned() {
		pages = append(pages, s.zonePage())
	}
	if s.hasRequest() {
		pages = append(pages, s.requestPage())
	}
	if len(s.Hosts) > mostHosts {
		p := s.page(hostsName, "Hosts of "+s.name())
		s.hostTable(p)
		pages = append(pages, p)
	}
	for i, g := range s.alike {
		pages = append(pages, s.host(g, s.traffic.Parties[i]))
	}
	return pages
}

// hasRequest reports whether the site has a firewall request.
func (s *site) hasRequest() bool { return len(s.request.Sections) > 0 }

// tables returns the files with the tables of the firewall request.
func (s *site) tables() []gen.File {
	if !s.hasRequest() {
		return nil
	}
	return s.request.Files(s.folder)
}

// overview returns the first page of a site.
func (s *site) overview() *page {
	p := s.page(overviewName, "Site: "+s.name())
	p.paragraph(text(s.Site.Description))
	machines := 0
	for _, h := range s.Hosts {
		machines += h.Count
	}
	p.facts("Id", text(s.Site.ID), "Hosts", number(len(s.Hosts)), "Machines", number(machines), "Zones", number(len(s.Site.Zones)))
	if s.hasRequest() {
		p.paragraph(p.link(address(s.folder+requestName), "Firewall request") + ": what has to be permitted, row by row, with owner, ticket and last day; " + p.link(address(s.folder+request.XLSX), "as a spreadsheet") + ".")
	} else {
		p.paragraph("Nothing crosses the network.")
	}
	s.zoneMatrix(p)
	s.cards(p)
	s.matrix(p)
	s.hosts(p)
	s.chosen(p)
	s.elsewhere(p)
	p.accepted(s.Site.Suppress)
	return p
}

func (s *site) hosts(p *page) {
	if len(s.Hosts) == 0 {
		return
	}
	p.heading(2, "hosts", "Hosts")
	if n := len(s.Hosts); n > mostHosts {
		p.paragraph("The " + p.link(address(s.folder+hostsName), number(n)+" hosts") + " are on a page of their own.")
		return
	}
	s.hostTable(p)
}

// mostHosts is the greatest number of hosts on the first page of a site.
const mostHosts = 150

func (s *site) hostTable(p *page) {
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
			words, texts(", ", slices.Concat(h.Addresses, h.Names)), system(h), number(h.Count), s.zone(h.NetZone), describe.Join(", ", runs...),
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

// chosen lists the products and the site's choices for them.
func (s *site) chosen(p *page) {
	if len(s.Products) == 0 {
		return
	}
	p.heading(2, "products", "Products and what was chosen")
	t := table{title: "Products of the site", head: []hyper{"Product", "Chosen here", "Left at the default", "Ports changed", "Does without"}}
	for _, product := range s.Products {
		choice := describe.Chosen(s.Site, product)
		var chosen, defaults, ports []hyper
		for _, f := range choice.Features {
			chosen = append(chosen, text(f.Name)+": "+texts(" and ", f.Values))
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
		t.rows = append(t.rows, row{cells: []hyper{words, describe.Join(", ", chosen...), describe.Join(", ", defaults...), describe.Join(", ", ports...), texts(", ", choice.Without)}})
	}
	p.table(t)
}

// elsewhere lists what runs on none of the site's hosts.
func (s *site) elsewhere(p *page) {
	if len(s.Site.Services) == 0 {
		return
	}
	p.heading(2, "elsewhere", "Not on these hosts")
	t := table{title: "Services and components elsewhere", head: []hyper{"What", "Where", "Zone"}}
	for _, l := range s.Site.Services {
		t.rows = append(t.rows, row{cells: []hyper{s.elsewhereLink(p, l), plain.Endpoints(&l.Endpoints), s.zone(l.Zone)}})
	}
	p.table(t)
}
