package markdown

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/markdown/inline"
	"github.com/portspec/portspec/gen/markdown/inline/inlinetest"
	"github.com/portspec/portspec/gen/mermaid"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
	"github.com/portspec/portspec/internal/sample"
)

// A judge describes how the generator of a flavor shows pages.
type judge struct {
	content string // the class or name of the element with the page's content
	diagram string // the class of diagrams in its HTML; "" if they are rendered in the browser
	// hostile is the number of tries with hostile texts: each try has all of them, but in
	// other places.
	hostile int
}

var judges = map[string]judge{
	"mkdocs":     {"md-content__inner", "mermaid", sample.Size(2, 8)},
	"hugo":       {"main", "mermaid", sample.Size(4, len(inlinetest.Hostile))},
	"docusaurus": {"theme-doc-markdown", "", 4},
	"starlight":  {"sl-markdown-content", "mermaid", 4},
	"sphinx":     {"bodywrapper", "mermaid", 4},
}

// TestGenerators has the generator of each flavor build the pages of the included products and
// sites, and pages with hostile text. It must not warn. In its output, all links and anchors
// must work, and text must be text.
func TestGenerators(t *testing.T) {
	anchors, hostileSite := recordAnchors(t), hostileSites(t)
	for _, f := range flavors[1:] {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			j, ok := judges[f.name]
			if !ok {
				t.Fatal("no generator for this flavor")
			}
			readers.WantDocs(t, f.name)
			files := make(map[string][]byte)
			put := func(dir string, list []gen.File) {
				for _, file := range list {
					files[dir+"/"+file.Path] = gen.Seal(file.Path, file.Data)
				}
			}
			put("ports", realPages(t, Options{Flavor: f.name, Base: f.baseOf("ports")}))
			texts := func(dir string, shift int, text func(n int) string) {
				o := func(suffix string) Options { return Options{Flavor: f.name, Base: f.baseOf(dir + suffix)} }
				n, m := shift, shift
				put(dir, shapePages(o(""), func(string) string { n++; return text(n) }))
				if shift < 4 { // each has all texts
					put(dir+"-releases", releasePages(o("-releases"), func(string) string { m++; return text(m) }))
					made, _ := o("-releases").GenerateSite(hostileSite(func(i int) string { return text(i + shift) }), nil, func(*model.Deployment) *gen.Diagrams { return nil })
					put(dir+"-releases", made)
				}
			}
			texts("tame", 0, func(n int) string { return fmt.Sprintf("text%d", n) })
			for shift := range j.hostile {
				texts(fmt.Sprintf("hostile%d", shift), shift, func(n int) string { return inlinetest.Hostile[n%len(inlinetest.Hostile)] })
			}
			site := readers.Docs(t, f.name, files)

			built := builtPages(t, f, j, site, files)
			followLinks(t, site, built)
			keepsAnchors(t, f, anchors, built)
			if f != hugo { // whose menus are those of a theme
				shortInMenus(t, f, built["ports/"+f.file("products/igel-ums.md")])
			}
			compared := 0
			for page, tame := range built {
				below, ok := strings.CutPrefix(page, "tame")
				if !ok {
					continue
				}
				for shift := range j.hostile {
					if other := built[fmt.Sprintf("hostile%d%s", shift, below)]; other != nil {
						compareText(t, tame, other, shift)
						compared++
					}
				}
			}
			if compared < 25*j.hostile {
				t.Errorf("only %d pages were compared", compared)
			}
			for page, b := range built {
				if n := len(find(b.doc, isElement("h1"))) - len(find(b.doc, hasClass("logo"))); n != 1 {
					t.Errorf("%s: %d headings of the first level", page, n)
				}
				source := string(files[page])
				if j.diagram != "" && strings.Contains(source, "```"+f.diagram) {
					diagrams := find(b.content, hasClass(j.diagram))
					if len(diagrams) != 1 {
						t.Errorf("%s: no diagram is shown", page)
						continue
					}
					// Mermaid reads the text. What is HTML in it must not become elements.
					if elements := flatten(diagrams[0]); strings.Contains(source, "<br/>") && !strings.Contains(strings.Join(elements, " "), "<br/>") {
						t.Errorf("%s: the diagram has lost its line breaks: %.300q", page, elements)
					}
				}
			}
		})
	}
}

// shortInMenus checks that the menu beside a product's page has short titles.
func shortInMenus(t *testing.T, f *flavor, b *builtPage) {
	t.Helper()
	inside := find(b.content, isElement("a"))
	var menu []string
	for _, a := range find(b.doc, isElement("a")) {
		if slices.Contains(inside, a) {
			continue
		}
		for d := range a.Descendants() {
			if d.Type == html.TextNode {
				menu = append(menu, strings.TrimSpace(d.Data))
			}
		}
	}
	for _, want := range []string{"Flows", "On one host"} {
		if !slices.Contains(menu, want) {
			t.Errorf("%s: the menu has no %q: %q", f.name, want, menu)
		}
	}
}

// baseOf returns the option base for a folder, for flavors that have it.
func (f *flavor) baseOf(dir string) string {
	if f.hasBase {
		return "/" + dir + "/"
	}
	return ""
}

// realPages returns the pages of the included products and sites, with their diagrams.
func realPages(t *testing.T, o Options) []gen.File {
	t.Helper()
	catalog := embedded(t)
	sharing := func() ([]*model.Pair, []*model.Crowd) { return nil, nil }
	files, _ := gen.All(catalog, o.New(catalog, Sources{Sharing: sharing}), mermaid.Draw)
	all := deployments(t)
	for _, id := range slices.Sorted(maps.Keys(all)) {
		made, _ := o.GenerateSite(all[id], catalog, mermaid.Site)
		files = append(files, made...)
	}
	return files
}

func shapePages(o Options, replace func(string) string) []gen.File {
	files, _ := o.Generate(rewrite(shapes(), replace), func(gen.Step) *gen.Diagrams { return &gen.Diagrams{Overview: "flowchart LR\n  a --> b\n"} })
	return files
}

// releasePages returns the pages of two releases of a product and of the upgrade, with texts
// in each kind of block.
func releasePages(o Options, replace func(string) string) []gen.File {
	c := rewrite(shapes(), replace)
	older := rewrite(shapes(), replace).Products[0]
	c.Products[0].Version, older.Version, c.Products[0].After = "1.0", "0.9", "0.9"
	c.Products = append(c.Products, older)
	c.Order()
	upgrade := func(old, new *model.Product, text func(string) string) string {
		notes := "## " + text(new.Name) + "\n\n### What changed\n"
		for _, f := range slices.Concat(old.Flows, new.Flows) {
			notes += "\n- " + text(f.Purpose) + " (" + text(f.Note) + ")\n\n| Purpose | Note |\n| --- | --- |\n| " + text(f.Purpose) + " | " + text(f.Note) + " |\n"
		}
		return notes
	}
	files, _ := gen.All(c, o.New(c, Sources{Upgrade: upgrade}), func(gen.Step) *gen.Diagrams { return nil })
	return files
}

// A builtPage is one of our pages as a generator has built it.
type builtPage struct {
	at      string // the file in the site
	doc     *html.Node
	content *html.Node
}

// builtPages reads the built pages.
func builtPages(t *testing.T, f *flavor, j judge, site string, files map[string][]byte) map[string]*builtPage {
	t.Helper()
	built := make(map[string]*builtPage)
	for name := range files {
		if !isPage(name) {
			continue
		}
		at := strings.TrimSuffix(name, ".md")
		switch base := path.Base(at); {
		case base == "index" || base == "_index":
			at = path.Dir(at) + "/index.html"
		case f == sphinx:
			at += ".html"
		default:
			at += "/index.html"
		}
		data, err := os.Open(filepath.Join(site, filepath.FromSlash(at)))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := html.Parse(data)
		data.Close()
		if err != nil {
			t.Fatal(err)
		}
		content := find(doc, func(n *html.Node) bool { return isElement(j.content)(n) || hasClass(j.content)(n) })
		if len(content) == 0 {
			t.Fatalf("%s has no %s", at, j.content)
		}
		built[name] = &builtPage{at, doc, content[0]}
	}
	return built
}

// find returns nodes below a node, in their order.
func find(n *html.Node, is func(*html.Node) bool) []*html.Node {
	var all []*html.Node
	for d := range n.Descendants() {
		if is(d) {
			all = append(all, d)
		}
	}
	return all
}

func isElement(name string) func(*html.Node) bool {
	return func(n *html.Node) bool { return n.Type == html.ElementNode && n.Data == name }
}

func hasClass(class string) func(*html.Node) bool {
	return func(n *html.Node) bool { return slices.Contains(strings.Fields(attribute(n, "class")), class) }
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// followLinks checks that each link in a page leads to an existing file and an anchor in it.
func followLinks(t *testing.T, site string, built map[string]*builtPage) {
	t.Helper()
	anchors := make(map[string]map[string]bool)
	for _, b := range built {
		anchors[b.at] = anchorsOf(b)
	}
	links := 0
	for page, b := range built {
		for _, a := range find(b.content, isElement("a")) {
			href := attribute(a, "href")
			if href == "" || strings.Contains(href, ":") && !strings.HasPrefix(href, "https://docs.example/") {
				continue
			}
			links++
			address, anchor, _ := strings.Cut(strings.TrimPrefix(href, "https://docs.example"), "#")
			to := b.at
			if address != "" {
				if !strings.HasPrefix(address, "/") {
					address = path.Join("/", path.Dir(b.at), address)
				}
				to = strings.TrimPrefix(path.Clean(address), "/")
				if info, err := os.Stat(filepath.Join(site, filepath.FromSlash(to))); err == nil && info.IsDir() {
					to = path.Join(to, "index.html")
				}
			}
			if _, err := os.Stat(filepath.Join(site, filepath.FromSlash(to))); err != nil {
				t.Errorf("%s: broken link %s", page, href)
			} else if anchor != "" && !anchors[to][anchor] {
				t.Errorf("%s: no anchor for link %s", page, href)
			}
		}
	}
	if links < 1000 {
		t.Errorf("only %d links", links)
	}
}

func anchorsOf(b *builtPage) map[string]bool {
	all := make(map[string]bool)
	for d := range b.doc.Descendants() {
		if id := attribute(d, "id"); id != "" {
			all[id] = true
		}
	}
	return all
}

// keepsAnchors checks that the built page has each anchor of a page, whatever the flavor.
func keepsAnchors(t *testing.T, f *flavor, anchors []place, built map[string]*builtPage) {
	t.Helper()
	checked := 0
	for _, to := range anchors {
		b := built["ports/"+f.file(to.page)]
		if b == nil {
			t.Errorf("no page %s", to.page)
			continue
		}
		id := string(to.anchor)
		if f == sphinx {
			own := Options{Flavor: f.name, Base: f.baseOf("ports")}.flavor()
			id = docutilsID(labelOf(&page{flavor: own}, to))
		}
		checked++
		if !anchorsOf(b)[id] {
			t.Errorf("%s has no anchor %s", b.at, id)
		}
	}
	if checked < 500 {
		t.Errorf("only %d anchors", checked)
	}
}

// docutilsID returns the anchor that Sphinx makes from a label.
func docutilsID(label string) string {
	return strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(label), "-"), "-")
}

// recordAnchors returns the anchors of all pages.
func recordAnchors(t *testing.T) []place {
	t.Helper()
	var all []place
	var guard sync.Mutex
	recorder := *github
	record := func(p *page, id md) {
		guard.Lock()
		defer guard.Unlock()
		all = append(all, place{p.path, id})
	}
	recorder.heading = func(p *page, _ int, id, _ md) {
		if id != "" {
			record(p, id)
		}
	}
	recorder.label = func(p *page, id md) string {
		record(p, id)
		return ""
	}
	realPages(t, Options{own: &recorder})
	return all
}

// tameText is a text that pages with tame text have.
var tameText = regexp.MustCompile(`text[0-9]+`)

// compareText checks that a built page with hostile text differs from one with tame text only
// in its words.
func compareText(t *testing.T, tame, hostile *builtPage, shift int) {
	t.Helper()
	// Menus and titles around the content, which differ by page, must not become code either.
	for _, name := range []string{"script", "style", "meta", "base", "img", "iframe", "object", "embed", "form"} {
		if a, b := len(find(tame.doc, isElement(name))), len(find(hostile.doc, isElement(name))); a != b {
			t.Errorf("%s: %d elements %s, and %d with tame text", hostile.at, b, name, a)
		}
	}
	want, got := flatten(tame.content), flatten(hostile.content)
	for i := range want {
		expected := tameText.ReplaceAllStringFunc(want[i], func(s string) string {
			n, _ := strconv.Atoi(s[4:])
			return inline.Visible(inlinetest.Hostile[(n+shift)%len(inlinetest.Hostile)])
		})
		if i >= len(got) || plainly(got[i]) != plainly(expected) {
			t.Errorf("%s, shift %d: got\n%.300q\nwant\n%.300q", hostile.at, shift, got[min(i, len(got)-1)], expected)
			return
		}
	}
}

// flatten returns elements with their classes and the names of their other attributes, and
// texts, joined across comments and places for a line break.
func flatten(n *html.Node) []string {
	var all []string
	text := ""
	end := func() {
		if text = strings.TrimSpace(text); text != "" {
			all = append(all, text)
		}
		text = ""
	}
	for d := range n.Descendants() {
		switch d.Type {
		case html.ElementNode:
			if d.Data == "wbr" {
				continue
			}
			end()
			element := "<" + d.Data
			for _, a := range d.Attr {
				element += " " + a.Key
				if a.Key == "class" {
					element += "=" + a.Val
				}
			}
			all = append(all, element)
		case html.TextNode:
			text += d.Data
		}
	}
	end()
	return all
}

// plainly undoes what generators do to punctuation and white space, and drops the mark for
// blank text, which generators drop in titles, and the marks that isolate text from right to
// left.
func plainly(s string) string {
	s = plainer.Replace(s)
	for strings.Contains(s, "--") {
		s = strings.ReplaceAll(s, "--", "-")
	}
	return strings.Join(strings.Fields(s), "")
}

var plainer = strings.NewReplacer("\u2068", "", "\u2069", "", "“", `"`, "”", `"`, "‘", "'", "’", "'", "«", `"`, "»", `"`, "``", `"`, "…", "...", "–", "-", "—", "-", "(blank)", "", `\`, "∖", "<", "‹", ">", "›")
