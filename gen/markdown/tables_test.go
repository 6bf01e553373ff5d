package markdown

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// Every connection of the model is in the tables where readers look for it,
// with all that is known of it, and nothing else is.
func TestTablesAreTheModel(t *testing.T) {
	for name, c := range catalogs(t) {
		t.Run(name, func(t *testing.T) {
			pages := pagesOf(generate(t, c))
			for _, p := range c.Products {
				got := make(map[string][]string)
				for at, d := range productDocuments(pages, p) {
					maps.Copy(got, d.connectionTables(t, strings.TrimSuffix(path.Base(at), ".md")))
				}
				compare(t, p.ID, got, expectedTables(p))
			}
			for _, s := range c.Services {
				compare(t, s.ID, pages[servicePath(s.ID)].connectionTables(t, ""), expectedUsers(c, s))
			}
		})
	}
}

// productDocuments returns the pages of a product.
func productDocuments(pages map[string]document, p *model.Product) map[string]document {
	all := make(map[string]document)
	main := productPath(p)
	for at, d := range pages {
		if at == main || path.Dir(at) == strings.TrimSuffix(main, ".md") {
			all[at] = d
		}
	}
	return all
}

// compare compares tables, each a set of lines in any order.
func compare(t *testing.T, page string, got, want map[string][]string) {
	t.Helper()
	for key := range got {
		if want[key] == nil {
			t.Errorf("%s: unexpected table %s", page, key)
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
				t.Errorf("%s: table %s has a surplus line:\n%s", page, key, line)
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

// transportNames returns the transports of a port cell.
var transportNames = regexp.MustCompile(`^(TCP|UDP|SCTP|ICMPv6|ICMP|IP \d+( \([A-Za-z0-9 ]+\))?)(/|\b|$)`)

// connectionTables reads the tables of connections of a page, by the page and the anchor
// that is before them, one line for each transport.
func (d document) connectionTables(t *testing.T, page string) map[string][]string {
	t.Helper()
	tables := map[string][]string{}
	for _, table := range d.tables() {
		if _, is := table.rows[0]["Flow and rows"]; !is {
			continue
		}
		key := page + "#" + table.anchor
		for _, row := range table.rows {
			tables[key] = append(tables[key], connections(t, row)...)
		}
	}
	return tables
}

// A tableRead is a table with what is above it.
type tableRead struct {
	anchor string                // before it
	rows   []map[string]cellRead // by column; those that all rows share among them
}

// A cellRead is the visible text of a cell, and the targets of its links.
type cellRead struct{ words, links string }

// tables reads all tables of a page.
func (d document) tables() []tableRead {
	var all []tableRead
	anchor := ""
	for n := d.root.FirstChild(); n != nil; n = n.NextSibling() {
		if anchors := d.anchors(n); len(anchors) == 1 && n.Kind() == ast.KindParagraph {
			anchor = anchors[0]
		} else if before := n.PreviousSibling(); n.Kind() == ast.KindHeading && (before.Kind() != ast.KindParagraph || len(d.anchors(before)) == 0) {
			anchor = strings.ToLower(strings.ReplaceAll(d.plain(n), " ", "-"))
		}
		if n.Kind() != extast.KindTable {
			continue
		}
		table := tableRead{anchor: anchor}
		shared := map[string]cellRead{}
		if above := n.PreviousSibling(); above.Kind() == ast.KindParagraph {
			shared = d.shared(above)
		}
		var head []string
		for c := n.FirstChild().FirstChild(); c != nil; c = c.NextSibling() {
			head = append(head, d.plain(c))
		}
		for row := n.FirstChild().NextSibling(); row != nil; row = row.NextSibling() {
			cells := maps.Clone(shared)
			i := 0
			for c := row.FirstChild(); c != nil; c = c.NextSibling() {
				if words := d.plain(c); words != "–" {
					cells[head[i]] = cellRead{words, strings.Join(d.targets(c), " ")}
				} else if _, known := cells[head[i]]; !known {
					cells[head[i]] = cellRead{}
				}
				i++
			}
			table.rows = append(table.rows, cells)
		}
		all = append(all, table)
	}
	return all
}

// shared reads what all rows of a table share: "In every row: **Needed** always; **Change** no."
func (d document) shared(p ast.Node) map[string]cellRead {
	all := map[string]cellRead{}
	name := ""
	begun := false
	for n := p.FirstChild(); n != nil; n = n.NextSibling() {
		if s, ok := n.(*ast.Text); ok && strings.Contains(d.decode(s), "In every row: ") {
			begun = true
			continue
		}
		if !begun {
			continue
		}
		if n.Kind() == ast.KindEmphasis {
			name = d.plain(n)
			continue
		}
		cell := all[name]
		cell.words += d.plain(n)
		if s, ok := n.(*ast.Text); ok {
			cell.words = strings.TrimSuffix(cell.words, d.plain(n)) + d.decode(s)
		}
		cell.links = strings.TrimSpace(cell.links + " " + strings.Join(d.targets(n), " "))
		all[name] = cell
	}
	for name, cell := range all {
		cell.words = strings.TrimPrefix(cell.words, " ")
		cell.words = strings.TrimSuffix(strings.TrimSuffix(cell.words, "."), "; ")
		all[name] = cell
	}
	return all
}

// connections reads one row of a table.
func connections(t *testing.T, row map[string]cellRead) []string {
	t.Helper()
	var cells []string
	for _, head := range []string{"From", "To", "Port", "Purpose", "Needed", "Also when", "Flow and rows"} {
		cell, known := row[head]
		if !known {
			continue
		}
		if cell.words != "" {
			cells = append(cells, cell.words+" "+cell.links)
		}
	}
	var all []string
	at := slices.IndexFunc(cells, func(cell string) bool { return transportNames.MatchString(cell) })
	if at < 0 {
		t.Fatalf("no port in %q", cells)
	}
	port := cells[at]
	var names []string
	for {
		m := transportNames.FindStringSubmatch(port)
		if m == nil {
			break
		}
		names, port = append(names, m[1]), port[len(m[0]):]
	}
	for _, name := range names {
		cells[at] = name + port
		all = append(all, strings.Join(cells, " ┃ "))
	}
	return all
}

// plainTitle matches titles from which all renderers make the same anchor.
var plainTitle = regexp.MustCompile(`^[A-Za-z0-9 -]+$`)

// places returns the possible targets of links to a page: its anchors, and those
// that renderers make from plain titles.
func (d document) places() []string {
	all := d.anchors(d.root)
	for n := d.root.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() == ast.KindHeading && plainTitle.MatchString(d.plain(n)) {
			all = append(all, strings.ToLower(strings.ReplaceAll(d.plain(n), " ", "-")))
		}
	}
	return all
}

// anchors returns the anchors in a node.
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

// destinations returns the destinations of the links in a node.
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

// targets returns the targets of the links in a node: the anchor, or the page if there is none.
func (d document) targets(n ast.Node) []string {
	var all []string
	if l, ok := n.(*ast.Link); ok {
		all = append(all, targetOf(string(l.Destination)))
		return all
	}
	for _, dest := range d.destinations(n) {
		all = append(all, targetOf(dest))
	}
	return all
}

func targetOf(dest string) string {
	page, anchor, _ := strings.Cut(dest, "#")
	if anchor != "" {
		return "#" + anchor
	}
	return strings.TrimSuffix(path.Base(page), ".md")
}

// TestTablesHaveConnections tests the comparison itself: the tables that it reads have all
// connections of the model.
func TestTablesHaveConnections(t *testing.T) {
	c := embedded(t)
	pages := pagesOf(generate(t, c))
	for _, p := range c.Products {
		seen := map[string]bool{}
		for at, d := range productDocuments(pages, p) {
			for _, lines := range d.connectionTables(t, at) {
				for _, l := range lines {
					seen[l[strings.LastIndex(l, "#flow-"):]] = true
				}
			}
		}
		for _, f := range p.Flows {
			if !slices.ContainsFunc(keys(seen), func(s string) bool { return strings.HasPrefix(s+" ", "#flow-"+f.ID+" ") }) {
				t.Errorf("%s: no table has flow %s", p.ID, f.ID)
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

// expectedUsers returns the tables of a service's page.
func expectedUsers(c *model.Catalog, s *model.Service) map[string][]string {
	tables := map[string][]string{}
	for _, p := range c.Products {
		for _, k := range p.Connections() {
			is := func(c *model.Component) bool { return c.Service == s.ID }
			if is(k.To) || slices.ContainsFunc(k.From, is) {
				key := "#product-" + p.ID
				e := forth(k)
				tables[key] = append(tables[key], e.line(nil, "", ""))
				if k.Flow.Reply != nil && first(p, k) {
					tables[key] = append(tables[key], e.answer().line(nil, "", ""))
				}
			}
		}
	}
	return tables
}

// TestNoEmptyColumns tests that tables of the included products and sites have no column in
// which nothing is known, except those that readers fill in.
func TestNoEmptyColumns(t *testing.T) {
	columns := 0
	for _, f := range realPages(t, Options{}) {
		if !isPage(f.Path) {
			continue
		}
		for _, table := range parse(f.Data).tables() {
			for column := range table.rows[0] {
				columns++
				if !slices.Contains([]string{"Owner", "Ticket", "Until"}, column) && !slices.ContainsFunc(table.rows, func(row map[string]cellRead) bool { return row[column].words != "" }) {
					t.Errorf("%s#%s: nothing is in the column %s", f.Path, table.anchor, column)
				}
			}
		}
	}
	if columns < 1000 {
		t.Errorf("only %d columns", columns)
	}
}
