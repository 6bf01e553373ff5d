package markdown

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// Every connection of the model is in the tables where a reader looks for
// it, with everything that is known of it, and nothing else does.
func TestTablesAreTheModel(t *testing.T) {
	for name, c := range catalogs(t) {
		t.Run(name, func(t *testing.T) {
			pages := pagesOf(generate(t, c))
			for _, p := range c.Products {
				compare(t, p.ID, connectionTables(t, pages[productPath(p)]), expectedTables(p))
			}
			for _, s := range c.Services {
				compare(t, s.ID, connectionTables(t, pages[servicePath(s.ID)]), expectedUsers(c, s))
			}
		})
	}
}

// compare compares tables, each a set of lines in any order.
func compare(t *testing.T, page string, got, want map[string][]string) {
	t.Helper()
	for key := range got {
		if want[key] == nil {
			t.Errorf("%s: table %s has no place in the model", page, key)
		}
	}
	for key := range want {
		slices.Sort(got[key])
		slices.Sort(want[key])
		if slices.Equal(got[key], want[key]) {
			continue
		}
		for _, line := range got[key] {
			if !slices.Contains(want[key], line) {
				t.Errorf("%s: table %s says more than the model:\n%s", page, key, line)
			}
		}
		for _, line := range want[key] {
			if !slices.Contains(got[key], line) {
				t.Errorf("%s: table %s lacks\n%s", page, key, line)
			}
		}
		if len(got[key]) != len(want[key]) {
			t.Errorf("%s: table %s has %d lines instead of %d", page, key, len(got[key]), len(want[key]))
		}
	}
}

func pagesOf(files []gen.File) map[string]document {
	pages := map[string]document{}
	for _, f := range files {
		pages[f.Path] = parse(f.Data)
	}
	return pages
}

// transportNames are the transports of a port cell.
var transportNames = regexp.MustCompile(`^(TCP|UDP|SCTP|ICMPv6|ICMP|IP \d+( \([A-Za-z0-9 ]+\))?)(/|\b|$)`)

// connectionTables reads the tables of connections of a page, by the anchor
// that is before them, one line for each transport.
func connectionTables(t *testing.T, d document) map[string][]string {
	t.Helper()
	tables := map[string][]string{}
	key := ""
	for n := d.root.FirstChild(); n != nil; n = n.NextSibling() {
		if anchors := d.anchors(n); len(anchors) == 1 {
			key = anchors[0]
		}
		if n.Kind() != extast.KindTable || d.plain(n.FirstChild().LastChild()) != "Flow and rows" {
			continue
		}
		for row := n.FirstChild().NextSibling(); row != nil; row = row.NextSibling() {
			tables[key] = append(tables[key], d.connections(t, row)...)
		}
	}
	return tables
}

// connections reads one row of a table.
func (d document) connections(t *testing.T, row ast.Node) []string {
	t.Helper()
	var cells []string
	for c := row.FirstChild(); c != nil; c = c.NextSibling() {
		cells = append(cells, d.plain(c)+" "+strings.Join(d.fragments(c), " "))
	}
	if len(cells) != 7 {
		t.Fatalf("%d cells: %q", len(cells), cells)
	}
	var all []string
	port := cells[2]
	var names []string
	for {
		m := transportNames.FindStringSubmatch(port)
		if m == nil {
			break
		}
		names, port = append(names, m[1]), port[len(m[0]):]
	}
	for _, name := range names {
		cells[2] = name + port
		all = append(all, strings.Join(cells, " ┃ "))
	}
	return all
}

// plainTitle is a title of which all renderers make the same anchor.
var plainTitle = regexp.MustCompile(`^[A-Za-z0-9 -]+$`)

// places are where links to a page can lead: its anchors, and those that
// renderers make of plain titles.
func (d document) places() []string {
	all := d.anchors(d.root)
	for n := d.root.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() == ast.KindHeading && plainTitle.MatchString(d.plain(n)) {
			all = append(all, strings.ToLower(strings.ReplaceAll(d.plain(n), " ", "-")))
		}
	}
	return all
}

// anchors are the anchors in a node.
func (d document) anchors(n ast.Node) []string {
	var all []string
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if raw, ok := n.(*ast.RawHTML); ok && entering {
			if id, is := strings.CutPrefix(d.raw(raw), `<a id="`); is {
				all = append(all, strings.TrimSuffix(id, `">`))
			}
		}
		return ast.WalkContinue, nil
	})
	return all
}

// destinations are where the links in a node lead.
func (d document) destinations(n ast.Node) []string {
	var all []string
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if l, ok := n.(*ast.Link); ok && entering {
			all = append(all, string(l.Destination))
		}
		return ast.WalkContinue, nil
	})
	return all
}

// fragments are the anchors that the links in a node lead to.
func (d document) fragments(n ast.Node) []string {
	var all []string
	for _, dest := range d.destinations(n) {
		_, fragment, _ := strings.Cut(dest, "#")
		all = append(all, "#"+fragment)
	}
	return all
}

// TestTablesHoldConnections guards the comparison itself: the tables that it
// reads are as many as the model's connections.
func TestTablesHoldConnections(t *testing.T) {
	c := embedded(t)
	pages := pagesOf(generate(t, c))
	for _, p := range c.Products {
		seen := map[string]bool{}
		for _, lines := range connectionTables(t, pages[productPath(p)]) {
			for _, l := range lines {
				seen[l[strings.LastIndex(l, "#flow-"):]] = true
			}
		}
		for _, f := range p.Flows {
			if !slices.ContainsFunc(keys(seen), func(s string) bool { return strings.HasPrefix(s+" ", "#flow-"+f.ID+" ") }) {
				t.Errorf("%s: no table holds flow %s", p.ID, f.ID)
			}
		}
		if len(p.Connections()) == 0 {
			t.Errorf("%s has no connections", p.ID)
		}
	}
}

func keys(m map[string]bool) []string {
	var all []string
	for k := range m {
		all = append(all, k)
	}
	return all
}

// expectedUsers are the tables of a service's page.
func expectedUsers(c *model.Catalog, s *model.Service) map[string][]string {
	tables := map[string][]string{}
	for _, p := range c.Products {
		for _, k := range p.Connections() {
			is := func(c *model.Component) bool { return c.Service == s.ID }
			if is(k.To) || slices.ContainsFunc(k.From, is) {
				key := "product-" + p.ID
				e := forth(k)
				tables[key] = append(tables[key], e.line("", ""))
				if k.Flow.Reply != nil && first(p, k) {
					tables[key] = append(tables[key], e.answer().line("", ""))
				}
			}
		}
	}
	return tables
}
