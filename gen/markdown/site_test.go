package markdown

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/markdown/inline/inlinetest"
	"github.com/portspec/portspec/gen/request"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy/policytest"
)

// deployments returns the example sites, a site of 200 hosts, and a site with
// every kind of permit.
func deployments(t *testing.T) map[string]*model.Deployment {
	t.Helper()
	r := workspace(t)
	all := make(map[string]*model.Deployment)
	for _, s := range r.Sites {
		all[s.ID] = policytest.Resolved(t, r.Available, s)
	}
	if len(all) < 3 {
		t.Fatalf("%d example sites", len(all))
	}
	all["large"] = policytest.Resolved(t, r.Available, large())
	all["shapes"] = permitShapes()
	all["empty"] = &model.Deployment{Site: &model.Site{ID: "empty"}}
	return all
}

var repository = sync.OnceValues(func() (*load.Result, error) { return load.Workspace(context.Background(), "../..") })

// workspace returns the specs and sites of the repository, which tests do not change.
func workspace(t *testing.T) *load.Result {
	t.Helper()
	r, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// large returns 200 hosts in two zones, most of them alike.
func large() *model.Site {
	s := &model.Site{ID: "large", Name: "Large", Zones: []*model.NetworkZone{{ID: "a"}, {ID: "b", Name: "The other"}}}
	for i := range 200 {
		h := &model.Host{
			ID: fmt.Sprintf("host%d", i), OS: "windows", Count: 1, Zone: []string{"a", "b", ""}[i%3],
			Addresses: []string{fmt.Sprintf("10.0.%d.%d", i/100, i%100+1)}, Runs: []model.Place{"profileunity/desktop"},
		}
		switch {
		case i < 4:
			h.Runs = []model.Place{"profileunity/server"}
		case i < 10:
			h.Runs = []model.Place{"profileunity/home-share"}
		}
		s.Hosts = append(s.Hosts, h)
	}
	return s
}

// permitShapes returns a handmade deployment with every kind of permit and end.
func permitShapes() *model.Deployment {
	l := &model.Listener{ID: "l", Bind: "any", OffUntil: "somebody turns it on", ICMP: []model.ICMP{{Type: 8}}}
	parts := []*model.Component{{ID: "a", Name: "Part a"}, {ID: "b", Name: "Part b", Listeners: []*model.Listener{l}}, {ID: "gw", Name: "Gate"}}
	product := &model.Product{ID: "p", Name: "Product", Version: "1", Components: parts}
	d := &model.Deployment{Site: &model.Site{ID: "shapes", Name: "Shapes", Description: "Everything."}, Products: []*model.Product{product}}
	host := func(id string, count int, runs ...model.Place) *model.Deployed {
		h := &model.Deployed{Host: &model.Host{ID: id, Name: "Host " + id, Count: count, Addresses: []string{"10.0.0." + id[1:]}, Names: []string{id + ".example.com"}, Runs: runs}}
		d.Hosts = append(d.Hosts, h)
		return h
	}
	end := func(h *model.Deployed) *model.End { return &model.End{Place: "p/a", Host: h} }
	h1, h2, h3, many := host("h1", 1, "p/a"), host("h2", 1, "p/a"), host("h3", 1, "p/b", "p/gw"), host("h4", 9, "p/a")
	away := &model.End{Place: "p/b", Location: &model.Location{What: "mail", Endpoints: model.Endpoints{Names: []string{"mail.example.com"}}, Zone: "z"}}
	d.Site.Services = []*model.Location{away.Location}
	permit := func(id, transport string, from, to []*model.End, change func(*model.Permit)) {
		f := &model.Flow{ID: id, Purpose: "Does " + id, Cite: []string{"p/t/" + id}}
		x := &model.Permit{
			Connection: &model.Connection{Product: product, Flow: f, To: parts[1], Listener: &model.Listener{ID: "l", ICMP: l.ICMP}, Transport: transport},
			Transport:  transport, From: from, To: to, Why: []model.Reason{{Kind: model.ByDefault, Text: "flow " + id, Cite: f.Cite}},
		}
		if model.HasPorts(transport) {
			x.Ports = []model.PortRange{{From: 443, To: 443}}
		}
		change(x)
		d.Permits = append(d.Permits, x)
	}
	all := []*model.End{end(h1), end(h2), end(h3)}
	permit("plain", "tcp", all[:2], all[2:], func(*model.Permit) {})
	permit("same", "tcp", all[:1], all[2:], func(p *model.Permit) { p.Connection.Flow.Optional = true })
	permit("mesh", "tcp", all, all, func(p *model.Permit) { p.Ports = []model.PortRange{{From: 7000, To: 7010}} })
	permit("group", "udp", []*model.End{end(many)}, []*model.End{end(many), away}, func(p *model.Permit) { p.Connection.Phase = "installation" })
	permit("dynamic", "tcp", all[:1], all[2:], func(p *model.Permit) { p.Dynamic, p.Ports = true, []model.PortRange{{From: 1024, To: 2047}} })
	permit("unranged", "udp", all[:1], all[2:], func(p *model.Permit) { p.Dynamic, p.Ports = true, nil })
	permit("unnamed", "udp", all[:1], all[2:], func(p *model.Permit) { p.Ports = nil })
	permit("broadcast", "udp", all[:1], all[2:], func(p *model.Permit) { p.Groups = []string{"broadcast"} })
	permit("multicast", "udp", all[:1], all[1:], func(p *model.Permit) {
		p.Groups, p.Connection.Flow.Optional = []string{"224.0.0.251", "ff02::fb"}, true
	})
	permit("ping", "icmp", all[:1], all[2:], func(*model.Permit) {})
	permit("esp", "esp", all[:1], all[2:], func(*model.Permit) {})
	permit("source", "udp", all[:1], all[2:], func(p *model.Permit) {
		p.SourcePorts, p.Connection.Flow.Family = []model.PortRange{{From: 68, To: 68}}, "ipv4"
	})
	permit("reply", "udp", all[2:], all[:1], func(p *model.Permit) { p.Back = "reply" })
	permit("back", "tcp", all[2:], all[:1], func(p *model.Permit) { p.Back = "both-ways" })
	permit("via", "tcp", all[:2], []*model.End{away}, func(p *model.Permit) {
		p.Via, p.Ports = []*model.End{{Place: "p/gw", Host: h3}}, []model.PortRange{{From: 8443, To: 8443}}
	})
	permit("fixed", "tcp", all[:1], []*model.End{{Place: "p/b", Fixed: &model.Endpoints{Names: []string{"*.example.net"}}}}, func(p *model.Permit) { p.Connection.Flow.Suffices = "one" })
	permit("zone", "tcp", []*model.End{{Place: "p/gw", Zone: "gw"}, {Place: "p/a", Any: true}}, all[2:], func(p *model.Permit) { p.Connection.Flow.InsteadOf = []string{"plain"} })
	d.Local = d.Permits[2:3]
	for _, h := range d.Hosts {
		h.Sockets = []*model.Socket{{Place: "p/b", Listener: l, Transport: "tcp", Ports: []model.PortRange{{From: 443, To: 443}}, Bind: "loopback", Phase: "upgrade", Why: []model.Reason{
			{Kind: model.ByDefault, Text: "443 by default", Cite: []string{"p/t/1"}}, {Kind: model.BySite, Text: "the site says so"},
		}}}
	}
	return d
}

func generateSite(t *testing.T, d *model.Deployment) []gen.File {
	t.Helper()
	files, findings := Options{}.GenerateSite(d, nil, func(d *model.Deployment) *gen.Diagrams {
		drawn := &gen.Diagrams{Overview: "flowchart LR\n\ta --> b\n"}
		for i, g := range gen.Alike(d) { // the first has a diagram that is too large
			drawn.Parts = append(drawn.Parts, gen.Part{ID: g.Hosts[0].ID, Name: g.Names(), Diagram: []string{"", drawn.Overview}[min(i, 1)]})
		}
		return drawn
	})
	if len(findings) > 0 {
		t.Fatalf("findings: %v", findings)
	}
	return files
}

func fileOf(t *testing.T, files []gen.File, name string) []byte {
	t.Helper()
	for _, f := range files {
		if path.Base(f.Path) == name {
			return f.Data
		}
	}
	t.Fatalf("no %s", name)
	return nil
}

func TestSiteMarkdownlint(t *testing.T) {
	var files []gen.File
	for _, d := range deployments(t) {
		files = append(files, generateSite(t, d)...)
	}
	lint(t, append(files, generateSite(t, hostileSites(t)(func(i int) string { return inlinetest.Hostile[i%len(inlinetest.Hostile)] }))...))
}

// Every link of a site's pages leads to an existing page or table, and to an
// existing anchor.
func TestSiteLinks(t *testing.T) {
	for name, d := range deployments(t) {
		files := generateSite(t, d)
		pages := pagesOf(files)
		for at, d := range pages {
			for _, dest := range d.destinations(d.root) {
				file, anchor, _ := strings.Cut(dest, "#")
				to := at
				if file != "" {
					to = path.Join(path.Dir(at), file)
				}
				if !slices.ContainsFunc(files, func(f gen.File) bool { return f.Path == to }) {
					t.Errorf("%s: %s: nothing for link to %s", name, at, dest)
				} else if anchor != "" && !slices.Contains(pages[to].places(), anchor) {
					t.Errorf("%s: %s: no anchor for link to %s", name, at, dest)
				}
			}
		}
	}
}

func TestSiteSameInputSameBytes(t *testing.T) {
	for name, d := range deployments(t) {
		first := generateSite(t, d)
		for range 5 {
			if again := generateSite(t, d); !slices.EqualFunc(first, again, func(a, b gen.File) bool { return a.Path == b.Path && bytes.Equal(a.Data, b.Data) }) {
				t.Fatalf("%s: two runs differ", name)
			}
		}
	}
}

// A pairing is one permit between one pair of ends, made from the deployment
// alone.
type pairing struct {
	from, to  *model.End
	permit    *model.Permit
	transport string
	ports     string
}

func (p pairing) name(e *model.End) string {
	switch {
	case e.Host != nil:
		return e.Host.ID
	case e.Any:
		return "any host"
	case e.Location != nil && !strings.Contains(e.Location.What, "/"):
		return e.Location.What
	}
	for _, c := range p.permit.Connection.Product.Components {
		if c.ID == e.Place.Component() {
			return c.Name
		}
	}
	return e.ID()
}

func pairings(d *model.Deployment) []pairing {
	var all []pairing
	for _, p := range d.Permits {
		way := [][]*model.End{p.From, p.To}
		if len(p.Via) > 0 {
			way = [][]*model.End{p.From, p.Via, p.To} // no test has more than one gateway
		}
		for i := range way[1:] {
			for _, from := range way[i] {
				for _, to := range way[i+1] {
					if !model.SameHost(from, to) {
						all = append(all, pairing{from, to, p, p.Transport, model.FormatPorts(p.Ports)})
					}
				}
			}
		}
	}
	return all
}

// tableOf reads a CSV into rows by the names of the columns.
func tableOf(t *testing.T, data []byte) []map[string]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]string
	for _, row := range rows[1:] {
		cells := make(map[string]string)
		for i, head := range rows[0] {
			cells[head] = row[i]
		}
		all = append(all, cells)
	}
	return all
}

// The CSV has a row for every permit and port of each pair of the hosts that it names, and
// for nothing else; each cell has one value.
func TestRequestCSV(t *testing.T) {
	for name, d := range deployments(t) {
		files := generateSite(t, d)
		hosts, machines := make(map[string][]string), make(map[string]string)
		addresses := make(map[string][]string)
		for _, row := range tableOf(t, fileOf(t, files, "firewall-request-hosts.csv")) {
			if host := row["host"]; host != "" && !slices.Contains(hosts[row["name"]], host) {
				hosts[row["name"]] = append(hosts[row["name"]], host)
			}
			machines[row["host"]] = row["machines"]
			addresses[row["name"]] = append(addresses[row["name"]], row["address"])
		}
		named := func(side string) []string {
			if hosts[side] == nil {
				return []string{side}
			}
			return hosts[side]
		}
		got, lines := make(map[string]bool), make(map[string]bool)
		for _, row := range tableOf(t, fileOf(t, files, "firewall-request.csv")) {
			if line := fmt.Sprint(row); lines[line] {
				t.Errorf("%s: duplicate row: %s", name, line)
			} else {
				lines[line] = true
			}
			for _, side := range []string{"source", "destination"} {
				if address := row[side+"_address"]; address != request.InHosts && !slices.Contains(addresses[row[side]], address) {
					t.Errorf("%s: %s has no address %q", name, row[side], address)
				}
			}
			for _, from := range named(row["source"]) {
				for _, to := range named(row["destination"]) {
					if from != to || machines[from] != "1" {
						got[fmt.Sprint(from, ">", to, " ", row["transport"], " ", row["port_from"], "-", row["port_to"], " ", row["dynamic"], " ", row["icmp_type"], " ", row["source_port_from"], " ",
							row["group"], " ", row["family"], " ", row["need"], " ", row["product"], "/", row["flow"])] = true
					}
				}
			}
		}
		want := make(map[string]bool)
		for _, p := range pairings(d) {
			c := p.permit.Connection
			icmp, source, dynamic, need := "", "", "no", "required"
			if p.transport == "icmp" {
				icmp = "8"
			}
			if p.permit.Dynamic {
				dynamic = "yes"
			}
			if c.Flow.Optional {
				need = "optional"
			}
			ranges := []string{"-"}
			if len(p.permit.Ports) > 0 {
				ranges = nil
			}
			for _, r := range p.permit.Ports {
				ranges = append(ranges, fmt.Sprintf("%d-%d", r.From, r.To))
			}
			if len(p.permit.SourcePorts) > 0 {
				source = fmt.Sprint(p.permit.SourcePorts[0].From)
			}
			groups := p.permit.Groups
			if len(groups) == 0 {
				groups = []string{""}
			}
			for _, ports := range ranges {
				for _, group := range groups {
					want[fmt.Sprint(p.name(p.from), ">", p.name(p.to), " ", p.transport, " ", ports, " ", dynamic, " ", icmp, " ", source, " ", group, " ", c.Flow.Family, " ", need, " ", c.Product.ID, "/", c.Flow.ID)] = true
				}
			}
		}
		for w := range want {
			if !got[w] {
				t.Errorf("%s: no row for %s", name, w)
			}
		}
		for g := range got {
			if !want[g] {
				t.Errorf("%s: surplus row %s", name, g)
			}
		}
		if name != "empty" && len(want) < 15 {
			t.Errorf("%s: only %d permits", name, len(want))
		}
		cited := make(map[string]bool)
		for _, row := range tableOf(t, fileOf(t, files, "firewall-request-rows.csv")) {
			cited[row["product"]+"/"+row["flow"]+" "+row["row"]] = true
		}
		for _, p := range d.Permits {
			for _, row := range p.Connection.Flow.Cite {
				id := p.Connection.Product.ID
				if !cited[id+"/"+p.Connection.Flow.ID+" "+strings.TrimPrefix(row, id+"/")] {
					t.Errorf("%s: flow %s has no row %s", name, p.Connection.Flow.ID, row)
				}
			}
		}
	}
}

// The workbook has what the tables for programs have, each number as a number, and no
// formula; the same site gives the same bytes.
func TestRequestXLSX(t *testing.T) {
	all := deployments(t)
	all["hostile"] = hostileSites(t)(func(i int) string { return inlinetest.Hostile[i%len(inlinetest.Hostile)] })
	for name, d := range all {
		files := generateSite(t, d)
		data := fileOf(t, files, "firewall-request.xlsx")
		if !gen.IsTable("x.xlsx", data) {
			t.Errorf("%s: not a table", name)
		}
		book, err := excelize.OpenReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		for sheet, file := range map[string]string{"Request": "firewall-request.csv", "Hosts": "firewall-request-hosts.csv", "Rows": "firewall-request-rows.csv"} {
			want, err := csv.NewReader(bytes.NewReader(fileOf(t, files, file))).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			got, err := book.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(want) {
				t.Fatalf("%s, %s: %d rows, want %d", name, sheet, len(got), len(want))
			}
			for i, row := range want {
				for j, cell := range row {
					shown := ""
					if j < len(got[i]) {
						shown = got[i][j]
					}
					// The CSV has an apostrophe before what a spreadsheet would take for a formula.
					if plain := strings.ReplaceAll(cell, "'", ""); strings.ReplaceAll(shown, "'", "") != plain {
						t.Errorf("%s, %s: row %d has %q, want %q", name, sheet, i, shown, cell)
					}
					at, _ := excelize.CoordinatesToCellName(j+1, i+1)
					if formula, err := book.GetCellFormula(sheet, at); formula != "" || err != nil {
						t.Errorf("%s, %s: %s is the formula %q: %v", name, sheet, at, formula, err)
					}
					if kind, err := book.GetCellType(sheet, at); err != nil || i > 0 && cell != "" && (want[0][j] == "port_from") != (kind == excelize.CellTypeUnset || kind == excelize.CellTypeNumber) && want[0][j] == "port_from" {
						t.Errorf("%s, %s: %s has type %v: %v", name, sheet, at, kind, err)
					}
				}
			}
		}
		if again := fileOf(t, generateSite(t, d), "firewall-request.xlsx"); !bytes.Equal(again, data) {
			t.Errorf("%s: two runs differ", name)
		}
	}
}
