package markdown

import (
	"cmp"
	"strings"
	"sync"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/gen/request"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// A siteView is a site as its pages show it.
type siteView struct {
	flavor *flavor
	*model.Deployment
	alike    []*gen.Group
	diagrams *gen.Diagrams // nil for none
	traffic  *gen.Traffic  // of the hosts that are alike
	request  *request.Request

	beside  *model.Catalog // the products whose pages are made as well; nil for none
	mu      sync.Mutex
	layouts map[*model.Product]*layout
}

// GenerateSite returns pages of a site below sites/ID: index.md with an
// overview, hosts.md and a page for each host with every socket and its reasons, and
// firewall-request.md, with tables of the request for programs and spreadsheets. The function draw
// gives the diagrams of the site, or nil for none.
//
// The pages link to those of the products in beside, and to no others, because only these
// are known to exist.
func (o Options) GenerateSite(d *model.Deployment, beside *model.Catalog, draw func(*model.Deployment) *gen.Diagrams) ([]gen.File, diag.List) {
	s := &siteView{flavor: o.flavor(), Deployment: d, alike: gen.Alike(d), beside: beside, diagrams: draw(d), layouts: make(map[*model.Product]*layout)}
	s.traffic, s.request = gen.NewTraffic(d, s.alike), request.New(d)
	files := s.request.Files(s.path(""))
	files = append(files, requestPages(s)...)
	files = append(files, hostsPages(s)...)
	roles := s.diagrams.Roles(s.alike)
	files = append(files, sitePage(s, roles)...)
	if len(roles) > 0 {
		files = append(files, rolesPage(s, roles))
	}
	return append(files, s.flavor.folderFiles("sites")...), nil
}

func (s *siteView) path(name string) string {
	return "sites/" + gen.FileName(s.Site.ID) + "/" + name
}

func (s *siteView) title() string { return cmp.Or(s.Site.Name, s.Site.ID) }

// link returns a link to another file of the site.
func (s *siteView) link(name string, words md) md { return link(place{page: s.path(name)}, words) }

// sitePage writes the overview of the site.
func sitePage(s *siteView, roles []gen.Part) []gen.File {
	p := s.flavor.newPage(s.path("index.md"), "Site: "+s.title())
	p.description, p.label = s.Site.Description, s.title()
	p.labeled = []labeled{{s.path(requestName), requestLabel}, {s.path("hosts.md"), hostsLabel}}
	if len(roles) > 0 {
		p.labeled = append(p.labeled, labeled{s.path("roles.md"), rolesLabel})
	}
	p.hasMore = len(s.alike) > 0
	p.paragraph(text(s.Site.Description))
	machines := 0
	for _, h := range s.Hosts {
		machines += h.Count
	}
	p.list([]md{
		"Id: " + text(s.Site.ID),
		"Contains: " + count(len(s.Hosts), "host") + " (" + count(machines, "machine") + "), " + count(len(s.Site.Zones), "zone") + ", " + count(len(s.Products), "product"),
		s.link(requestName, "Firewall request") + ": what to request from the network team; " + s.link(request.XLSX, "as a spreadsheet"),
		s.link("hosts.md", "All hosts") + ": addresses, what listens and why, who reaches whom",
	})
	others := md("The page of each host has a smaller one.")
	if len(roles) > 0 {
		others = s.link("roles.md", "Roles") + " are smaller ones."
	}
	p.overview(s.diagrams, others)
	s.matrix(p)
	s.zones(p)
	s.hosts(p)
	s.services(p)
	s.chosen(p)
	accepted(p, s.Site.Suppress)
	return p.files()
}

// chosen lists the products and what the site decides about them.
func (s *siteView) chosen(p *page) {
	if len(s.Products) == 0 {
		return
	}
	p.heading(2, "products", "Products and what was chosen")
	var rows [][]md
	for _, product := range s.Products {
		choice := describe.Chosen(s.Site, product)
		var chosen, defaults, ports []md
		for _, f := range choice.Features {
			chosen = append(chosen, text(f.ID)+": "+texts(" and ", f.Values))
		}
		for _, f := range choice.Defaults {
			defaults = append(defaults, text(f.ID)+": "+text(f.Default))
		}
		for _, port := range choice.Ports {
			ports = append(ports, text(port.Component.ID+"."+port.Listener.ID)+": "+text(port.Port.String()))
		}
		rows = append(rows, []md{
			s.productLink(product), join(", ", chosen...), join(", ", defaults...), join(", ", ports...), texts(", ", choice.Without),
		})
	}
	p.long(table{
		id: "products", title: "Products and what was chosen",
		head: []md{"Product", "Chosen here", "Left at the default", "Ports changed", "Does without"},
		rows: len(rows), row: func(cells []md, i int) []md { return append(cells, rows[i]...) },
	})
}

func (s *siteView) zones(p *page) {
	if len(s.Site.Zones) == 0 {
		return
	}
	p.heading(2, "zones", "Zones")
	var rows [][]md
	add := func(id string, name, networks md) {
		hosts, machines := 0, 0
		for _, g := range s.alike {
			if g.Zone == id {
				hosts += len(g.Hosts)
				machines += g.Machines()
			}
		}
		if id != "" || hosts > 0 {
			rows = append(rows, []md{name, networks, number(hosts), number(machines)})
		}
	}
	for _, z := range s.Site.Zones {
		name := text(z.ID)
		if z.Name != "" {
			name += " (" + text(z.Name) + ")"
		}
		add(z.ID, name, literals(z.Networks))
	}
	add("", "in none", "")
	p.long(table{
		id: "zones", title: "Zones", head: []md{"Zone", "Networks", "Hosts", "Machines"},
		rows: len(rows), row: func(cells []md, i int) []md { return append(cells, rows[i]...) },
	})
}

// services lists what the site says is elsewhere.
func (s *siteView) services(p *page) {
	if len(s.Site.Services) == 0 {
		return
	}
	p.heading(2, "services", "Not on these hosts")
	var rows [][]md
	for _, l := range s.Site.Services {
		rows = append(rows, []md{text(l.What), plain.Endpoints(&l.Endpoints), text(l.Zone)})
	}
	p.long(table{
		id: "services", title: "Not on these hosts", head: []md{"What", "Where", "Zone"},
		rows: len(rows), row: func(cells []md, i int) []md { return append(cells, rows[i]...) },
	})
}

// hosts lists the hosts, those that are alike in one row.
func (s *siteView) hosts(p *page) {
	p.heading(2, "hosts", "Hosts")
	p.long(table{
		id: "hosts", title: "Hosts", head: []md{"Hosts", "System", "Machines", "Zone", "Runs"},
		rows: len(s.alike), row: func(cells []md, i int) []md {
			g := s.alike[i]
			return append(cells, s.groupLink(g), system(g.Hosts[0]), number(g.Machines()), text(g.Zone), s.components(*g))
		},
	})
}

// productLink returns the name of a product, as a link to its page if there is one.
func (s *siteView) productLink(p *model.Product) md {
	words := text(p.Name) + " " + text(p.Version)
	if l := s.layoutOf(p); l != nil {
		return link(place{page: l.main}, words)
	}
	return words
}

func space(words md) md {
	if words == "" {
		return ""
	}
	return " " + words
}

// componentName returns the name of what a host runs: "UMS Server", with its release if other
// hosts run another one. If there is no such component, it returns the place.
func (s *siteView) componentName(at model.Place, h *model.Host) md {
	if p := s.Product(at.Product(), h); p != nil {
		if c := p.Component(at.Component()); c != nil {
			return text(c.Name) + space(text(s.Beside(p.ID, h)))
		}
	}
	return text(string(at))
}

// groupLink returns a link to the page of hosts that are alike.
func (s *siteView) groupLink(g *gen.Group) md {
	return link(place{page: s.hostPath(g)}, text(g.Names()))
}

// texts joins strings of a spec with a separator.
func texts(separator string, list []string) md {
	var all []string
	for _, s := range list {
		all = append(all, string(text(s)))
	}
	return md(strings.Join(all, separator))
}
