package markdown

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/markdown/inline"
	"github.com/portspec/portspec/internal/model"
)

// Every link leads to an existing page and anchor; no page has the same anchor
// twice; nothing else is HTML or a link.
func TestLinks(t *testing.T) {
	for name, c := range catalogs(t) {
		t.Run(name, func(t *testing.T) {
			pages := pagesOf(generate(t, c))
			web := webAddresses(c)
			links := deadLinks(t, pages, web)
			if len(c.Products) > 0 && links < 100 {
				t.Errorf("only %d links", links)
			}
		})
	}
}

// deadLinks reports broken links, and returns the number of all links.
func deadLinks(t *testing.T, pages map[string]document, web []string) int {
	t.Helper()
	links := 0
	anchors := make(map[string]map[string]bool)
	for at, d := range pages {
		anchors[at] = make(map[string]bool)
		for _, anchor := range d.places() {
			if anchors[at][anchor] {
				t.Errorf("%s: duplicate anchor %q", at, anchor)
			}
			anchors[at][anchor] = true
		}
	}
	for at, d := range pages {
		for _, dest := range d.destinations(d.root) {
			if slices.Contains(web, dest) {
				continue
			}
			links++
			if strings.HasPrefix(dest, "/") || strings.Contains(dest, ":") {
				t.Errorf("%s: link to %s is not relative", at, dest)
			}
			file, anchor, _ := strings.Cut(dest, "#")
			to := at
			if file != "" {
				to = path.Join(path.Dir(at), file)
			}
			if _, ok := pages[to]; !ok {
				t.Errorf("%s: no page for link to %s", at, dest)
				continue
			}
			if anchor != "" && !anchors[to][anchor] {
				t.Errorf("%s: no anchor for link to %s", at, dest)
			}
		}
	}
	return links
}

// webAddresses returns the links to other sites.
func webAddresses(c *model.Catalog) []string {
	var all []string
	for _, p := range c.Products {
		for _, s := range p.Sources {
			dest, _ := inline.Target(s.URL)
			all = append(all, string(dest))
		}
	}
	for _, s := range c.Services {
		for _, r := range s.References {
			dest, _ := inline.Target(r.URL)
			all = append(all, string(dest))
		}
	}
	return all
}

// Anchors consist of ids: new names do not change them.
func TestAnchorsSurviveNames(t *testing.T) {
	before := pagesOf(generate(t, shapes()))
	after := pagesOf(generate(t, rewrite(shapes(), func(s string) string { return "New " + s })))
	for at, d := range before {
		a, b := d.anchors(d.root), after[at].anchors(after[at].root)
		if !slices.Equal(a, b) {
			t.Errorf("%s: anchors %q became %q", at, a, b)
		}
	}
	for at, want := range map[string][]string{
		"products/shapes.md":                 {"what-to-open", "diagram", "components", "features", "more"},
		"products/shapes/component-web.md":   {"listens-on", "inbound", "outbound", "among-nodes", "listener-https"},
		"products/shapes/component-node.md":  {"among-nodes"},
		"products/shapes/component-web-2.md": {},
		"products/shapes/features.md":        {"feature-tls", "feature-database--big"},
		"products/shapes/flows.md":           {"flow-web"},
		"products/shapes/same-host.md":       {"rules", "rule-move", "same-host"},
		"products/shapes/errata.md":          {"erratum-first", "accepted"},
		"products/shapes/sources.md":         {"source-doc", "table-main", "row-main--1", "row-main--fn-1", "row-main--1.a_b"},
	} {
		if before[at].root == nil {
			t.Errorf("no page %s", at)
			continue
		}
		for _, anchor := range want {
			if !slices.Contains(before[at].places(), anchor) {
				t.Errorf("%s: no anchor %s", at, anchor)
			}
		}
	}
}

func TestLink(t *testing.T) {
	for _, c := range []struct {
		from string
		to   place
		want string
	}{
		{"index.md", place{"index.md", "x"}, "[w](#x)"},
		{"index.md", place{"products/a.md", "x"}, "[w](products/a.md#x)"},
		{"products/a.md", place{"index.md", ""}, "[w](../index.md)"},
		{"products/a.md", place{"products/b.md", "x"}, "[w](b.md#x)"},
		{"products/a.md", place{"services/b.md", "x"}, "[w](../services/b.md#x)"},
		{"products/a/1.md", place{"services/b.md", "x"}, "[w](../../services/b.md#x)"},
		{"products/a/1.md", place{"products/a.md", ""}, "[w](../a.md)"},
		{"products/a/1.md", place{"products/a/2.md", ""}, "[w](2.md)"},
		{"products/a.md", place{"products/a/1.md", "x"}, "[w](a/1.md#x)"},
	} {
		p := github.newPage(c.from, "")
		p.data.Reset()
		if p.inline(link(c.to, "w")); p.data.String() != c.want {
			got := p.data
			t.Errorf("from %s to %v: %s, want %s", c.from, c.to, got, c.want)
		}
	}
}

func TestWebLink(t *testing.T) {
	for in, want := range map[string]md{
		"https://x.y/(z)": "[w](https://x.y/%28z%29)", "javascript:x": "w (" + text("javascript:x") + ")", "": "w ()",
	} {
		if got := webLink(in, "w"); got != want {
			t.Errorf("webLink(%q) = %s, want %s", in, got, want)
		}
	}
}

// The same model results in the same files, sorted, each with the header.
func TestFiles(t *testing.T) {
	for name, c := range catalogs(t) {
		files := generate(t, c)
		if !slices.IsSortedFunc(files, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) }) {
			t.Errorf("%s: files are not sorted", name)
		}
		for _, p := range c.Products {
			if !slices.ContainsFunc(files, func(f gen.File) bool { return f.Path == productPath(p) }) {
				t.Errorf("%s: no page of %s", name, p.ID)
			}
		}
		for i, again := range generate(t, c) {
			if string(again.Data) != string(files[i].Data) {
				t.Errorf("%s: %s differs when generated again", name, again.Path)
			}
			if !strings.HasPrefix(string(again.Data), "<!-- "+gen.Header+"\nChange the spec and generate again. -->\n\n# ") {
				t.Errorf("%s: %s begins with %.80q", name, again.Path, again.Data)
			}
		}
	}
}

// Renderers make anchors from headings too, so no two are equal.
func TestHeadings(t *testing.T) {
	p := github.newPage("x.md", "Same")
	p.heading(2, "", "Same")
	p.heading(2, "x", "Same")
	want := "HTML\nH1 \"Same\"\nH2 \"Same (2)\"\nP RAW(<a id=\"x\">) RAW(</a>)\nH2 \"Same (3)\"\n"
	if got := outline(parse(p.file().Data)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
