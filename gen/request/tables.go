package request

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/sheet"
	"github.com/portspec/portspec/internal/model"
)

// Tables returns the request, the addresses of its names, and the vendors' rows behind it.
func (r *Request) Tables() []*sheet.Table {
	return []*sheet.Table{r.requestSheet(), r.hostsSheet(), r.rowsSheet()}
}

// requestSheet has a row for each source, destination, range of ports and flow. A large group of
// hosts that are alike is one source or destination, whose addresses are in the table of hosts.
func (r *Request) requestSheet() *sheet.Table {
	t := &sheet.Table{Name: "Request", Columns: []string{
		"source", "source_address", "source_zone", "destination", "destination_address", "destination_zone",
		"transport", "port_from", "port_to", "dynamic", "icmp_type", "icmp_code", "source_port_from", "source_port_to", "family", "group",
		"need", "product", "release", "flow", "purpose", "condition", "to_do", "owner", "ticket", "until",
	}, Numbers: []string{"port_from", "port_to", "icmp_type", "icmp_code", "source_port_from", "source_port_to"}}
	if r.translates() {
		t.Columns = append(t.Columns, "source_seen_as", "destination_seen_as")
	}
	all := asks(r.Traffic)
	for i, lines := range r.lines(all) {
		a := all[i]
		for _, from := range endsOf(a.from) {
			for _, to := range endsOf(a.to) {
				if from.host != nil && from.host == to.host && from.host.Count == 1 {
					continue
				}
				for _, pair := range gen.AddressPairs(from.addresses, to.addresses) {
					for _, line := range lines {
						t.Rows = append(t.Rows, slices.Concat(
							[]string{from.name, pair[0], from.zone, to.name, pair[1], to.zone}, line, r.seenCells(pair, from, to)))
					}
				}
			}
		}
	}
	return t
}

// lines returns the cells of each ask about what is asked for, and for which flow. Ports that
// several asks need for the same flow are a range if they are neighbours, at the first of the asks.
func (r *Request) lines(all []*ask) [][][]string {
	type need struct { // of a flow, without ports
		from, to  *gen.Party
		what, use string
	}
	type place struct {
		need
		first int // port
	}
	type use struct {
		need
		cells []string
	}
	uses, ports := make([][]use, len(all)), make(map[need][]model.PortRange)
	for i, a := range all {
		what := a.What
		what.Ports = nil
		for _, u := range a.uses {
			cells := r.useCells(a.What, u)
			n := need{a.from, a.to, what.key(), fmt.Sprintf("%q", cells)}
			if !slices.ContainsFunc(uses[i], func(other use) bool { return other.need == n }) {
				uses[i] = append(uses[i], use{n, cells})
				ports[n] = append(ports[n], a.Ports...)
			}
		}
	}
	ranges := make(map[place]model.PortRange)
	for n, list := range ports {
		for _, x := range model.ShortPorts(list) {
			ranges[place{n, x.From}] = x
		}
	}
	lines := make([][][]string, len(all))
	for i, a := range all {
		add := func(w What, u use) {
			for _, what := range w.portCells() {
				lines[i] = append(lines[i], slices.Concat(what, u.cells))
			}
		}
		for _, u := range uses[i] {
			if len(a.Ports) == 0 {
				add(a.What, u)
			}
		}
		for _, x := range a.Ports {
			for _, u := range uses[i] {
				at := place{u.need, x.From}
				if whole, ok := ranges[at]; ok {
					delete(ranges, at)
					what := a.What
					what.Ports = []model.PortRange{whole}
					add(what, u)
				}
			}
		}
	}
	return lines
}

// useCells returns the cells about a flow.
func (r *Request) useCells(w What, u *Use) []string {
	need := "required"
	if u.Optional() {
		need = "optional"
	}
	c, record := u.Permit.Connection, r.record(u)
	return []string{
		need, c.Product.ID, c.Product.Version, c.Flow.ID, u.Purpose(), u.Condition, strings.Join(w.todo([]*Use{u}), " "),
		record.Owner, record.Ticket, record.Until,
	}
}

// portCells returns the cells about what is asked for: each port or range with each kind of
// message, source port and group.
func (w What) portCells() [][]string {
	numbers := func(ranges []model.PortRange) [][]string {
		all := make([][]string, 0, len(ranges))
		for _, r := range ranges {
			all = append(all, []string{strconv.Itoa(r.From), strconv.Itoa(r.To)})
		}
		return orNothing(all, 2)
	}
	dynamic := "no"
	if w.Dynamic {
		dynamic = "yes"
	}
	var kinds, groups [][]string
	for _, m := range w.Messages {
		code := ""
		if m.Code != nil {
			code = strconv.Itoa(*m.Code)
		}
		kinds = append(kinds, []string{strconv.Itoa(m.Type), code})
	}
	for _, g := range w.Groups {
		groups = append(groups, []string{g})
	}
	var all [][]string
	for _, ports := range numbers(w.Ports) {
		for _, kind := range orNothing(kinds, 2) {
			for _, source := range numbers(w.Source) {
				for _, group := range orNothing(groups, 1) {
					all = append(all, slices.Concat([]string{w.Transport}, ports, []string{dynamic}, kind, source, []string{w.Family}, group))
				}
			}
		}
	}
	return all
}

// orNothing returns a list or, if it is empty, one row of empty cells.
func orNothing(list [][]string, cells int) [][]string {
	if len(list) > 0 {
		return list
	}
	return [][]string{make([]string, cells)}
}

// InHosts is in the cell for the address of a group of hosts, so that no program takes the cell for
// an address, or for any address.
const InHosts = "group"

// A rowEnd is one side of a row.
type rowEnd struct {
	host      *model.Deployed // nil for a group, and for an end that is not a host
	name      string
	addresses []string // at least one, which may be empty
	zone      string
}

func endsOf(p *gen.Party) []rowEnd {
	switch {
	case p.Group == nil:
		return []rowEnd{{nil, p.Name, partyAddresses(p), p.End.NetZone}}
	case IsGroup(p):
		return []rowEnd{{nil, p.Name, []string{InHosts}, p.Group.Zone}}
	}
	var all []rowEnd
	for _, h := range p.Group.Hosts {
		all = append(all, rowEnd{h, h.ID, hostAddresses(h), h.NetZone})
	}
	return all
}

func partyAddresses(p *gen.Party) []string {
	if p.End.Any {
		return []string{"any"}
	}
	return orEmpty(p.End.Addresses())
}

func hostAddresses(h *model.Deployed) []string { return orEmpty((&model.End{Host: h}).Addresses()) }

func orEmpty(list []string) []string {
	if len(list) == 0 {
		return []string{""}
	}
	return list
}

// hostsSheet lists the hosts and addresses that the names in the request stand for:
//
//	name,host,machines,address,zone
//	ums1,ums1,1,10.1.1.11,data-centre
//	desk001 … desk150,desk001,1,10.2.0.1,desktops
//	smtp,,,relay.example.edu,
func (r *Request) hostsSheet() *sheet.Table {
	t := &sheet.Table{Name: "Hosts", Columns: []string{"name", "host", "machines", "address", "zone"}, Numbers: []string{"machines"}}
	add := func(name, host, machines, address, zone string) {
		row := []string{name, host, machines, address, zone}
		if r.translates() {
			row = append(row, r.sights(address, zone))
		}
		t.Rows = append(t.Rows, row)
	}
	if r.translates() {
		t.Columns = append(t.Columns, "seen_as")
	}
	for _, p := range r.Traffic.Parties {
		if p.Group == nil {
			for _, address := range partyAddresses(p) {
				add(p.Name, "", "", address, p.End.NetZone)
			}
			continue
		}
		for _, h := range p.Group.Hosts {
			name := h.ID
			if IsGroup(p) {
				name = p.Name
			}
			for _, address := range hostAddresses(h) {
				add(name, h.ID, strconv.Itoa(h.Count), address, h.NetZone)
			}
		}
	}
	return t
}

// rowsSheet lists the rows of the vendor's documents on which each flow rests:
//
//	product,release,flow,row
//	igel-ums,12.04,console,default-ports/6
func (r *Request) rowsSheet() *sheet.Table {
	t := &sheet.Table{Name: "Rows", Columns: []string{"product", "release", "flow", "row"}}
	for _, w := range r.Traffic.Ways {
		for _, p := range w.Permits {
			c := p.Connection
			for _, row := range c.Flow.Cite {
				t.Rows = append(t.Rows, []string{c.Product.ID, c.Product.Version, c.Flow.ID, strings.TrimPrefix(row, c.Product.ID+"/")})
			}
		}
	}
	slices.SortFunc(t.Rows, func(a, b []string) int { return slices.CompareFunc(a, b, cmp.Compare[string]) })
	t.Rows = slices.CompactFunc(t.Rows, slices.Equal)
	return t
}
