// Package request sums up what a site asks of firewalls. A [Request] has the rows that people
// set as rules, merged by zone and by use. [Request.Tables] returns the same with one value in
// each cell, for programs.
package request

import (
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// A Request is what must pass between the hosts of a site, and between them and others. It does
// not include traffic inside a host.
type Request struct {
	Site     *model.Site
	Traffic  *gen.Traffic // between groups of hosts that are alike on the network
	Sections []*Section   // those with rows, in the order of their kinds
}

// New sums up a deployment.
func New(d *model.Deployment) *Request {
	r := &Request{Site: d.Site, Traffic: gen.NewTraffic(d, gen.AlikeOutside(d))}
	r.Sections = r.sections()
	return r
}

// Groups returns the groups of hosts that rows name instead of their hosts.
func (r *Request) Groups() []*gen.Party {
	var all []*gen.Party
	for _, part := range r.Sections {
		for _, row := range part.Rows {
			for _, party := range slices.Concat(row.From, row.To) {
				if IsGroup(party) && !slices.Contains(all, party) {
					all = append(all, party)
				}
			}
		}
	}
	return all
}

// IsGroup reports whether a party is named instead of its hosts, because it has too many of them.
func IsGroup(p *gen.Party) bool { return p.Group != nil && len(p.Group.Hosts) > gen.MostNamed }

// zoneOf returns the zone of a party's network; "" if none is known.
func zoneOf(p *gen.Party) string {
	if p.Group != nil {
		return p.Group.Zone
	}
	return p.End.NetZone
}

// zoneRank sorts parties by zones in the site's order, and those in none last.
func (r *Request) zoneRank(p *gen.Party) int {
	i := slices.IndexFunc(r.Site.Zones, func(z *model.NetworkZone) bool { return z.ID == zoneOf(p) })
	if i < 0 {
		return len(r.Site.Zones)
	}
	return i
}

// record returns what the site declares about permits for the flow of a use.
func (r *Request) record(u *Use) model.PermitRecord {
	if p := r.Site.Firewall.Record(u.Flow()); p != nil {
		return *p
	}
	return model.PermitRecord{}
}

// A Record lists the owners of something, its tickets and its last days, as the site declares them
// for its flows.
type Record struct{ Owners, Tickets, Until []string }

func (r *Request) records(uses []*Use) Record {
	var all Record
	add := func(list *[]string, value string) {
		if value != "" && !slices.Contains(*list, value) {
			*list = append(*list, value)
		}
	}
	for _, u := range uses {
		record := r.record(u)
		add(&all.Owners, record.Owner)
		add(&all.Tickets, record.Ticket)
		add(&all.Until, record.Until)
	}
	return all
}
