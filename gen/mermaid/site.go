package mermaid

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/matrix"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// mostGroups is the maximum number of groups of hosts that are drawn. With more, the groups of
// a zone that run the same products are drawn together or, if that is not enough, all groups of
// a zone.
const mostGroups = 40

// GenerateSite draws a site as sites/<site>/hosts.mmd, and its roles as
// sites/<site>/role-<host>.mmd.
func GenerateSite(d *model.Deployment) ([]gen.File, diag.List) {
	drawn := Site(d)
	folder := "sites/" + gen.FileName(d.Site.ID) + "/"
	var files []gen.File
	add := func(name, text string) {
		if text != "" {
			files = append(files, gen.File{Path: folder + name + ".mmd", Data: []byte(text)})
		}
	}
	add("hosts", drawn.Overview)
	var findings diag.List
	report := func(what string) {
		findings = append(findings, diag.Finding{
			Code: diag.NotInDiagram, Severity: diag.Info, Position: d.Site.Positions.At(), Path: "site",
			Message: what + " has no diagram, which would be too large to read: see the matrix of the site",
		})
	}
	if drawn.Overview == "" {
		report(d.Site.ID)
	}
	for _, part := range drawn.Parts {
		add("role-"+gen.FileName(part.ID), part.Diagram)
		if part.Diagram == "" {
			report(part.Name)
		}
	}
	slices.SortFunc(files, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) })
	return files, findings
}

// Site returns the diagrams that pages show of a site: who talks to whom over the network, by
// roles, and each role with its neighbours. A role is a group of hosts that are alike.
func Site(d *model.Deployment) *gen.Diagrams {
	title := d.Site.Name
	if title == "" {
		title = d.Site.ID
	}
	traffic, by := gen.Sum(d, mostGroups, 0)
	g := &graph{Matrix: matrix.OfSite(traffic), title: title}
	for i, p := range traffic.Parties {
		f := figure{id: fmt.Sprintf("n%d", i), name: p.Name, kind: elsewhereKind(p)}
		if p.Group != nil {
			f.kind, f.note = hostsKind(d, p.Group), machines(p.Group)
		}
		g.figures = append(g.figures, f)
	}
	drawn := g.draw(func(i int) string {
		if group := traffic.Parties[i].Group; group != nil {
			return group.Hosts[0].ID
		}
		return ""
	})
	if by != gen.ByHost {
		drawn.Overview = "" // the matrix says more about so many hosts
	}
	return drawn
}

// machines returns a text about how many machines hosts represent; "" if their names tell that.
func machines(g *gen.Group) string {
	if n := g.Machines(); n > len(g.Hosts) || n > gen.MostNamed {
		return fmt.Sprintf("%d machines", n)
	}
	return ""
}

// hostsKind returns device if the hosts run only devices, and software otherwise.
func hostsKind(d *model.Deployment, g *gen.Group) *kind {
	runs := g.Runs()
	other := slices.ContainsFunc(runs, func(r gen.Run) bool {
		p := d.Product(r.Product(), r.Host.Host)
		if p == nil {
			return true
		}
		c := p.Component(r.Component())
		return c == nil || c.Kind != model.Device
	})
	if other || len(runs) == 0 {
		return software
	}
	return device
}

// elsewhereKind returns how to draw what no host of the site runs.
func elsewhereKind(p *gen.Party) *kind {
	switch {
	case p.End == nil:
		return software
	case p.End.Any:
		return anybody
	case p.End.Zone != "":
		return zone
	case p.End.Location != nil && p.End.Location.IsService():
		return service
	}
	return external
}
