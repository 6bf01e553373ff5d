package request

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// deployment has two clients, two servers in another zone, and a mail server that is
// elsewhere.
func deployment() *model.Deployment {
	site := &model.Site{
		ID: "s", Zones: []*model.NetworkZone{{ID: "clients"}, {ID: "servers"}},
		Firewall: &model.Firewall{Permits: []*model.PermitRecord{{Flow: "p/admin", Owner: "Ann", Ticket: "T1"}}},
	}
	d := &model.Deployment{Site: site}
	host := func(id, zone string) *model.End {
		h := &model.Deployed{Host: &model.Host{ID: id, Count: 1, Addresses: []string{"10.0.0." + id[1:]}}, NetZone: zone}
		d.Hosts = append(d.Hosts, h)
		return &model.End{Place: "p/a", Host: h}
	}
	ends := func(list ...*model.End) []*model.End { return list }
	c1, c2, s3, s4 := host("c1", "clients"), host("c2", "clients"), host("s3", "servers"), host("s4", "servers")
	mail := &model.End{Place: "p/mail", Location: &model.Location{What: "mail", Endpoints: model.Endpoints{Addresses: []string{"192.0.2.1"}}}}
	permit := func(flow string, port int, from, to []*model.End, change func(*model.Permit)) {
		p := &model.Permit{
			Transport: "tcp", Ports: []model.PortRange{{From: port, To: port}}, From: from, To: to,
			Connection: &model.Connection{Product: &model.Product{ID: "p"}, Flow: &model.Flow{ID: flow, Purpose: "Does " + flow}, Listener: &model.Listener{}},
		}
		if change != nil {
			change(p)
		}
		d.Permits = append(d.Permits, p)
	}
	permit("web", 443, ends(c1, c2), ends(s3, s4), nil)
	permit("files", 445, ends(c1, c2), ends(s3, s4), nil)
	permit("admin", 22, ends(c1, c2), ends(s3, s4), nil)
	permit("extra", 8080, ends(c1), ends(s3), func(p *model.Permit) { p.Connection.Flow.Optional = true })
	permit("mesh", 7000, ends(s3, s4), ends(s3, s4), nil)
	permit("peek", 7001, ends(c1), ends(c2), func(p *model.Permit) { p.Connection.Flow.Optional = true })
	permit("unnamed", 0, ends(c1), ends(s3), func(p *model.Permit) { p.Ports = nil })
	permit("mail", 25, ends(s3), ends(mail), nil)
	return d
}

// TestRows checks that rows are merged by zones, parties, transport, conditions and owner, and by
// nothing else.
func TestRows(t *testing.T) {
	var got []string
	for _, part := range New(deployment()).Sections {
		for i, x := range part.Rows {
			from, to := x.Zones()
			names := func(list []*gen.Party) string {
				var all []string
				for _, p := range list {
					all = append(all, p.Name)
				}
				return strings.Join(all, " ")
			}
			var flows []string
			for _, p := range x.Permits() {
				flows = append(flows, p.Connection.Flow.ID)
			}
			got = append(got, fmt.Sprintf("%d.%d %s: %s > %s: %s: %s %v: %s %v", part.Kind, part.First+i, from, names(x.From), to, names(x.To),
				x.Transport, x.Ports, strings.Join(flows, " "), x.Record.Owners))
		}
	}
	want := []string{
		"0.1 clients: c1 c2 > servers: s3 s4: tcp [22]: admin [Ann]",
		"0.2 clients: c1 c2 > servers: s3 s4: tcp [443 445]: web files []",
		"0.3 servers: s3 > : mail: tcp [25]: mail []",
		"1.4 clients: c1 > servers: s3: tcp [8080]: extra []",
		"2.5 servers: s3 s4 > servers: s3 s4: tcp [7000]: mesh []",
		"3.6 clients: c1 > clients: c2: tcp [7001]: peek []",
		"4.7 clients: c1 > servers: s3: tcp []: unnamed []",
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestTables checks that the tables have a row for each pair of addresses.
func TestTables(t *testing.T) {
	tables := New(deployment()).Tables()
	counts := map[string]int{"Request": 4 + 4 + 4 + 1 + 2 + 1 + 1 + 1, "Hosts": 5, "Rows": 0}
	for _, table := range tables {
		if n := len(table.Rows); n != counts[table.Name] {
			t.Errorf("%s has %d rows, not %d", table.Name, n, counts[table.Name])
		}
		for _, row := range table.Rows {
			if len(row) != len(table.Columns) {
				t.Errorf("%s: %d cells, %d columns", table.Name, len(row), len(table.Columns))
			}
		}
	}
}

// TestTranslated checks that a request has the addresses of machines and, beside them, those by
// which the other side knows the machines.
func TestTranslated(t *testing.T) {
	d := deployment()
	if tables := New(d).Tables(); slices.Contains(tables[0].Columns, "source_seen_as") {
		t.Error("columns for translated addresses, of which there are none")
	}
	d.Site.NAT = []*model.Translation{
		{ID: "servers", Addresses: []string{"10.0.0.3"}, SeenAs: []string{"192.0.2.3"}, Zones: []string{"clients"}},
		{ID: "clients", Addresses: []string{"10.0.0.0/30"}, SeenAs: []string{"192.0.2.9"}, Zones: []string{"servers"}, Hides: true},
	}
	tables := New(d).Tables()
	found := 0
	for _, row := range tables[0].Rows {
		seen := row[len(row)-2:]
		switch {
		case row[0] == "c1" && row[3] == "s3":
			found++
			if row[1] != "10.0.0.1" || row[4] != "10.0.0.3" || seen[0] != "192.0.2.9" || seen[1] != "192.0.2.3" {
				t.Errorf("%q", row)
			}
		case row[0] == "s3" && row[3] == "s4", row[0] == "c1" && row[3] == "c2":
			if seen[0] != "" || seen[1] != "" {
				t.Errorf("%q within a zone", row)
			}
		}
	}
	if found == 0 {
		t.Errorf("%q", tables[0].Rows)
	}
	for _, row := range tables[1].Rows {
		want := map[string]string{"s3": "clients: 192.0.2.3", "c1": "servers, where it opens connections: 192.0.2.9"}[row[1]]
		if want != "" && row[len(row)-1] != want {
			t.Errorf("%q, want %q", row, want)
		}
	}
}
