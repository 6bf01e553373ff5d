package html_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/changes"
	"github.com/portspec/portspec/gen/html"
	"github.com/portspec/portspec/gen/markdown/inline"
	"github.com/portspec/portspec/gen/rows"
	"github.com/portspec/portspec/internal/cli"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
	"github.com/portspec/portspec/internal/resolve"
)

// loaded has the repository's catalogue and resolved sites, and a folder with their pages.
type loaded struct {
	catalog *model.Catalog
	sites   []*model.Deployment
	dir     string
}

// shared is made once for most tests, which do not change it.
var shared = sync.OnceValues(func() (*loaded, error) {
	r, err := load.Workspace(context.Background(), filepath.Join("..", ".."))
	if err != nil {
		return nil, err
	}
	l := &loaded{catalog: r.Catalog}
	for _, s := range r.Sites {
		d, found := resolve.Site(r.Available, s)
		if found.HasErrors() {
			return nil, fmt.Errorf("%v", found)
		}
		l.sites = append(l.sites, d)
	}
	if len(l.sites) < 3 || len(l.catalog.Products) < 3 {
		return nil, fmt.Errorf("%d products, %d sites", len(l.catalog.Products), len(l.sites))
	}
	if l.dir, err = os.MkdirTemp("", "portspec-html-"); err != nil {
		return nil, err
	}
	toRemove = append(toRemove, l.dir)
	return l, writeAll(l.dir, pagesOf(l.catalog, l.sites))
})

// toRemove are folders that outlive the test that made them.
var toRemove []string

func TestMain(m *testing.M) {
	status := m.Run()
	for _, dir := range toRemove {
		os.RemoveAll(dir)
	}
	os.Exit(status)
}

// workspace returns the catalogue and the resolved sites of the repository.
func workspace(t testing.TB) (*model.Catalog, []*model.Deployment) {
	t.Helper()
	l := ofRepository(t)
	return l.catalog, l.sites
}

func ofRepository(t testing.TB) *loaded {
	t.Helper()
	l, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// siteOf writes the pages of a catalogue to a folder.
func siteOf(t testing.TB, c *model.Catalog, sites []*model.Deployment) string {
	t.Helper()
	dir := t.TempDir()
	if err := writeAll(dir, pagesOf(c, sites)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// pagesOf returns the pages with everything that they can have.
func pagesOf(c *model.Catalog, sites []*model.Deployment) []gen.File {
	files, _ := gen.All(c, html.New(c, sites, html.Options{
		Upgrade: func(old, new *model.Product) string {
			return changes.Upgrade(diff.CompareProducts(c, old, new), inline.Escape)
		},
		Sharing: func() ([]*model.Pair, []*model.Crowd) { return resolve.Pairs(c.Newest(), 2000) },
	}), nil)
	return files
}

func writeAll(dir string, files []gen.File) error {
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// A shown is the page of the explorer. Files that it saves go to the test.
type shown struct {
	*readers.Page
	t   testing.TB
	dir string
}

func explorerOf(t testing.TB, dir string, v readers.View) *shown {
	t.Helper()
	e := &shown{readers.Open(t, v), t, dir}
	e.open("")
	return e
}

// open loads the page.
func (e *shown) open(hash string) {
	e.t.Helper()
	e.Go(e.dir, "explorer.html", hash)
	e.Eval(`{
		URL.createObjectURL = (blob) => { window.saved = blob; return "blob:saved"; };
		HTMLAnchorElement.prototype.click = () => {};
		window.exported = async (name) => {
			window.saved = undefined;
			[...document.querySelectorAll("#explorer button")].find((b) => b.textContent === name).click();
			return window.saved.text();
		};
		window.goTo = (hash) => new Promise((done) => {
			if (location.hash === hash || location.hash === "" && hash === "#") return done();
			addEventListener("hashchange", () => setTimeout(done), { once: true });
			location.hash = hash;
		});
	}`, nil)
}

// at goes to an address, as a link or a bookmark does.
func (e *shown) at(v url.Values) {
	e.t.Helper()
	e.Eval(fmt.Sprintf("goTo(%q)", "#"+v.Encode()), nil)
}

// exported returns what a button exports.
func (e *shown) exported(button string) string {
	e.t.Helper()
	var text string
	e.Eval(fmt.Sprintf("exported(%q)", button), &text)
	return text
}

// keys returns the keys of the flows that are shown, in their order.
func (e *shown) keys() []string {
	e.t.Helper()
	return keysIn(e.t, e.exported("JSON"))
}

func keysIn(t testing.TB, text string) []string {
	t.Helper()
	var flows []rows.Flow
	if err := json.Unmarshal([]byte(text), &flows); err != nil {
		t.Fatal(err)
	}
	keys := []string{}
	for _, f := range flows {
		keys = append(keys, fmt.Sprint(f.Product, "@", f.Version, " ", f.Flow, " ", f.To, " ", f.Listener, " ", f.Transport))
	}
	return keys
}

func keyOf(c *model.Connection) string {
	return fmt.Sprint(c.Product.Ref(), " ", c.Flow.ID, " ", c.To.ID, " ", c.Listener.ID, " ", c.Transport)
}

// portspec runs a command in the repository, and returns what it prints.
func portspec(t testing.TB, args ...string) string {
	t.Helper()
	var out, log bytes.Buffer
	if status := cli.Main(args, &out, &log); status != 0 {
		t.Fatalf("portspec %q: status %d\n%s%s", args, status, log.String(), out.String())
	}
	return out.String()
}

// A filter selects the same flows on the page and for portspec flows.
type filter struct {
	address url.Values
	args    []string
}

func (f *filter) add(name, value string) {
	if !slices.Contains(f.address[name], value) {
		f.address.Add(name, value)
		f.args = append(f.args, "--"+name, value)
	}
}

// randomFilter chooses up to three filters with up to two values each. Most of them match a
// flow of the catalogue.
func randomFilter(r *rand.Rand, c *model.Catalog) filter {
	f := filter{address: url.Values{}}
	one := func() *model.Connection {
		all := c.Products[r.IntN(len(c.Products))].Connections()
		return all[r.IntN(len(all))]
	}
	same := one()
	for range 1 + r.IntN(3) {
		name := []string{"product", "component", "from", "to", "transport", "port", "feature"}[r.IntN(7)]
		for range 1 + r.IntN(2) {
			x := same
			if r.IntN(3) == 0 {
				x = one()
			}
			talker := x.From[r.IntN(len(x.From))]
			switch name {
			case "product":
				f.add(name, []string{x.Product.ID, x.Product.Ref()}[r.IntN(2)])
			case "component", "from", "to":
				end := talker
				if name == "to" || name == "component" && r.IntN(2) == 0 {
					end = x.To
				}
				if end.Service != "" && r.IntN(2) == 0 {
					f.add(name, end.Service)
				} else {
					f.add(name, end.ID)
				}
			case "transport":
				f.add(name, x.Transport)
			case "port":
				ports := x.Ports()
				for _, other := range x.OtherPorts() {
					ports = append(slices.Clone(ports), other.Ports...)
				}
				n := 1 + r.IntN(65535)
				if len(ports) > 0 {
					p := ports[r.IntN(len(ports))]
					n = p.From + r.IntN(p.To-p.From+1)
				}
				if r.IntN(3) == 0 {
					f.add(name, fmt.Sprintf("%d-%d", max(1, n-r.IntN(100)), min(65535, n+r.IntN(100))))
				} else {
					f.add(name, fmt.Sprint(n))
				}
			case "feature":
				features := x.Product.Features
				if len(features) == 0 {
					continue
				}
				of := features[r.IntN(len(features))]
				if named := x.When.Features(); len(named) > 0 && r.IntN(3) > 0 {
					of = x.Product.Feature(named[r.IntN(len(named))])
				}
				if values := of.Values(); r.IntN(2) == 0 {
					f.add(name, of.ID+"="+values[r.IntN(len(values))])
				} else {
					f.add(name, of.ID)
				}
			}
		}
	}
	return f
}

// TestExplorerFilters compares the explorer with portspec flows: random filters in the
// address show the same flows, and the exports are equal.
func TestExplorerFilters(t *testing.T) {
	c, _ := workspace(t)
	t.Setenv("PORTSPEC_CACHE", t.TempDir())
	e := explorerOf(t, ofRepository(t).dir, readers.View{})
	r := rand.New(rand.NewPCG(16, 1))
	some, none := 0, 0
	for i := range 40 {
		f := randomFilter(r, c)
		if i == 0 {
			f = filter{address: url.Values{}}
		}
		view := []string{"direction", "component", "listener"}[i%3]
		if view != "direction" {
			f.address.Set("view", view)
		}
		e.at(f.address)
		want := portspec(t, append([]string{"flows", "--format", "json"}, f.args...)...)
		got := e.exported("JSON")
		wantKeys, gotKeys := keysIn(t, want), keysIn(t, got)
		if len(wantKeys) > 0 {
			some++
		} else {
			none++
		}
		if view != "direction" { // another order
			slices.Sort(wantKeys)
			slices.Sort(gotKeys)
			if !slices.Equal(gotKeys, wantKeys) {
				t.Errorf("%v by %s: %q, want %q", f.args, view, gotKeys, wantKeys)
			}
			continue
		}
		if !slices.Equal(gotKeys, wantKeys) {
			t.Errorf("%v: %q, want %q", f.args, gotKeys, wantKeys)
			continue
		}
		var gotJSON, wantJSON any
		if err := json.Unmarshal([]byte(got), &gotJSON); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(want), &wantJSON); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(gotJSON, wantJSON) {
			t.Errorf("%v: JSON is\n%s\nwant\n%s", f.args, got, want)
		}
		if i > 9 { // each of these runs a command
			continue
		}
		for button, format := range map[string]string{"CSV": "csv", "Markdown": "markdown"} {
			want := portspec(t, append([]string{"flows", "--format", format}, f.args...)...)
			if got := e.exported(button); got != want {
				t.Errorf("%v: %s is\n%s\nwant\n%s", f.args, format, got, want)
			}
		}
	}
	if some < 20 || none > 15 {
		t.Errorf("%d filters find flows, %d none", some, none)
	}
}

// TestExplorerScenarios compares scenarios with portspec flows for the same features, and
// sites with what their hosts permit.
func TestExplorerScenarios(t *testing.T) {
	c, sites := workspace(t)
	t.Setenv("PORTSPEC_CACHE", t.TempDir())
	e := explorerOf(t, ofRepository(t).dir, readers.View{})
	seen := 0
	for _, p := range c.Products {
		settings := map[string]gen.Setting{"default": gen.Defaults(p)}
		for _, f := range p.Features {
			for _, v := range f.Values() {
				settings[f.ID+"="+v] = gen.Defaults(p).With(p, f.ID, v)
			}
		}
		for _, id := range slices.Sorted(maps.Keys(settings)) {
			e.at(url.Values{"scenario": {p.Called() + ":" + id}})
			got := e.keys()
			if len(got) == 0 { // no scenario: no flow depends on it, or it is the default
				continue
			}
			seen++
			args := []string{"flows", "--format", "json", "--product", p.ID}
			for f, values := range settings[id] {
				for _, v := range values {
					args = append(args, "--feature", f+"="+v)
				}
			}
			want := keysIn(t, portspec(t, args...))
			if !slices.Equal(got, want) {
				t.Errorf("%s %s: %q, want %q", p.ID, id, got, want)
			}
		}
	}
	if seen < 20 {
		t.Errorf("%d scenarios", seen)
	}
	for _, d := range sites {
		passes := make(map[string]bool)
		for _, p := range slices.Concat(d.Permits, d.Local) {
			passes[keyOf(p.Connection)] = true
		}
		e.at(url.Values{"site": {d.Site.ID}})
		got := e.keys()
		for _, key := range got {
			if !passes[key] {
				t.Errorf("site %s does not permit %s", d.Site.ID, key)
			}
		}
		if len(got) != len(passes) || len(got) == 0 {
			t.Errorf("site %s: %d flows, want %d", d.Site.ID, len(got), len(passes))
		}
	}
}

// TestExplorerWords compares the search with one that scans each flow: words in any order and
// anywhere, and numbers in ranges.
func TestExplorerWords(t *testing.T) {
	c, _ := workspace(t)
	e := explorerOf(t, ofRepository(t).dir, readers.View{})
	texts := make(map[string]string)
	var words []string
	for _, p := range c.Products {
		for _, x := range p.Connections() {
			all := append([]string{p.Name, p.Version, x.To.Name, x.Listener.Purpose}, rows.FlowMarkdown(x)...)
			all = append(all, x.Listener.ID, x.To.Service, x.Listener.App, x.Flow.Note, strings.Join(x.To.At.All(), " "))
			for _, talker := range x.From {
				all = append(all, talker.Name)
			}
			texts[keyOf(x)] = strings.ToLower(strings.Join(all, "\n"))
			words = append(words, strings.Fields(texts[keyOf(x)])...)
		}
	}
	r := rand.New(rand.NewPCG(16, 2))
	queries := []string{"ums 8443", "8443 UMS", "  device   gateway ", "nothing-has-this", "ä", "(", "50000", "__proto__"}
	for range 40 {
		var some []string
		for range 1 + r.IntN(3) {
			w := words[r.IntN(len(words))]
			some = append(some, w[:1+r.IntN(len(w))])
		}
		queries = append(queries, strings.ToValidUTF8(strings.Join(some, " "), ""))
	}
	found := 0
	for _, q := range queries {
		e.at(url.Values{"q": {q}})
		var want []string
		for _, p := range c.Products {
			for _, x := range p.Connections() {
				if !slices.ContainsFunc(strings.Fields(strings.ToLower(q)), func(w string) bool { return !contains(texts[keyOf(x)], w, x.Ports()) }) {
					want = append(want, keyOf(x))
				}
			}
		}
		if got := e.keys(); !slices.Equal(got, append([]string{}, want...)) {
			t.Errorf("%q: %q, want %q", q, got, want)
		}
		if len(want) > 0 && len(want) < len(texts) {
			found++
		}
	}
	if found < 20 {
		t.Errorf("%d of %d queries find some flows only", found, len(queries))
	}
}

func contains(text, word string, ports []model.PortRange) bool {
	var n int
	if _, err := fmt.Sscanf(word, "%d", &n); err == nil && fmt.Sprint(n) == word {
		if slices.ContainsFunc(ports, func(r model.PortRange) bool { return r.From <= n && n <= r.To }) {
			return true
		}
	}
	return strings.Contains(text, word)
}
