package request

import (
	"fmt"
	"slices"
	"testing"

	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// neighbours is a deployment in which a client reaches many neighbouring ports of a server for one
// flow, each at a listener of its own, and some more.
func neighbours(many int) *model.Deployment {
	host := func(id, address string) *model.End {
		return &model.End{Place: "p/a", Host: &model.Deployed{Host: &model.Host{ID: id, Count: 1, Addresses: []string{address}}, NetZone: id}}
	}
	client, server := host("client", "10.0.0.1"), host("server", "10.0.0.2")
	d := &model.Deployment{
		Site:  &model.Site{ID: "s", Zones: []*model.NetworkZone{{ID: "client"}, {ID: "server"}}, Firewall: &model.Firewall{}},
		Hosts: []*model.Deployed{client.Host, server.Host},
	}
	permit := func(flow string, ports ...int) {
		p := &model.Permit{
			Transport: "tcp", From: []*model.End{client}, To: []*model.End{server},
			Connection: &model.Connection{
				Product: &model.Product{ID: "p"}, Listener: &model.Listener{},
				Flow: &model.Flow{ID: flow, Purpose: "Does " + flow, Cite: []string{"p/ports/" + flow}},
			},
		}
		for _, n := range ports {
			p.Ports = append(p.Ports, model.PortRange{From: n, To: n})
		}
		d.Permits = append(d.Permits, p)
	}
	for i := range many {
		permit("work", 7000+(i*7)%many) // in no order
	}
	permit("control", 7000+many)
	permit("list", 402, 60000, 400, 401)
	return d
}

// plainText shows texts as they are.
type plainText struct{ describe.Syntax[string] }

func (plainText) Text(s string) string { return s }

// TestNeighbours checks that neighbouring ports are one range wherever they are listed, that ports
// for other flows keep their reasons, and that every port is there.
func TestNeighbours(t *testing.T) {
	const many = 5000
	r := New(neighbours(many))
	if n := len(r.Sections); n != 1 || len(r.Sections[0].Rows) != 1 {
		t.Fatalf("%d sections", n)
	}
	plain := &describe.Words[string]{Syntax: plainText{}}
	row := r.Sections[0].Rows[0]
	if got, want := Port(plain, row.What), fmt.Sprintf("TCP 400-402, 7000-%d, 60000", 7000+many); got != want {
		t.Errorf("row: %q, want %q", got, want)
	}
	if n := len(row.Permits()); n != many+2 {
		t.Errorf("the row is for %d permits, not %d", n, many+2)
	}
	var reasons []string
	for _, x := range r.Reasons() {
		reasons = append(reasons, fmt.Sprintf("%d: %s: %s", x.Number, Port(plain, x.What), x.Purposes()))
	}
	if want := []string{
		"1: TCP 400-402, 60000: [Does list]",
		fmt.Sprintf("1: TCP 7000-%d: [Does work]", 7000+many-1),
		fmt.Sprintf("1: TCP %d: [Does control]", 7000+many),
	}; !slices.Equal(reasons, want) {
		t.Errorf("reasons:\n%q\nwant:\n%q", reasons, want)
	}
	tables := r.Tables()
	var cells []string
	column := func(name string) int { return slices.Index(tables[0].Columns, name) }
	for _, row := range tables[0].Rows {
		cells = append(cells, row[column("port_from")]+"-"+row[column("port_to")]+" "+row[column("flow")])
	}
	if want := []string{
		fmt.Sprintf("7000-%d work", 7000+many-1),
		fmt.Sprintf("%d-%[1]d control", 7000+many),
		"400-402 list", "60000-60000 list",
	}; !slices.Equal(cells, want) {
		t.Errorf("cells:\n%q\nwant:\n%q", cells, want)
	}
	var cited []string
	for _, row := range tables[2].Rows {
		cited = append(cited, row[2]+" "+row[3])
	}
	if want := []string{"control ports/control", "list ports/list", "work ports/work"}; !slices.Equal(cited, want) {
		t.Errorf("rows of documents: %q, want %q", cited, want)
	}
	for _, p := range r.Traffic.Ways[0].Permits {
		if p.Connection.Flow.ID == "list" && !slices.Equal(p.Ports, []model.PortRange{{From: 402, To: 402}, {From: 60000, To: 60000}, {From: 400, To: 400}, {From: 401, To: 401}}) {
			t.Errorf("the permit has ports %v", p.Ports)
		}
	}
}

// TestShared checks that a port that two flows need is in the range of both.
func TestShared(t *testing.T) {
	d := neighbours(10)
	more := *d.Permits[0].Connection
	more.Flow = &model.Flow{ID: "other", Purpose: "Does other"}
	also := *d.Permits[0]
	also.Connection = &more
	d.Permits = append(d.Permits, &also)
	seen := make(map[string]bool)
	table := New(d).Tables()[0]
	for _, row := range table.Rows {
		at := slices.Index(table.Columns, "port_from")
		seen[row[at]+" "+row[at+1]+" "+row[slices.Index(table.Columns, "flow")]] = true
	}
	for _, want := range []string{"7000 7009 work", "7000 7000 other", "7010 7010 control"} {
		if !seen[want] {
			t.Errorf("no %q in %v", want, seen)
		}
	}
}
