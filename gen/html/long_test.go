package html

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
)

// manyRows is the number of rows of the tables in the tests.
const manyRows = 5000

// large returns a catalogue with a product without flows, and one with thousands of flows.
func large() *model.Catalog {
	bare := &model.Product{ID: "bare", Name: "Bare", Vendor: "V", Version: "1", Description: "Nothing."}
	full := &model.Product{ID: "full", Name: "Full", Vendor: "V", Version: "1", Description: "Much.", Components: []*model.Component{{ID: "a", Name: "A", Kind: model.Software}, {ID: "b", Name: "B", Kind: model.Software}}}
	for i := range manyRows {
		id := fmt.Sprint("x", i)
		full.Components[1].Listeners = append(full.Components[1].Listeners, &model.Listener{ID: id, Purpose: id, Transports: []string{"tcp"}, Bind: "any", PortStatement: model.PortStatement{Ports: []model.PortRange{{From: i + 1, To: i + 1}}}})
		full.Flows = append(full.Flows, &model.Flow{ID: id, Purpose: id, From: []string{"a"}, To: []model.Target{{Component: "b", Listeners: []string{id}}}, Scope: "network", Delivery: "unicast"})
	}
	return &model.Catalog{Products: []*model.Product{bare, full}}
}

// crowded returns a site with manyRows hosts, no two of which are alike.
func crowded() *model.Deployment {
	d := &model.Deployment{Site: &model.Site{ID: "crowded"}}
	for i := range manyRows {
		h := &model.Host{ID: fmt.Sprint("h", i), Count: 1, OS: "linux", Addresses: []string{fmt.Sprintf("10.0.%d.%d", i/250, i%250)}}
		d.Hosts = append(d.Hosts, &model.Deployed{Host: h, NetZone: fmt.Sprint("z", i)})
	}
	return d
}

// TestSizes has products with no flows and with thousands, and a site with thousands of hosts:
// the first page of each is short, and everything can be reached from it.
func TestSizes(t *testing.T) {
	files := world{catalog: large(), sites: []*model.Deployment{crowded()}}.made(t)
	for path, data := range files {
		if strings.HasSuffix(path, ".html") && !strings.HasPrefix(path, "sites/crowded/host-") {
			parse(t, path, data)
		}
		if most := map[bool]int{true: 100_000, false: 2 << 20}[strings.HasSuffix(path, "/index.html")]; len(data) > most {
			t.Errorf("%s has %d bytes", path, len(data))
		}
	}
	if !bytes.Contains(files["products/bare/index.html"], []byte("Nothing has to be opened between hosts.")) {
		t.Error("the page of a product without flows does not say so")
	}
	for path, want := range map[string]string{
		"products/full/index.html": `<a href="../../products/full/open.html">All 5000 connections</a>`,
		"sites/crowded/index.html": `<a href="../../sites/crowded/hosts.html">5000 hosts</a>`,
	} {
		if !bytes.Contains(files[path], []byte(want)) {
			t.Errorf("%s does not have %s", path, want)
		}
	}
	for path, row := range map[string]string{
		"products/full/open.html": "<tr>", "products/full/flows.html": `<tr id="flow-`, "products/full/component-b.html": `<tr id="listener-`, "sites/crowded/hosts.html": `<tr id="host-`,
	} {
		if n := bytes.Count(files[path], []byte(row)); n < manyRows {
			t.Errorf("%s has %d rows", path, n)
		}
	}
}

// TestLongTable tests that only the visible part of a long table is laid out, and that links
// to its rows and parts work.
func TestLongTable(t *testing.T) {
	dir := t.TempDir()
	c := large()
	files, _ := gen.All(c, New(c, nil, Options{}), nil)
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := readers.Open(t, readers.View{})
	const page, far = "products/full/flows.html", "#flow-x4321"
	laidOut := func(what string, want bool) {
		t.Helper()
		var is, inView bool
		p.Eval(`document.querySelector("`+far+`").checkVisibility({ contentVisibilityAuto: true })`, &is)
		p.Eval(`(() => { const r = document.querySelector("`+far+`").getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight; })()`, &inView)
		if is != want || inView != want {
			t.Errorf("%s: the row is laid out: %v, in view: %v, want %v", what, is, inView, want)
		}
	}
	p.Go(dir, page, "")
	laidOut("at the top", false)
	p.Eval(`document.querySelector("nav[aria-label^=Rows] a:nth-of-type(44)").click()`, nil)
	var first string
	p.Eval(`new Promise((done) => setTimeout(() => done(document.querySelector(":target tbody tr").id)))`, &first)
	if first != "flow-x4300" {
		t.Errorf("the 44th part begins with %s", first)
	}
	p.Visit("about:", "about:blank")
	p.Go(dir, page, far)
	p.Eval(`new Promise((done) => requestAnimationFrame(() => setTimeout(done)))`, nil)
	laidOut("at the link", true)
}
