package html

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/resolve"
)

// A world is a catalogue and its sites.
type world struct {
	catalog *model.Catalog
	sites   []*model.Deployment
}

// worlds returns the worlds for the tests of all pages.
func worlds(t *testing.T) map[string]world {
	t.Helper()
	all, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var loaded = sync.OnceValues(func() (map[string]world, error) {
	all := map[string]world{"empty": {}, "many": {catalog: many()}, "site alone": {nil, []*model.Deployment{{Site: &model.Site{ID: "alone"}}}}}
	for name, dir := range map[string]string{"products": "../..", "kinds": "../../testdata/kinds", "vendors": "../../testdata/workspace", "hostile": "../../testdata/hostile"} {
		r, err := load.Workspace(context.Background(), dir)
		if err != nil {
			return nil, err
		}
		if r.Findings.HasErrors() || len(r.Catalog.Products) == 0 {
			return nil, fmt.Errorf("%s: %v", dir, r.Findings)
		}
		w := world{catalog: r.Catalog}
		for _, s := range r.Sites {
			d, found := resolve.Site(r.Available, s)
			if found.HasErrors() {
				return nil, fmt.Errorf("%s: %v", dir, found)
			}
			w.sites = append(w.sites, d)
		}
		all[name] = w
	}
	return all, nil
})

// many returns a catalogue with more products than pages about all of them list with their
// uses of shared services and the faults of their documents.
func many() *model.Catalog {
	ldap := []*model.Listener{{ID: "ldap", Purpose: "Queries", Transports: []string{"tcp"}, Bind: "any", PortStatement: model.PortStatement{Ports: []model.PortRange{{From: 389, To: 389}}}}}
	c := &model.Catalog{Services: []*model.Service{{ID: "directory", Name: "Directory", Listeners: ldap}}}
	for i := range mostListed + 10 {
		c.Products = append(c.Products, &model.Product{
			ID: fmt.Sprintf("p%02d", i), Name: fmt.Sprint("Product ", i), Vendor: "V", Version: "1", Description: "One of many.",
			Components: []*model.Component{{ID: "agent", Name: "Agent", Kind: model.UnknownKind}, {ID: "directory", Name: "Directory", Kind: model.External, Service: "directory", Listeners: ldap}},
			Flows:      []*model.Flow{{ID: "look-up", Purpose: "Look up", From: []string{"agent"}, To: []model.Target{{Component: "directory", Listeners: []string{"ldap"}}}, Scope: "network", Delivery: "unicast"}},
			Errata:     []*model.Erratum{{ID: "two", Kind: "contradiction", Says: "Both.", Encoded: "One.", Why: "Tried."}},
		})
	}
	return c
}

// made returns the files of a world by path, including pages of upgrades.
func (w world) made(t *testing.T) map[string][]byte {
	t.Helper()
	catalog := w.catalog
	if catalog == nil {
		catalog = &model.Catalog{}
	}
	files, findings := gen.All(catalog, New(catalog, w.sites, Options{
		Upgrade: func(old, new *model.Product) string {
			return "## Changes\n\n- from " + old.Version + "\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n<script>alert(1)</script> [x](javascript:alert(1))\n"
		},
		Sharing: func() ([]*model.Pair, []*model.Crowd) {
			return resolve.Pairs(catalog.Newest(), 2000)
		},
	}), nil)
	if len(findings) > 0 {
		t.Error(findings)
	}
	all := make(map[string][]byte)
	folded := make(map[string]string)
	for _, f := range files {
		if _, twice := all[f.Path]; twice {
			t.Errorf("duplicate file %s", f.Path)
		}
		if other := folded[strings.ToLower(f.Path)]; other != "" {
			t.Errorf("%s and %s differ only in case", f.Path, other)
		}
		all[f.Path], folded[strings.ToLower(f.Path)] = f.Data, f.Path
		if !slices.ContainsFunc(Paths(), func(pattern string) bool { ok, _ := path.Match(pattern, f.Path); return ok }) {
			t.Errorf("%s matches no pattern of Paths", f.Path)
		}
		if gen.CanSeal(f.Path) && !gen.Sealed(f.Path, gen.Seal(f.Path, f.Data)) {
			t.Errorf("%s has no seal", f.Path)
		}
	}
	return all
}

// A parsedPage is a page as browsers parse it.
type parsedPage struct {
	ids   map[string]bool
	links []string
	words string
	body  *html.Node
}

// parse parses a page as browsers do, and reports faults.
func parse(t *testing.T, name string, data []byte) parsedPage {
	t.Helper()
	balanced(t, name, data)
	root, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	p := parsedPage{ids: make(map[string]bool)}
	var words strings.Builder
	policies := 0
	for n := range root.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "title" {
			words.WriteString(n.Data + " ")
		}
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "body" {
			p.body = n
		}
		if !slices.Contains(elements, n.Data) {
			t.Errorf("%s: unexpected element %s", name, n.Data)
		}
		for _, a := range n.Attr {
			switch {
			case !slices.Contains(attributes, a.Key) && !strings.HasPrefix(a.Key, "aria-") && !strings.HasPrefix(a.Key, "data-"):
				t.Errorf("%s: unexpected attribute %s of %s", name, a.Key, n.Data)
			case a.Key == "id":
				if p.ids[a.Val] {
					t.Errorf("%s: duplicate id %s", name, a.Val)
				}
				p.ids[a.Val] = true
			case a.Key == "href" && n.Data == "a":
				p.links = append(p.links, a.Val)
			case a.Key == "http-equiv":
				policies++
			case (a.Key == "src" || a.Key == "href") && !regexp.MustCompile(`^(\.\./)*assets/[a-z]+\.(js|css|svg)$`).MatchString(a.Val):
				t.Errorf("%s loads %s", name, a.Val)
			}
		}
		if n.Data == "script" && n.FirstChild != nil {
			t.Errorf("%s: script in the page", name)
		}
	}
	if policies != 1 || !bytes.Contains(data, []byte("default-src &#39;none&#39;")) {
		t.Errorf("%s has no policy", name)
	}
	p.words = words.String()
	return p
}

// elements and attributes are all that pages may have.
var (
	elements = strings.Fields(`html head meta title link script body header nav main footer section div span small a p h1 h2 h3 h4 ul ol li dl dt dd
		table caption thead tbody tr th td details summary b q bdi br pre button`)
	attributes = strings.Fields(`lang charset http-equiv content name rel href defer src class id scope hidden type`)
)

// balanced reports elements that are not closed in order. Browsers correct that, and may show
// something else than was intended.
func balanced(t *testing.T, name string, data []byte) {
	t.Helper()
	var open []string
	z := html.NewTokenizer(bytes.NewReader(data))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Errorf("%s: %v are not closed", name, open)
			}
			return
		case html.StartTagToken:
			tag, _ := z.TagName()
			if !slices.Contains([]string{"meta", "link", "br"}, string(tag)) {
				open = append(open, string(tag))
			}
		case html.EndTagToken:
			tag, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(tag) {
				t.Errorf("%s: %s is closed inside %v", name, tag, open)
				return
			}
			open = open[:len(open)-1]
		}
	}
}

// TestPages tests that every page is well-formed, loads only the site's own files and links
// only to places that exist. All pages and tables must be reachable from the first page.
func TestPages(t *testing.T) {
	for name, w := range worlds(t) {
		t.Run(name, func(t *testing.T) {
			files := w.made(t)
			_, reached := connected(t, files)
			for _, path := range slices.Sorted(maps.Keys(files)) {
				if !reached[path] && !strings.HasPrefix(path, "assets/") && name != "site alone" {
					t.Errorf("no link to %s", path)
				}
			}
		})
	}
}

// connected parses all pages, follows all links from the first, and reports those that lead
// nowhere.
func connected(t *testing.T, files map[string][]byte) (pages map[string]parsedPage, reached map[string]bool) {
	t.Helper()
	pages = make(map[string]parsedPage)
	for path, data := range files {
		if strings.HasSuffix(path, ".html") {
			pages[path] = parse(t, path, data)
		}
	}
	reached = map[string]bool{"index.html": true}
	next := []string{"index.html"}
	for len(next) > 0 {
		from := next[0]
		next = next[1:]
		for _, link := range pages[from].links {
			u, err := url.Parse(link)
			if err != nil {
				t.Errorf("%s: %v", from, err)
				continue
			}
			if u.Scheme != "" {
				if u.Scheme != "https" && u.Scheme != "http" {
					t.Errorf("%s links to %s", from, link)
				}
				continue
			}
			to := path.Join(path.Dir(from), u.Path)
			if u.Path == "" {
				to = from
			}
			page, ok := pages[to]
			if _, table := files[to]; table && !ok && u.Fragment == "" {
				reached[to] = true
				continue
			}
			if !ok || u.Fragment != "" && !page.ids[u.Fragment] {
				t.Errorf("%s: broken link %s", from, link)
			}
			if ok && !reached[to] {
				reached[to] = true
				next = append(next, to)
			}
		}
	}
	return pages, reached
}

// TestComplete tests that the pages of a product have all of its texts.
func TestComplete(t *testing.T) {
	for name, w := range worlds(t) {
		if w.catalog == nil || name == "hostile" {
			continue
		}
		files := w.made(t)
		for _, p := range w.catalog.Products {
			var all strings.Builder
			for path, data := range files {
				if strings.HasPrefix(path, productFolder(p)) && strings.HasSuffix(path, ".html") {
					all.WriteString(parse(t, path, data).words)
				}
			}
			words := strings.Join(strings.Fields(all.String()), " ")
			missing := func(what, text string) {
				if text = strings.Join(strings.Fields(gen.Visible(text)), " "); !strings.Contains(words, text) {
					t.Errorf("%s: the pages do not have the %s %q", p.ID, what, text)
				}
			}
			missing("description", p.Description)
			for _, c := range p.Components {
				missing("component", c.Name)
				for _, l := range c.Listeners {
					if c.Service == "" {
						missing("listener", l.Purpose)
						missing("port", gen.PortText(&model.Listener{PortStatement: model.PortStatement{Ports: l.Ports}}))
					}
				}
			}
			for _, f := range p.Flows {
				missing("flow", f.Purpose)
				missing("note", f.Note)
			}
			for _, f := range p.Features {
				missing("feature", f.Description)
				for _, c := range f.Choices {
					missing("choice", c.Name)
				}
			}
			for _, r := range p.Rules {
				missing("rule", r.Reason)
			}
			for _, e := range p.Errata {
				missing("erratum", e.Says)
				missing("erratum", e.Encoded)
				missing("erratum", e.Why)
			}
			for _, s := range p.Sources {
				for _, x := range s.Tables {
					for _, r := range x.Rows {
						missing("row", r.Cell)
					}
				}
			}
		}
	}
}

// TestPorts tests that the index of ports has each port of each listener that something
// connects to, and the ports to which rules and sites move it.
func TestPorts(t *testing.T) {
	w := worlds(t)["products"]
	page := parse(t, "ports.html", w.made(t)["ports.html"])
	for _, p := range w.catalog.Products {
		for _, c := range p.Connections() {
			for _, r := range c.Listener.Ports {
				if !page.ids["port-"+r.String()] {
					t.Errorf("no port %s of %s", r, c.To.ID)
				}
			}
			for _, other := range c.OtherPorts() {
				if !page.ids["port-"+model.FormatPorts(other.Ports)] {
					t.Errorf("no port %s of %s", model.FormatPorts(other.Ports), c.To.ID)
				}
			}
		}
	}
	for _, words := range []string{"by rule ha-same-host in place of 30001", "site Highly available", "conflict on one host with"} {
		if !strings.Contains(strings.Join(strings.Fields(page.words), " "), words) {
			t.Errorf("the index of ports does not say %q", words)
		}
	}
}

// TestNoRule tests that connections that need no rule are listed below those to open.
func TestNoRule(t *testing.T) {
	w := worlds(t)["kinds"]
	p := w.catalog.Product("relay")
	page := string(w.made(t)[productFolder(p)+overviewName])
	_, opened, _ := strings.Cut(page, ">What to open<")
	table, below, found := strings.Cut(opened, "</table>")
	if !found || !strings.Contains(table, "8303") || strings.Contains(table, "9000") {
		t.Errorf("to open:\n%s", table)
	}
	below, _, _ = strings.Cut(below, "<h2")
	if !strings.Contains(below, `<p>1 documented connection needs no rule: <a href="../../products/relay/flows.html#flow-inner">inner</a>.</p>`) {
		t.Errorf("below:\n%s", below)
	}
}

// TestWeight tests that each page of the three products, with all that it loads, is at most
// 200 kB.
func TestWeight(t *testing.T) {
	const most = 200_000
	files := worlds(t)["products"].made(t)
	for path, data := range files {
		if !strings.HasSuffix(path, ".html") {
			continue
		}
		weight := len(data)
		for name, asset := range files {
			if strings.HasPrefix(name, "assets/") && bytes.Contains(data, []byte(name)) {
				weight += len(asset)
			}
		}
		if weight > most {
			t.Errorf("%s has %d bytes, with all that it loads", path, weight)
		}
	}
}

// TestLongNames tests that paths of products with long ids are short enough for Windows.
func TestLongNames(t *testing.T) {
	long := strings.Repeat("a", 200)
	deepest := productFolder(&model.Product{ID: long, Older: long}) + scenarioName(long)
	if len(deepest) > 180 {
		t.Errorf("%d bytes: %s", len(deepest), deepest)
	}
}

// TestRightToLeft tests that text written from right to left does not reorder the text around
// it.
func TestRightToLeft(t *testing.T) {
	for in, want := range map[string]hyper{
		"שלום (x)":   "<bdi>שלום (x)</bdi>",
		"a < b":      "a &lt; b",
		"a\u202eb":   "a[U+202E]b",
		"مرحبا & a":  "<bdi>مرحبا &amp; a</bdi>",
		"":           "",
		"\"x' <a b>": "&#34;x&#39; &lt;a b&gt;",
	} {
		if got := text(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}

// TestWebLink tests that only web addresses become links.
func TestWebLink(t *testing.T) {
	for to, want := range map[string]hyper{
		"https://example.com/a?b=1&c=\"2\"": `<a rel="noreferrer" href="https://example.com/a?b=1&amp;c=&#34;2&#34;">x</a>`,
		"javascript:alert(1)":               "x (javascript:alert(1))",
		"JAVASCRIPT:alert(1)":               "x (JAVASCRIPT:alert(1))",
		" https://example.com":              "x (https://example.com)",
		"//example.com":                     "x (//example.com)",
		"https:alert(1)":                    "x (https:alert(1))",
		"data:text/html,x":                  "x (data:text/html,x)",
	} {
		if got := webLink(to, "x"); got != want {
			t.Errorf("%q is %q, want %q", to, got, want)
		}
	}
}

// TestContradictions tests that the page of contradictions has the differences between
// products about a shared service, and no conflicts of what is in a vendor's own cloud.
func TestContradictions(t *testing.T) {
	page := parse(t, "contradictions.html", worlds(t)["products"].made(t)["contradictions.html"])
	words := strings.Join(strings.Fields(page.words), " ")
	for want, is := range map[string]bool{
		"Active Directory ldap TCP/UDP 389 TCP by IGEL Universal Management Suite , 1E Shopping ; TCP/UDP by ProfileUnity": true,
		"LDAP directory ldaps TCP 636": false, // which one product uses
		"both listen on tcp/8443":      true,
		"onboarding-service":           false,
	} {
		if strings.Contains(words, want) != is {
			t.Errorf("the page has %q: %v", want, !is)
		}
	}
}

// TestMany tests that with many products, pages about all of them link to the details instead
// of repeating them.
func TestMany(t *testing.T) {
	files := worlds(t)["many"].made(t)
	for path, want := range map[string]string{
		"contradictions.html": `<a href="products/p07/errata.html">Product 7 1</a>`, "services/directory.html": `<a href="../products/p07/component-directory.html">Directory</a>`,
		"index.html": "60 products",
	} {
		if !bytes.Contains(files[path], []byte(want)) {
			t.Errorf("%s does not have %s", path, want)
		}
		if bytes.Contains(files[path], []byte("Both.")) || len(files[path]) > 30_000 {
			t.Errorf("%s repeats what products have: %d bytes", path, len(files[path]))
		}
	}
}
