package markdown

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/markdown/inline"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// rowsOf reads all tables with these columns: the text of each cell.
func (d document) rowsOf(head ...string) [][]string {
	var all [][]string
	for n := d.root.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() != extast.KindTable || !slices.Equal(d.cells(n.FirstChild()), head) {
			continue
		}
		for row := n.FirstChild().NextSibling(); row != nil; row = row.NextSibling() {
			all = append(all, d.cells(row))
		}
	}
	return all
}

func (d document) cells(row ast.Node) []string {
	var all []string
	for c := row.FirstChild(); c != nil; c = c.NextSibling() {
		all = append(all, d.plain(c))
	}
	return all
}

// below reads these columns of the table below an anchor, including those that all rows
// share.
func (d document) below(anchor string, head ...string) [][]string {
	var all [][]string
	for _, table := range d.tables() {
		if table.anchor != anchor {
			continue
		}
		for _, row := range table.rows {
			var cells []string
			for _, name := range head {
				words := row[name].words
				if words == "" {
					words = "–"
				}
				cells = append(cells, words)
			}
			all = append(all, cells)
		}
	}
	return all
}

// items returns the texts of all list items.
func (d document) items() []string {
	var all []string
	_ = ast.Walk(d.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if n.Kind() == ast.KindListItem && entering {
			all = append(all, d.plain(n))
		}
		return ast.WalkContinue, nil
	})
	return all
}

// TestListenerShapes checks how the table of listeners shows each kind of port statement.
func TestListenerShapes(t *testing.T) {
	d := pagesOf(generate(t, shapes()))["products/shapes/component-web.md"]
	got := map[string][]string{}
	for _, row := range d.below("listens-on", "Listener", "Port", "Bind", "Purpose", "When", "Change", "Rows", "Process") {
		got[row[0]] = row[1:]
	}
	for id, want := range map[string][]string{
		"https":        {"TCP 443 (https); 444 by rule move", "any", "Offers https", "always", "yes: Settings, port", "1.1, E1", "–"},
		"http":         {"TCP 80", "any", "Offers http", "tls off", "no", "–", "–"},
		"list":         {"TCP/UDP 443, 902; closed by rule move", "any", "Offers list", "always", "–", "–", "–"},
		"ranges":       {"UDP 5000-5010, 6000-6010", "any", "Offers ranges", "always", "–", "–", "–"},
		"dynamic":      {"UDP dynamic", "any", "Offers dynamic", "always", "–", "–", "–"},
		"mapped":       {"TCP 49152-65535, 32768-60999 (dynamic; rpc); found through mapper; 49152-65535 on Windows from release 6.0; 32768-60999 on Linux or Unix", "any", "Offers mapped", "always", "–", "–", "–"},
		"fallback":     {"TCP 8080, else 8081; closed by rule move", "any", "Offers fallback", "always", "–", "–", "–"},
		"one-of":       {"TCP one of 1, 2", "any", "Offers one-of", "always", "–", "–", "–"},
		"offset":       {"TCP 9443; base port (9000) + 443", "any", "Offers offset", "always", "–", "–", "–"},
		"count":        {"UDP 3 of unknown number", "any", "Offers count", "always", "–", "–", "–"},
		"undocumented": {"TCP not documented; The vendor is silent.", "any", "Offers undocumented", "always", "–", "–", "–"},
		"ping":         {"ICMP/ICMPv6 type 8, type 3 code 4", "any", "Offers ping", "always", "–", "–", "–"},
		"esp":          {"IP 50 (ESP)/IP 99", "any", "Offers esp", "always", "–", "–", "–"},
		"sctp":         {"SCTP 36412", "any", "Offers sctp", "always", "–", "–", "–"},
		"loopback":     {"TCP 6000", "loopback: own host only", "Offers loopback", "always", "–", "–", "–"},
		"off":          {"TCP 7000", "any", "Offers off", "on Windows; before release 2.0; during upgrade only; off until: somebody runs setup", "–", "–", "Windows: setup"},
		"at-install":   {"TCP 7001", "any", "Offers at-install", "always", "at installation", "–", "–"},
	} {
		if !slices.Equal(got[id], want) {
			t.Errorf("listener %s is shown as\n%q, want\n%q", id, got[id], want)
		}
	}
}

// What does not fit into tables of connections is listed with the flow.
func TestFlowShapes(t *testing.T) {
	d := pagesOf(generate(t, shapes()))["products/shapes/flows.md"]
	got := d.sections("Flow ")
	if len(got) != len(shapeFlows()) {
		t.Errorf("%d flows instead of %d", len(got), len(shapeFlows()))
	}
	for id, want := range map[string]string{
		"web":            "Does web. Stays open! (one long-lived connection, used both ways)",
		"plain":          "Does plain. (optional)",
		"both":           "Does both. (either side may start)",
		"reply":          "Does reply. (answered to UDP 1234 of the source)",
		"reply-dynamic":  "Does reply-dynamic. (answered to UDP 1024-2047 (dynamic) of the source; 1024-2047 on Windows)",
		"nodes":          "Does nodes. (among nodes)",
		"local":          "Does local. (inside one host)",
		"cloud":          "Does cloud. (through Proxy; port can be changed at installation: Proxy settings)",
		"from-directory": "Does from-directory. (port cannot be changed)",
		"dhcp":           "Does dhcp. (IPv4 only; broadcast; from port 67)",
		"mdns":           "Does mdns. (IPv6 only; multicast to 224.0.0.251, ff02::fb; from the port it is sent to)",
		"sctp":           "",
		"to-sctp":        "Does to-sctp.",
	} {
		if want == "" {
			if got[id] != nil {
				t.Errorf("unexpected flow %s: %q", id, got[id])
			}
			continue
		}
		purpose, details, special := strings.Cut(strings.TrimSuffix(want, ")"), " (")
		if !slices.Contains(got[id], purpose) || special && !slices.Contains(got[id], "Details: "+details) {
			t.Errorf("flow %s is shown as %q, want %q", id, got[id], want)
		}
		if !special && slices.ContainsFunc(got[id], func(s string) bool { return strings.HasPrefix(s, "Details: ") }) {
			t.Errorf("flow %s has details: %q", id, got[id])
		}
	}
	if want := "Office, Anybody, Somebody to Web at TCP 443 (https)."; !slices.Contains(got["web"], want) {
		t.Errorf("no %q in %q", want, got["web"])
	}
	if want := "Rows: 1.1, 1.1.a_b, E1"; !slices.Contains(got["web"], want) {
		t.Errorf("no %q in %q", want, got["web"])
	}
}

// sections reads the paragraphs and list items below headings that begin with these
// words.
func (d document) sections(title string) map[string][]string {
	all := map[string][]string{}
	at := ""
	for n := d.root.FirstChild(); n != nil; n = n.NextSibling() {
		switch {
		case n.Kind() == ast.KindHeading:
			at, _ = strings.CutPrefix(d.plain(n), title)
			all[at] = []string{}
		case n.Kind() == ast.KindParagraph && at != "":
			all[at] = append(all[at], d.plain(n))
		case n.Kind() == ast.KindList && at != "":
			for item := n.FirstChild(); item != nil; item = item.NextSibling() {
				all[at] = append(all[at], d.plain(item))
			}
		}
	}
	for at := range all {
		if strings.Contains(at, ":") { // the page's title
			delete(all, at)
		}
	}
	return all
}

func TestFactsOfShapes(t *testing.T) {
	var items []string
	c := shapes()
	for _, d := range productDocuments(pagesOf(generate(t, c)), c.Products[0]) {
		items = append(items, d.items()...)
	}
	for _, want := range []string{
		"Vendor: Vendor", "Version: 1.0", "Id: shapes",
		"26 flows: notes on each; 33 connections in all", "2 errata and 2 accepted findings: where the document is wrong, silent or unclear, and what is encoded instead",
		"2 rules for shared hosts: ports that move, and components that cannot share a host; connections that never leave the host",
		"4 of 5 rows encoded: every row of the vendor's document, and what rests on it",
		"Kind: software on a host", "Kind: device", "Kind: external system", "Kind: zone of the network", "Kind: any host", "Kind: not documented",
		"Kind: the shared service directory",
		"Service or process: Linux: webd, webworker; Windows: websvc",
		"Hosts: *.example.com, a.example.com, 192.0.2.1, 2001:db8::1",
		"Release: 5 #2",
		"Only when: cluster on; on Linux",
		"Relays: cloud, both-sides",
		"No connection over the network starts or ends here.",
		"Default: on", "Default: none: every site decides", "Several choices can be in use at once.",
		"Needs: database: big or bigger", "Needed by: cluster",
		"Conditions components: Node", "Conditions listeners: web http", "Conditions flows inside one host: local", "Conditions rules: move",
		"Together: Web, Node on one host", "When: cluster on",
		"Moves: Web https from TCP 443 to 444", "Keeps: Web http at TCP 80", "Moves: Node gossip from TCP/UDP 7946 to 7947",
		"Not opened: Web list (TCP/UDP 443, 902)", "Not opened: Web fallback (TCP 8080, else 8081)",
		"One socket, socket: Web list (TCP/UDP 443, 902), Node gossip (TCP/UDP 7946)",
		"Provided that: Somebody | cares.", "Provided that: Twice.", "Rows: 1.1, E1",
		"Forbidden: they must not share a host", "Together: Web, Device on one host",
		"In the document: This.", "Encoded: That.", "Why: Because.", "Touches: web, plain, web https, directory unused, move",
		"Publisher: Vendor", "Edition: 3", "Document: Ports",
	} {
		if !slices.Contains(items, want) {
			t.Errorf("no list item %q", want)
		}
	}
	if t.Failed() {
		t.Log(strings.Join(items, "\n"))
	}
}

// Every row of every source is on the page with its cell and links to
// everything that cites it.
func TestSourceRows(t *testing.T) {
	for name, c := range catalogs(t) {
		pages := pagesOf(generate(t, c))
		for _, p := range c.Products {
			d := pages[newLayout(p).numbered(sourcesPart, 1)]
			if d.root == nil {
				continue
			}
			rows := d.rowsOf("Row", "Port cell as printed", "Encoded by")
			n, i := 0, 0
			for _, s := range p.Sources {
				for _, table := range s.Tables {
					n++
					for _, r := range table.Rows {
						label := fmt.Sprintf("%d.%s", n, strings.TrimPrefix(r.ID, p.ID+"/"+table.ID+"/"))
						cell := inline.Visible(r.Cell)
						if cell == "" {
							cell = "–"
						}
						if got, want := rows[i], []string{label, cell, strings.Join(citedBy(p, r.ID), ", ")}; !slices.Equal(got, want) {
							t.Errorf("%s, %s: row\n%q, want\n%q", name, p.ID, got, want)
						}
						i++
					}
				}
			}
			if i != len(rows) {
				t.Errorf("%s, %s: %d rows instead of %d", name, p.ID, len(rows), i)
			}
		}
	}
}

// citedBy returns what cites a row.
func citedBy(p *model.Product, row string) []string {
	var all []string
	add := func(cite []string, words string) {
		if slices.Contains(cite, row) && !slices.Contains(all, words) {
			all = append(all, words)
		}
	}
	for _, f := range p.Flows {
		add(f.Cite, "flow "+f.ID)
	}
	for _, c := range p.Components {
		add(c.Cite, "component "+c.ID)
		for _, l := range c.Listeners {
			add(l.Cite, "listener "+c.ID+" "+l.ID)
			if l.Dynamic != nil {
				for _, r := range l.Dynamic.Ranges {
					add(r.Cite, "listener "+c.ID+" "+l.ID)
				}
			}
		}
	}
	for _, f := range p.Features {
		add(f.Cite, "feature "+f.ID)
		for _, c := range f.Choices {
			add(c.Cite, "choice "+f.ID+" "+c.ID)
		}
	}
	for _, r := range p.Rules {
		add(r.Cite, "rule "+r.ID)
	}
	for i, e := range p.Errata {
		add(e.Cite, fmt.Sprintf("E%d %s", i+1, e.Kind))
	}
	if len(all) == 0 {
		return []string{"nothing"}
	}
	return all
}

func TestIndex(t *testing.T) {
	d := pagesOf(generate(t, shapes()))["index.md"]
	for _, c := range []struct {
		head []string
		want [][]string
	}{
		{[]string{"Name", "Vendor", "Version", "Components", "Flows", "Errata", "Rows encoded"}, [][]string{
			{"Shapes", "Vendor", "1.0", "10", "26", "2", "4 of 5"}, {"Small", "Vendor", "2", "2", "1", "0", "0 of 0"},
		}},
		{[]string{"Service", "Ports", "Used by"}, [][]string{
			{"Directory", "TCP/UDP 389, TCP 3268, TCP 135, TCP dynamic", "Shapes, Small"}, {"Unused", "–", "no product"},
		}},
	} {
		if got := d.rowsOf(c.head...); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%q: %q, want %q", c.head, got, c.want)
		}
	}
	ports := pagesOf(generate(t, shapes()))["ports.md"].rowsOf("Port", "Listens", "When", "Product", "Purpose")
	if want := []string{"TCP/UDP 389 (ldap)", "Directory", "–", "Shapes, Small", "Offers ldap"}; !slices.ContainsFunc(ports, func(r []string) bool { return slices.Equal(r, want) }) {
		t.Errorf("no line %q in %q", want, ports)
	}
	if first, last := ports[0][0], ports[len(ports)-1][0]; first != "TCP one of 1, 2" || last != "UDP 3 of unknown number" {
		t.Errorf("ports go from %q to %q", first, last)
	}
}

// TestAccepted looks for the findings that the product and a site accept, with the reasons.
func TestAccepted(t *testing.T) {
	head := []string{"Finding", "At", "Why it is accepted", "Until"}
	title := func(code string) string {
		c, _ := diag.Lookup(diag.Code(code))
		return code + ": " + c.Title
	}
	want := [][]string{
		{title("PS3004"), "everywhere", "Nobody looks at it.", "no end"},
		{title("PS3005"), "components.any", "Its flows come | later.", "2999-12-31"},
	}
	pages := pagesOf(generate(t, shapes()))
	if got := pages["products/shapes/errata.md"].rowsOf(head...); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := pages["products/small.md"].rowsOf(head...); len(got) > 0 {
		t.Errorf("of a product that accepts nothing: %q", got)
	}
	d := &model.Deployment{Site: &model.Site{ID: "s", Suppress: []*model.Suppression{{ID: "x", Code: "PS2213", At: "services.x", Reason: "Known."}}}}
	files, _ := Options{}.GenerateSite(d, nil, func(*model.Deployment) *gen.Diagrams { return nil })
	if got := pagesOf(files)["sites/s/index.md"].rowsOf(head...); len(got) != 1 || got[0][2] != "Known." {
		t.Errorf("of a site: %q", got)
	}
}

func TestServicePage(t *testing.T) {
	d := pagesOf(generate(t, shapes()))["services/directory.md"]
	got := d.rowsOf("Listener", "Port", "Purpose", "Shapes", "Small")
	want := [][]string{
		{"ldap", "TCP/UDP 389 (ldap)", "Offers ldap", "UDP", "TCP"},
		{"unused", "TCP 3268", "Offers unused", "–", "–"},
		{"mapper", "TCP 135", "Offers mapper", "–", "–"},
		{"rpc", "TCP dynamic; found through mapper", "Offers rpc", "–", "–"},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("listeners: %q, want %q", got, want)
	}
	if items := d.items(); !slices.Contains(items, "Used by: Shapes, Small") || !slices.Contains(items, "A registry") || !slices.Contains(items, "A book") {
		t.Errorf("items: %q", items)
	}
}

// An empty product has a page, without a fence for a diagram.
func TestSmallestProduct(t *testing.T) {
	files, _ := Options{}.Generate(&model.Catalog{Products: []*model.Product{{ID: "x", Name: "X", Vendor: "V", Version: "1"}}}, func(gen.Step) *gen.Diagrams { return nil })
	page := string(fileOf(t, files, "x.md"))
	if strings.Contains(page, "```") || strings.Contains(page, "Components") || !strings.Contains(page, "Nothing has to be opened between hosts.") {
		t.Errorf("page:\n%s", page)
	}
	lint(t, files)
}

// Diagrams are in fences that renderers of Mermaid find. If one would be too large to read,
// the page says so.
func TestDiagrams(t *testing.T) {
	overview := ""
	draw := func(p gen.Step) *gen.Diagrams {
		return &gen.Diagrams{Overview: overview, Parts: []gen.Part{{ID: p.Components[0].ID, Diagram: "flowchart LR\n  part[\"```x\"]\n"}, {ID: p.Components[1].ID}}}
	}
	page := func(name string) string {
		files, _ := Options{}.Generate(shapes(), draw)
		return string(fileOf(t, files, name))
	}
	holds := func(page, want string) {
		t.Helper()
		if !strings.Contains(page, want) {
			t.Errorf("no %q in the page\n%s", want, page)
		}
	}
	components := shapes().Products[0].Components
	holds(page("shapes.md"), "A diagram of everything would be too large to read. The page of each component has a smaller one.")
	holds(page("component-"+components[0].ID+".md"), "\n````mermaid\nflowchart LR\n  part[\"```x\"]\n````\n")
	holds(page("component-"+components[1].ID+".md"), "A diagram would be too large to read.")
	overview = "flowchart LR\n  all\n"
	holds(page("shapes.md"), "\n```mermaid\nflowchart LR\n  all\n```\n")
}

// The diagrams of hosts are on their pages, and those of groups of hosts on a page of their
// own.
func TestRoles(t *testing.T) {
	d := permitShapes()
	g := gen.Alike(d)[0]
	name := g.Names()
	page := func(file string) string {
		files, _ := Options{}.GenerateSite(d, nil, func(*model.Deployment) *gen.Diagrams {
			return &gen.Diagrams{Parts: []gen.Part{{ID: g.Hosts[0].ID, Name: name, Diagram: "flowchart LR\n  it\n"}}}
		})
		return string(fileOf(t, files, file))
	}
	own := "host-" + g.Hosts[0].ID + ".md"
	if !strings.Contains(page(own), "  it\n") || strings.Contains(page("index.md"), "roles.md") {
		t.Errorf("the diagram is not on the page of the hosts:\n%s", page(own))
	}
	name = "many"
	if strings.Contains(page(own), "  it\n") || !strings.Contains(page("roles.md"), "  it\n") || !strings.Contains(page("index.md"), "(roles.md)") {
		t.Errorf("the diagram has no page of its own:\n%s", page("index.md"))
	}
}
