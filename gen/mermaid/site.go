package mermaid

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

const (
	// mostGroups is how many boxes of hosts a diagram of a site shows before it
	// takes more of them together.
	mostGroups = 30
	// mostWays is how many arrows it shows before it does.
	mostWays = 100
	// mostSockets is how many ports an arrow between hosts lists. The pages of the
	// site have all of them.
	mostSockets = 6
	// mostRuns is how many components a box of hosts lists.
	mostRuns = 4
)

// GenerateSite draws a site as sites/<site>/hosts.mmd.
func GenerateSite(d *model.Deployment) ([]gen.File, diag.List) {
	drawn := drawSite(d)
	f := gen.File{Path: "sites/" + d.Site.ID + "/hosts.mmd", Data: []byte(drawn.String())}
	findings := tooLarge(f, len(drawn.edges), nil)
	for i := range findings {
		findings[i].Position, findings[i].Path = d.Site.Positions.At(), "site"
	}
	return []gen.File{f}, findings
}

// Site is the diagram of a site: its hosts by zone, those that are alike in one
// box, and who talks to whom over the network.
func Site(d *model.Deployment) string { return drawSite(d).String() }

func drawSite(d *model.Deployment) diagram {
	title := d.Site.Name
	if title == "" {
		title = d.Site.ID
	}
	traffic, by := gen.Sum(d, mostGroups, mostWays)
	drawn := diagram{title: title}

	ids := make(map[*gen.Party]string)
	boxes := make(map[string][]box) // by zone of the site
	var elsewhere, wide []box
	for i, p := range traffic.Parties {
		ids[p] = fmt.Sprintf("n%d", i)
		switch {
		case p.Group != nil:
			boxes[p.Group.Zone] = append(boxes[p.Group.Zone], hostBox(ids[p], d, p.Group, by))
		case p.End.Any || p.End.Zone != "":
			wide = append(wide, elsewhereBox(ids[p], p))
		case isZone(d, p.End.NetZone):
			boxes[p.End.NetZone] = append(boxes[p.End.NetZone], elsewhereBox(ids[p], p))
		default:
			elsewhere = append(elsewhere, elsewhereBox(ids[p], p))
		}
	}
	for _, z := range d.Site.Zones {
		name, networks := z.Name, networksText(z.Networks)
		if name == "" {
			name = z.ID
		}
		drawn.addFrame(nodeID("z", z.ID), boxes[z.ID], name, networks)
	}
	unzoned := title
	if len(d.Site.Zones) > 0 {
		unzoned = "In no zone"
	}
	drawn.addFrame("hosts", boxes[""], unzoned)
	drawn.addFrame("elsewhere", elsewhere, "Elsewhere")
	drawn.addFrame("wide", wide, "Anywhere, or a zone of the product's")

	edges := arrows{}
	for _, w := range traffic.Ways {
		for _, p := range w.Permits {
			edges.permit(pair{from: ids[w.From], to: ids[w.To]}, p)
		}
	}
	drawn.edges = edges.sorted(drawn.frames)
	drawn.explainSite(by)
	return drawn
}

// permit takes a permit into the edge between its ends.
func (a arrows) permit(ends pair, p *model.Permit) {
	e := a[ends]
	if e == nil {
		e = &edge{pair: ends, most: mostSockets}
		a[ends] = e
	}
	var when condition
	if phase := p.Connection.Phase; phase != "" {
		when.limits = "during " + gen.PhaseName(phase)
		when.words = when.limits
	}
	for _, s := range permitSockets(p) {
		e.offer(at{s, p.Transport}, !p.Connection.Flow.Optional && when.words == "", when)
	}
}

// permitSockets are those of a permit, one for each range of a list.
func permitSockets(p *model.Permit) []socket {
	how := strings.Join(p.Groups, " ")
	switch {
	case !model.HasPorts(p.Transport):
		return []socket{{first: lowest(nil), how: how}}
	case p.Dynamic:
		return []socket{{first: lowest(p.Ports), ports: strings.TrimSpace("dynamic " + alternatives(p.Ports)), how: how}}
	case len(p.Ports) == 0:
		return []socket{{first: lowest(nil), ports: "port not documented", how: how}}
	}
	var all []socket
	for _, r := range p.Ports {
		all = append(all, socket{first: r.From, ports: r.String(), how: how})
	}
	return all
}

// hostBox draws hosts: their names, how many machines they are, what they run.
func hostBox(id string, d *model.Deployment, g *gen.Group, by string) box {
	b := box{id: id, kind: software}
	b.lines = []string{name(g.Names())}
	if h := g.Hosts[0]; len(g.Hosts) == 1 {
		if h.Name != "" {
			b.lines = append(b.lines, name(h.Name))
		}
		places := (&model.End{Host: h}).Addresses()
		if len(places) > 0 {
			b.lines = append(b.lines, name(networksText(places)))
		}
	}
	switch n := g.Machines(); {
	case n > len(g.Hosts) && len(g.Hosts) > 1:
		b.lines = append(b.lines, fmt.Sprintf("%d hosts, %d machines", len(g.Hosts), n))
	case n > len(g.Hosts):
		b.lines = append(b.lines, fmt.Sprintf("%d machines", n))
	case n > 1:
		b.lines = append(b.lines, fmt.Sprintf("%d hosts", n))
	}
	names, devices := runNames(d, g, by)
	for _, n := range names[:min(len(names), mostRuns)] {
		b.lines = append(b.lines, name(n))
	}
	if n := len(names) - mostRuns; n > 0 {
		b.lines = append(b.lines, fmt.Sprintf("+%d more", n))
	}
	if devices {
		b.kind = device
	}
	return b
}

// runNames are the names of what hosts run: components, or products where hosts
// were taken together by more than what they run.
func runNames(d *model.Deployment, g *gen.Group, by string) (names []string, devices bool) {
	devices = true
	for _, run := range g.Runs() {
		p := d.Product(run.Product(), run.Host.Host)
		if p == nil {
			continue
		}
		c := p.Component(run.Component())
		if c == nil {
			continue
		}
		devices = devices && c.Kind == model.Device
		n := strings.TrimSpace(c.Name + " " + d.Beside(p.ID, run.Host.Host))
		if by != gen.ByHost {
			n = productTitle(p)
		}
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names, devices && len(names) > 0
}

// elsewhereBox draws what no host of the site runs.
func elsewhereBox(id string, p *gen.Party) box {
	b := box{id: id, lines: []string{name(p.Name)}, kind: external}
	switch {
	case p.End.Any:
		b.kind = anybody
	case p.End.Zone != "":
		b.kind = zone
	case p.End.Location != nil && p.End.Location.IsService():
		b.kind = service
	}
	places := p.End.Addresses()
	for _, place := range places[:min(len(places), placesShown)] {
		b.lines = append(b.lines, name(place))
	}
	if n := len(places) - placesShown; n > 0 {
		b.lines = append(b.lines, fmt.Sprintf("+%d more", n))
	}
	return b
}

func isZone(d *model.Deployment, id string) bool {
	return slices.ContainsFunc(d.Site.Zones, func(z *model.NetworkZone) bool { return z.ID == id })
}

func networksText(networks []string) string {
	words := strings.Join(networks[:min(len(networks), placesShown)], ", ")
	if n := len(networks) - placesShown; n > 0 {
		words += fmt.Sprintf(", +%d more", n)
	}
	return words
}

// explainSite writes the legend of a site's diagram.
func (d *diagram) explainSite(by string) {
	switch by {
	case gen.ByProduct:
		d.legend = append(d.legend, "a box: hosts of a zone", "with the same products")
	case gen.ByZone:
		d.legend = append(d.legend, "a box: hosts of a zone")
	default:
		d.legend = append(d.legend, "a box: hosts that are alike")
	}
	for _, e := range d.edges {
		if !e.isWhole() {
			d.legend = append(d.legend, "dotted or [in brackets]:", "optional, or only in a", "phase such as installation")
			break
		}
	}
}
