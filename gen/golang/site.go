package golang

import (
	"cmp"
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

//go:embed sitetables/types.go sitetables/copy.go sitetables/lookup.go
var siteSources embed.FS

// siteAdopted are the files of package sitetables that are copied to every site's package.
var siteAdopted = []string{"types.go", "copy.go", "lookup.go"}

func siteTable(file string) string {
	data, err := siteSources.ReadFile("sitetables/" + file)
	if err != nil {
		panic(err) // embedded above
	}
	return string(data)
}

// GenerateSite makes a package for a site, for programs that test its network:
//
//	sites/ha/doc.go        what is in it
//	sites/ha/constants.go  the ids of hosts and listeners
//	sites/ha/hosts.go      hosts, and ends elsewhere
//	sites/ha/listeners.go  the sockets of all hosts
//	sites/ha/permits.go    who may talk to whom
//	sites/ha/types.go      the types of the tables; the same in every package
//	sites/ha/copy.go       how the tables are copied; the same in every package
//	sites/ha/lookup.go     queries of the tables; the same in every package
//
// There is a constant for each host and for each listener of a product, but not for each listener
// of each host, which are in a table. Findings are about clashing names.
func GenerateSite(d *model.Deployment) ([]gen.File, diag.List) {
	g := newSiteGeneration(d)
	dir := "sites/" + d.Site.ID + "/"
	if name := strings.Join(split(d.Site.ID), ""); packageName(name) != name {
		dir = "sites/" + packageName(name) + "/" // the go command would ignore the folder
	}
	var files []gen.File
	for _, f := range []struct {
		name, comment string
		decls         []string
	}{
		{"doc.go", g.packageComment().String(), nil},
		{"constants.go", "", g.constantDecls()},
		{"hosts.go", "", []string{g.hostTable(), g.elsewhereTable()}},
		{"listeners.go", "", []string{g.listenerTable()}},
		{"permits.go", "", []string{g.permitTable()}},
	} {
		files = append(files, gen.File{Path: dir + f.name, Data: source(g.pkg, f.comment, f.decls)})
	}
	for _, name := range siteAdopted {
		files = append(files, gen.File{Path: dir + name, Data: renamed(siteTable(name), "sitetables", g.pkg)})
	}
	slices.SortFunc(files, func(a, b gen.File) int { return cmp.Compare(a.Path, b.Path) })
	return files, g.findings.Sort()
}

// A siteGeneration makes the package of a site.
type siteGeneration struct {
	*model.Deployment
	pkg       string
	hosts     map[string]*symbol // by id
	listeners map[siteListener]*symbol
	findings  diag.List
}

// A siteListener is the id of a listener in tables: igel-ums/ums-server.web.
type siteListener struct {
	model.Place
	listener string
}

func (l siteListener) String() string { return string(l.Place) + "." + l.listener }

func newSiteGeneration(d *model.Deployment) *siteGeneration {
	g := &siteGeneration{
		Deployment: d, pkg: packageName(strings.Join(split(d.Site.ID), "")),
		hosts: make(map[string]*symbol), listeners: make(map[siteListener]*symbol),
	}
	n := &namer{spell: spelling{}}
	for _, p := range d.Products {
		maps.Copy(n.spell, spellingOf(p))
	}
	for _, h := range d.Hosts {
		g.hosts[h.ID] = n.add("host "+h.ID, []string{"hosts", h.ID},
			n.spell.name(h.ID), "Host"+n.spell.name(h.ID), underscores([]string{"Host"}, n.spell.words(h.ID)...))
	}
	for _, id := range g.listenerIDs() {
		g.listeners[id] = n.placed(id)
	}
	names := map[string]bool{"SiteID": true, "SiteName": true}
	for _, file := range siteAdopted {
		maps.Copy(names, declared(siteTable(file)))
	}
	resolve(n.symbols, names, g.clash)
	return g
}

// placed returns the symbol for a listener: IGELUMSServerWeb for igel-ums/ums-server.web. It always
// begins with the product, so that adding a product to the site does not change names.
func (n *namer) placed(id siteListener) *symbol {
	product, component := id.Product(), id.Component()
	return n.add("listener "+id.String(), nil,
		n.spell.name(product, elide(product, component), elide(component, id.listener)),
		n.spell.name(product, component, id.listener),
		underscores(n.spell.words(product), "", strings.Join(n.spell.words(component), "_"), "", strings.Join(n.spell.words(id.listener), "_")))
}

// listenerIDs lists the listeners of hosts and of permits, sorted.
func (g *siteGeneration) listenerIDs() []siteListener {
	var all []siteListener
	for _, h := range g.Hosts {
		for _, s := range h.Sockets {
			all = append(all, siteListener{s.Place, s.Listener.ID})
		}
	}
	for _, p := range g.Permits {
		all = append(all, talkedTo(p))
	}
	slices.SortFunc(all, func(a, b siteListener) int { return cmp.Compare(a.String(), b.String()) })
	return slices.Compact(all)
}

// talkedTo returns the listener of a permit's flow.
func talkedTo(p *model.Permit) siteListener {
	c := p.Connection
	return siteListener{model.PlaceOf(c.Product.ID, c.To.ID), c.Listener.ID}
}

// clash reports symbols that wanted the same name.
func (g *siteGeneration) clash(name string, group []*symbol) {
	f := diag.Finding{
		Code: diag.NotInGo, Severity: diag.Info, Position: g.Site.Positions.At(group[0].path...),
		Path: model.PathOf("site").Below(group[0].path...),
		Hint: "rename a host, if the names matter to you",
	}
	var outcome []string
	for _, s := range group {
		if s.name == "" {
			f.Severity = diag.Warning
			outcome = append(outcome, s.what+" has none")
		} else {
			outcome = append(outcome, s.what+" is "+s.name)
		}
	}
	f.Message = fmt.Sprintf("the Go name %s in site %s is needed twice or already in use, so %s", name, g.Site.ID, strings.Join(outcome, ", "))
	g.findings = append(g.findings, f)
}

// constantDecls returns constants for the ids of the site, its hosts and its listeners:
//
//	UMS1 HostID = "ums1" // windows, 10.1.1.11
//	IGELUMSServerWeb ListenerID = "igel-ums/ums-server.web" // …
func (g *siteGeneration) constantDecls() []string {
	var hosts, listeners []constantLine
	for _, h := range g.Hosts {
		if s := g.hosts[h.ID]; s.name != "" {
			hosts = append(hosts, constantLine{name: s.name, typ: "HostID", value: literal(h.ID), aside: aside(hostText(h))})
		}
	}
	for _, id := range g.listenerIDs() {
		if s := g.listeners[id]; s.name != "" {
			listeners = append(listeners, constantLine{name: s.name, typ: "ListenerID", value: literal(id.String()), aside: aside(g.purpose(id))})
		}
	}
	decls := []string{block("The site", []constantLine{
		{name: "SiteID", value: literal(g.Site.ID)},
		{name: "SiteName", value: literal(g.Site.Name)},
	})}
	if len(hosts) > 0 {
		decls = append(decls, block("The hosts of the site", hosts))
	}
	if len(listeners) > 0 {
		decls = append(decls, block("The listeners that hosts of the site open or talk to", listeners))
	}
	return decls
}

func block(doc string, all []constantLine) string {
	var d docComment
	d.paragraph(doc)
	return constants(d.String(), all)
}

// hostText describes a host briefly.
func hostText(h *model.Deployed) string {
	var parts []string
	if h.Name != "" {
		parts = append(parts, h.Name)
	}
	if h.OS != "" {
		parts = append(parts, h.OS)
	}
	if h.Count > 1 {
		parts = append(parts, fmt.Sprintf("%d machines", h.Count))
	}
	at := h.Addresses
	if len(at) == 0 {
		at = h.Names
	}
	if n := len(at); n > 2 {
		at = append(slices.Clone(at[:2]), fmt.Sprintf("%d more", n-2))
	}
	if len(at)+len(parts) == 0 {
		return h.ID
	}
	return strings.Join(append(parts, at...), ", ")
}

// purpose returns the purpose of a listener.
func (g *siteGeneration) purpose(id siteListener) string {
	for _, p := range g.Products {
		if p.ID != id.Product() {
			continue
		}
		if c := p.Component(id.Component()); c != nil { // else it is of another release
			if l := c.Listener(id.listener); l != nil {
				return l.Purpose
			}
		}
	}
	return ""
}

// packageComment returns the package comment, which describes the contents and their use.
func (g *siteGeneration) packageComment() *docComment {
	d := &docComment{}
	d.paragraph(fmt.Sprintf("Package %s holds the network of site %s: %s", g.pkg, g.Site.ID, cmp.Or(g.Site.Description, g.Site.Name, "its hosts, what they listen on, and who may talk to whom")))
	d.paragraph("The constants are hosts and listeners. A host knows where each of its listeners is dialed, in [HostID.Address], and what may cross the network is in [Permits], [PermitsFrom], [PermitsTo] and [Permitted]. A test that runs on a host can try whatever the host has to reach:")
	host := "host"
	for _, h := range g.Hosts {
		if s := g.hosts[h.ID]; s.name != "" && h.Count == 1 && len(h.Outbound) > 0 {
			host = g.pkg + "." + s.name
			break
		}
	}
	d.code(
		"for _, p := range "+g.pkg+".PermitsFrom("+host+") {",
		"\tfor _, target := range p.Targets("+host+") {",
		"\t\tif p.Transport == "+g.pkg+".TCP && !p.Optional {",
		"\t\t\tif _, err := net.DialTimeout(\"tcp\", target, time.Second); err != nil {",
		"\t\t\t\tt.Error(p.Flow, err)",
		"\t\t\t}",
		"\t\t}",
		"\t}",
		"}",
	)
	d.paragraph("The functions return copies of the tables, which the caller owns. What stays inside one host is in no permit. Ports that are chosen at run time, networks and broadcasts are in the tables, but nobody can dial them, so that they are not targets.")
	return d
}
