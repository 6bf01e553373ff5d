package markdown

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// The first table of a product has exactly the connections that can be needed with the default
// features, without those that need no rule.
func TestOpened(t *testing.T) {
	for name, c := range catalogs(t) {
		if name == "hostile" {
			continue // purposes must be unique for the comparison
		}
		pages := pagesOf(generate(t, c))
		for _, p := range c.Products {
			var shown []map[string]cellRead
			for _, table := range pages[productPath(p)].tables() {
				if table.anchor == "what-to-open" {
					shown = table.rows
				}
			}
			wanted := 0
			for _, k := range p.Connections() {
				for _, from := range k.From {
					rows := 0
					for _, row := range shown {
						if strings.Contains(row["Why"].links, "#flow-"+k.Flow.ID) && slices.Contains(strings.Fields(row["Why"].links), "#flow-"+k.Flow.ID) &&
							slices.Contains(strings.Fields(row["From"].links), "component-"+from.ID) &&
							slices.Contains(strings.Fields(row["To"].links), "component-"+k.To.ID) &&
							transportNames.MatchString(row["Port"].words) && strings.Contains(row["Port"].words, model.FormatPorts(k.Ports())) {
							rows++
						}
					}
					want := k.Flow.Scope != "same-host" && k.Flow.NoRule == "" && byDefault(p, k.When) && byDefault(p, from.When)
					if want != (rows > 0) {
						t.Errorf("%s, %s: flow %s from %s to %s.%s is in %d rows; wanted: %v", name, p.ID, k.Flow.ID, from.ID, k.To.ID, k.Listener.ID, rows, want)
					}
					if want {
						wanted++
					}
				}
			}
			if len(shown) > wanted+len(p.Flows) {
				t.Errorf("%s, %s: %d rows for %d connections", name, p.ID, len(shown), wanted)
			}
		}
	}
}

// byDefault reports whether a condition can hold with the default features.
func byDefault(p *model.Product, w model.When) bool {
	for id, values := range w.Lists() {
		if f := p.Feature(id); f.Default != "" && !slices.Contains(values, f.Default) {
			return false
		}
	}
	return true
}

// Connections that need no rule are counted below the table, with links to their
// details.
func TestNoRule(t *testing.T) {
	for _, c := range []struct {
		open, none int
		want       string
	}{
		{1, 0, ""},
		{1, 1, "1 documented connection needs no rule: [none0](p/flows.md#flow-none0)."},
		{0, 2, "Nothing has to be opened between hosts. 2 documented connections need no rule: [none0](p/flows.md#flow-none0) and [none1](p/flows.md#flow-none1)."},
		{2, 10, ", [none7](p/flows.md#flow-none7) and [2 more flows](p/flows.md)."},
	} {
		server := &model.Component{ID: "server", Name: "Server"}
		p := &model.Product{ID: "p", Name: "P", Vendor: "V", Version: "1", Components: []*model.Component{server, {ID: "client", Name: "Client"}}}
		add := func(id string, noRule string) {
			server.Listeners = append(server.Listeners, listener(id, port(len(server.Listeners)+1), "tcp"))
			f := flow(id, "server", id, "client")
			f.NoRule = noRule
			p.Flows = append(p.Flows, f)
		}
		for i := range c.none {
			add(fmt.Sprint("none", i), "It stays inside.")
		}
		for i := range c.open {
			add(fmt.Sprint("open", i), "")
		}
		pages := pagesOf(generate(t, &model.Catalog{Products: []*model.Product{p}}))
		deadLinks(t, pages, nil)
		_, opened, _ := strings.Cut(string(pages["products/p.md"].source), "## What to open\n")
		opened, _, _ = strings.Cut(opened, "\n## ")
		if !strings.Contains(opened, c.want) || (c.want == "") == strings.Contains(opened, "no rule") {
			t.Errorf("%d and %d: no %q in\n%s", c.open, c.none, c.want, opened)
		}
		if rows := strings.Count(opened, "#flow-open"); rows != c.open {
			t.Errorf("%d and %d: %d rows in\n%s", c.open, c.none, rows, opened)
		}
	}
}

// Long lists are divided into pages that can all be reached.
func TestLongLists(t *testing.T) {
	p := &model.Product{ID: "long", Name: "Long", Vendor: "V", Version: "1"}
	var rows []model.Row
	server := &model.Component{ID: "server", Name: "Server", Kind: model.Software}
	p.Components = append(p.Components, server)
	const n = 1000
	for i := range n {
		id := fmt.Sprintf("x%d", i)
		p.Components = append(p.Components, &model.Component{ID: id, Name: "Client " + id, Kind: model.Software})
		server.Listeners = append(server.Listeners, listener(id, port(i+1), "tcp"))
		p.Features = append(p.Features, &model.Feature{ID: id, Name: "Feature " + id, Default: "on"})
		f := flow(id, "server", id, id)
		f.Cite, f.When = []string{"long/t/" + id}, model.When{id: {{"on"}}}
		p.Flows = append(p.Flows, f)
		p.Errata = append(p.Errata, &model.Erratum{ID: id, Kind: "wrong", Says: "A.", Encoded: "B.", Why: "C.", Flows: []string{id}, Cite: f.Cite})
		rows = append(rows, model.Row{ID: "long/t/" + id, Cell: "TCP"})
	}
	p.Sources = []*model.Source{{ID: "s", Title: "S", Tables: []*model.Table{{ID: "t", Title: "T", Rows: rows}}}}
	files := generate(t, &model.Catalog{Products: []*model.Product{p}})
	pages := pagesOf(files)
	deadLinks(t, pages, nil)
	for _, f := range files {
		if len(f.Data) > 60<<10 {
			t.Errorf("%s has %d bytes", f.Path, len(f.Data))
		}
	}
	opened := 0
	for at, d := range pages {
		if at == "products/long.md" || strings.HasPrefix(at, "products/long--what-to-open-") {
			for _, table := range d.tables() {
				if _, is := table.rows[0]["Why"]; is {
					opened += len(table.rows)
				}
			}
		}
	}
	if opened != n {
		t.Errorf("%d connections to open instead of %d", opened, n)
	}
}

// The users of a service and of a port are divided into pages, too.
func TestManyProducts(t *testing.T) {
	service := &model.Service{ID: "directory", Name: "Directory", Listeners: []*model.Listener{listener("ldap", port(389), "tcp")}}
	c := &model.Catalog{Services: []*model.Service{service}}
	var places []model.Place
	for i := range 500 {
		id := fmt.Sprintf("p%03d", i)
		c.Products = append(c.Products, &model.Product{
			ID: id, Name: "Product " + id, Vendor: "V", Version: "1",
			Components: []*model.Component{{ID: "server", Name: "Server"}, {ID: "directory", Name: "Directory", Service: "directory", Listeners: service.Listeners}},
			Flows:      []*model.Flow{flow("lookup", "directory", "ldap", "server"), flow("login", "directory", "ldap", "server")},
		})
		places = append(places, model.Place(id+"/server"))
	}
	sharing := func() ([]*model.Pair, []*model.Crowd) {
		return nil, []*model.Crowd{{Transport: "tcp", Ports: model.PortRange{From: 389, To: 389}, Places: places}}
	}
	files, _ := gen.All(c, Options{}.New(c, Sources{Sharing: sharing}), nil)
	pages := pagesOf(files)
	deadLinks(t, pages, nil)
	users, shared := 0, 0
	for at, d := range pages {
		if len(d.source) > 60_000 {
			t.Errorf("%s has %d bytes", at, len(d.source))
		}
		for _, anchor := range d.anchors(d.root) {
			if strings.HasPrefix(at, "services/directory") && strings.HasPrefix(anchor, "product-") {
				users++
			}
		}
		if strings.HasPrefix(at, "sharing") {
			shared += len(d.destinations(d.root))
		}
	}
	if users != len(c.Products) || shared < len(c.Products) {
		t.Errorf("%d users, %d components at one port", users, shared)
	}
}

// The hosts of a site and the peers of a host are divided into pages, too.
func TestLargeSite(t *testing.T) {
	const n = 600
	server := &model.Component{ID: "server", Name: "Server"}
	product := &model.Product{ID: "p", Name: "Product", Version: "1", Components: []*model.Component{server}}
	d := &model.Deployment{Site: &model.Site{ID: "wide"}, Products: []*model.Product{product}}
	host := func(id string) *model.End {
		h := &model.Deployed{Host: &model.Host{ID: id, Count: 1, Addresses: []string{"10.0.0.1"}, Runs: []model.Place{"p/server"}}}
		d.Hosts = append(d.Hosts, h)
		return &model.End{Place: "p/server", Host: h}
	}
	to := host("target")
	for i := range n {
		f := flow(fmt.Sprintf("f%d", i), "server", "l", "server")
		f.Cite = []string{fmt.Sprintf("p/t/%d", i)}
		d.Permits = append(d.Permits, &model.Permit{
			Connection: &model.Connection{Product: product, Flow: f, To: server, Listener: &model.Listener{ID: "l"}, Transport: "tcp"},
			Transport:  "tcp", Ports: []model.PortRange{{From: i + 1, To: i + 1}}, From: []*model.End{host(fmt.Sprintf("h%d", i))}, To: []*model.End{to},
			Why: []model.Reason{{Kind: model.ByDefault, Text: f.ID, Cite: f.Cite}},
		})
	}
	files := generateSite(t, d)
	pages := make(map[string]document)
	rules := make(map[string]bool)
	for _, f := range files {
		if !strings.HasSuffix(f.Path, ".md") {
			pages[f.Path] = parse(nil)
			continue
		}
		pages[f.Path] = parse(f.Data)
		if len(f.Data) > 60_000 {
			t.Errorf("%s has %d bytes", f.Path, len(f.Data))
		}
		if strings.HasPrefix(f.Path, "sites/wide/firewall-request") {
			for _, table := range pages[f.Path].tables() {
				for _, row := range table.rows {
					rules[row["No."].words] = true
				}
			}
		}
	}
	deadLinks(t, pages, nil)
	if len(rules) != n {
		t.Errorf("%d rows of the request instead of %d", len(rules), n)
	}
}
