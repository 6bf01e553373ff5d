package html_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/html"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
	"github.com/portspec/portspec/internal/sample"
	"github.com/portspec/portspec/internal/serve"
)

// kinds has a page of each kind.
var kinds = []string{
	"index.html", "ports.html", "contradictions.html", "guide.html", "products/igel-ums/index.html", "products/igel-ums/component-ha-load-balancer.html",
	"products/igel-ums/scenario-database.html", "products/igel-ums/flows.html", "products/igel-ums/rules.html", "products/igel-ums/errata.html",
	"products/igel-ums/sources.html", "services/active-directory.html", "sites/campus/index.html", "sites/campus/zones.html", "sites/ha/host-ums1.html",
	"sites/ha/firewall-request.html",
}

// TestBrowser opens a page of each kind, light, dark, on a phone and in print: axe finds no
// faults, none scrolls sideways, and nothing is loaded from elsewhere. The kinds have one style
// sheet, so a sample has axe look at all of them in one view, and at some in the others.
// With PORTSPEC_PICTURES, it writes pictures of the pages to that folder.
func TestBrowser(t *testing.T) {
	dir := ofRepository(t).dir
	pictures := os.Getenv("PORTSPEC_PICTURES")
	all := kinds
	if sample.Thorough() {
		all = append(slices.Clone(kinds), "products/igel-ums/component-ums-server.html") // axe takes longest for it
	}
	for n, v := range []struct {
		name string
		readers.View
	}{
		{"light", readers.View{}}, {"dark", readers.View{Dark: true}}, {"phone", readers.View{Width: 390, Height: 844}}, {"without scripts", readers.View{NoScripts: true}},
	} {
		t.Run(v.name, func(t *testing.T) {
			p := readers.Open(t, v.View)
			for i, kind := range all {
				some := n == 0 || i%5 == n || sample.Thorough()
				if !some && v.Width == 0 && pictures == "" {
					continue
				}
				p.Go(dir, kind, "")
				if pictures != "" {
					p.Screenshot(filepath.Join(pictures, v.name+"-"+strings.ReplaceAll(strings.TrimSuffix(kind, ".html"), "/", "-")+".png"), true)
				}
				if v.NoScripts {
					continue // scripts cannot inspect it
				}
				if some {
					p.Accessible(v.name + " " + kind)
				}
				var wide bool
				if p.Eval("document.documentElement.scrollWidth > document.documentElement.clientWidth", &wide); wide {
					t.Errorf("%s scrolls sideways", kind)
				}
			}
			p.Check()
		})
	}
	p := readers.Open(t, readers.View{})
	for _, kind := range kinds[sample.Size(5, 4):6] {
		p.Go(dir, kind, "")
		p.Print(true)
		p.Accessible("print " + kind)
		if pictures != "" {
			p.PDF(filepath.Join(pictures, strings.ReplaceAll(strings.TrimSuffix(kind, ".html"), "/", "-")+".pdf"))
		}
		p.Print(false)
	}
	p.Go(dir, kinds[5], "")
	p.Eval(`document.querySelectorAll("details").forEach((d) => d.open = true)`, nil)
	if sample.Thorough() {
		p.Accessible("errata beside rows")
	}
	p.Eval(`document.documentElement.dataset.theme = "dark"`, nil)
	p.Accessible("errata beside rows, dark by choice")
}

// TestTrustedTypes parses text as HTML in each kind of page, as a faulty script could: the
// policy of the page makes the browser refuse.
func TestTrustedTypes(t *testing.T) {
	p := readers.Open(t, readers.View{})
	dir := ofRepository(t).dir
	for _, page := range []string{"index.html", "explorer.html"} {
		p.Go(dir, page, "")
		var refused string
		p.Eval(`(() => { try { document.createElement("p").innerHTML = "<b>x</b>"; return ""; } catch (e) { return e.message; } })()`, &refused)
		if !strings.Contains(refused, "TrustedHTML") {
			t.Errorf("%s lets a script parse text as HTML: %q", page, refused)
		}
	}
	for _, fault := range p.Faults() {
		if !strings.Contains(fault, "TrustedHTML") {
			t.Error(fault)
		}
	}
}

// TestKeyboard uses a page by keyboard alone: the first link skips the navigation.
func TestKeyboard(t *testing.T) {
	p := readers.Open(t, readers.View{})
	p.Go(ofRepository(t).dir, "products/igel-ums/index.html", "")
	p.Press("Tab", "Enter", "Tab")
	var inside bool
	if p.Eval(`document.activeElement.closest("main") !== null`, &inside); !inside {
		t.Error("the first link does not lead to the content")
	}
}

// TestHostilePages shows a spec in which each text contains the syntax of each target: all
// of it remains text.
func TestHostilePages(t *testing.T) {
	r, err := load.Workspace(t.Context(), filepath.Join("..", "..", "testdata", "hostile"))
	if err != nil {
		t.Fatal(err)
	}
	dir := siteOf(t, r.Catalog, nil)
	p := readers.Open(t, readers.View{})
	pages, err := filepath.Glob(filepath.Join(dir, "products", "*", "*.html"))
	if err != nil || len(pages) < 6 {
		t.Fatal(pages, err)
	}
	for i, page := range append(pages, filepath.Join(dir, "index.html"), filepath.Join(dir, "ports.html"), filepath.Join(dir, "contradictions.html")) {
		name, err := filepath.Rel(dir, page)
		if err != nil {
			t.Fatal(err)
		}
		p.Go(dir, filepath.ToSlash(name), "")
		var made struct{ Scripts, Inline, Text int }
		p.Eval(`({
			Scripts: document.scripts.length,
			Inline: [...document.querySelectorAll("*")].filter((e) => [...e.attributes].some((a) => a.name.startsWith("on") || a.name === "style")).length,
			Text: document.body.textContent.split("<script>alert(1)</script>").length,
		})`, &made)
		if made.Scripts != 1 || made.Inline > 0 || made.Text < 2 {
			t.Errorf("%s: %+v", name, made)
		}
		if i%3 == 0 || sample.Thorough() { // their templates are those of other pages
			p.Accessible(name)
		}
	}
	p.Check()
}

// TestLongWords shows names without a place to break: cards and tables keep their other
// columns in view, on a phone as well.
func TestLongWords(t *testing.T) {
	long := strings.Repeat("W", 120)
	listeners := []*model.Listener{{ID: "api", Purpose: long, Transports: []string{"tcp"}, Bind: "any", PortStatement: model.PortStatement{Ports: []model.PortRange{{From: 7443, To: 7443}}}}}
	c := &model.Catalog{Products: []*model.Product{{
		ID: "odd", Name: long, Vendor: long, Version: "1", Description: long,
		Components: []*model.Component{{ID: "agent", Name: long, Kind: model.Software}, {ID: "server", Name: "Server", Kind: model.Software, Listeners: listeners}},
		Flows:      []*model.Flow{{ID: "report", Purpose: long, From: []string{"agent"}, To: []model.Target{{Component: "server", Listeners: []string{"api"}}}, Scope: "network", Delivery: "unicast"}},
	}}}
	dir := siteOf(t, c, nil)
	for _, v := range []readers.View{{}, {Width: 390, Height: 844}} {
		p := readers.Open(t, v)
		for _, page := range []string{"index.html", "products/odd/index.html", "products/odd/component-server.html", "products/odd/flows.html"} {
			p.Go(dir, page, "")
			var wide []string
			p.Eval(`[document.documentElement, ...document.querySelectorAll(".scroll, .card, .card li")]
				.filter((e) => e.scrollWidth > e.clientWidth + 1 && !e.querySelector(".matrix")).map((e) => e.className || e.tagName)`, &wide)
			if len(wide) > 0 {
				t.Errorf("%s, %d pixels wide: too much for %q", page, v.Width, wide)
			}
		}
		p.Check()
	}
}

// TestReload tests that a page is reloaded when the site changes, and that findings are
// shown.
func TestReload(t *testing.T) {
	c, _ := workspace(t)
	made := func(name string) map[string][]byte {
		c.Products[0].Description = name
		files, _ := gen.All(c, html.New(c, nil, html.Options{Served: true}), nil)
		all := make(map[string][]byte)
		for _, f := range files {
			all[f.Path] = f.Data
		}
		return all
	}
	s := serve.New(nil)
	s.Keep("beacon.cue:12:1: error PS2001")
	// A page is loaded when it waits for changes.
	waiting := make(chan struct{}, 10)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == serve.Events {
			waiting <- struct{}{}
		}
		s.ServeHTTP(w, r)
	})}
	t.Cleanup(func() { _ = server.Close() })
	go func() { _ = server.Serve(l) }()

	home := fmt.Sprintf("http://%s/", l.Addr())
	p := readers.Open(t, readers.View{})
	p.Visit(home, home+"products/igel-ums/")
	await := func(what, condition string) {
		t.Helper()
		var ok bool
		p.Eval(fmt.Sprintf(`new Promise((done) => { const end = Date.now() + 20000; const look = () => %s ? done(true) : Date.now() > end ? done(false) : setTimeout(look, 20); look(); })`, condition), &ok)
		if !ok {
			t.Errorf("no %s", what)
		}
	}
	await("findings without a page", `document.body.textContent.includes("PS2001")`)
	s.Replace(made("before"))
	<-waiting
	for _, fault := range p.Faults() {
		if !strings.Contains(fault, "404 (Not Found)") { // of the page that did not exist yet
			t.Error(fault)
		}
	}
	await("page", `document.querySelector("main p").textContent === "before"`)
	s.Keep("beacon.cue:12:1: error <b>PS2001</b>")
	await("findings", `document.querySelector("[role=alert]")?.textContent.includes("error <b>PS2001</b>")`)
	p.Accessible("with findings")
	s.Replace(made("after"))
	<-waiting // the reloaded page
	await("new page", `document.querySelector("main p").textContent === "after" && document.querySelector("[role=alert]") === null`)
	p.Visit("about:", "about:blank") // to close its connection
}
