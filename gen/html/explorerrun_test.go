package html_test

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/rows"
	"github.com/portspec/portspec/internal/cache"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/readers"
	"github.com/portspec/portspec/internal/resolve"
)

// TestExplorerRun chooses components and features at random. The list must be what the site
// that the page writes permits, and portspec vet must find no fault in that site.
func TestExplorerRun(t *testing.T) {
	c, _ := workspace(t)
	t.Setenv("PORTSPEC_CACHE", t.TempDir())
	e := explorerOf(t, ofRepository(t).dir, readers.View{})
	t.Chdir(t.TempDir()) // outside of any workspace
	r := rand.New(rand.NewPCG(16, 3))
	loader := load.Loader{Cache: cache.Open(t.TempDir(), cache.Limit, nil)} // of the products, which do not change
	most := 0
	for range 20 {
		chosen := url.Values{}
		for range 1 + r.IntN(8) {
			p := c.Products[r.IntN(len(c.Products))]
			chosen.Add("run", p.Called()+"/"+p.Components[r.IntN(len(p.Components))].ID)
			if len(p.Features) > 0 {
				f := p.Features[r.IntN(len(p.Features))]
				values := f.Values()
				chosen.Add("set", p.Called()+":"+f.ID+"="+values[r.IntN(len(values))])
			}
		}
		e.at(chosen)
		listed := e.exported("JSON")
		var any []string
		e.Eval(`[...document.querySelectorAll(".components input:checked:not(:disabled)")].map((i) => i.value)`, &any)
		if len(any) == 0 { // all of them are services, or do not exist with these features
			if got := keysIn(t, listed); len(got) > 0 {
				t.Errorf("%v: nothing runs, but %q is listed", chosen, got)
			}
			continue
		}
		file := e.exported("site")
		if err := os.WriteFile("my-site.yaml", []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("portspec.yaml", []byte("version: 1\nsites: [my-site.yaml]\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		portspec(t, "vet")
		var flows []rows.Flow
		if err := json.Unmarshal([]byte(listed), &flows); err != nil {
			t.Fatal(err)
		}
		var got []string
		for i, key := range keysIn(t, listed) {
			// The site has one host for each component, so nodes have no peers.
			if flows[i].Scope == "network" && flows[i].NoRule == "" && !slices.Equal(flows[i].From, []string{flows[i].To}) {
				got = append(got, key)
			}
		}
		permitted := make(map[string]bool)
		loader.Sites = []load.SiteFile{{Name: "my-site.yaml", Data: []byte(file)}}
		r, err := loader.Embedded(t.Context())
		if err != nil || len(r.Sites) != 1 {
			t.Fatal(err, r.Findings)
		}
		d, _ := resolve.Site(r.Available, r.Sites[0])
		for _, p := range d.Permits {
			permitted[keyOf(p.Connection)] = true
		}
		want := slices.Sorted(maps.Keys(permitted))
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%v: listed %q, but the site permits %q\n%s", chosen, got, want, file)
		}
		most = max(most, len(want))
	}
	if most < 15 {
		t.Errorf("at most %d flows are permitted", most)
	}
}

// odd is a workspace with a product without features, whose ids are not strings in YAML or
// not valid as ids of hosts.
const odd = `package odd

import "github.com/portspec/portspec/schema"

product: schema.#Product & {
	id: "true", name: "Odd", vendor: "Example", version: "1", description: "Ids that mean something else elsewhere."
	sources: page: {title: "Page", tables: ports: {title: "Ports", rows: {"1": "7443"}}}
	let ids = ["null", "1e3", "con", "LONG"]
	components: {
		for id in ids {(id): name: id}
		server: {name: "Server", listeners: web: {purpose: "x", transports: ["tcp"], port: 7443, cite: ["true/ports/1"]}}
	}
	flows: use: {from: ids, to: server: ["web"], purpose: "x", cite: ["true/ports/1"]}
}
`

// TestExplorerOddSite tests that portspec vet accepts the site that the page writes for it.
func TestExplorerOddSite(t *testing.T) {
	t.Setenv("PORTSPEC_CACHE", t.TempDir())
	t.Chdir(t.TempDir())
	long := strings.Repeat("long", 40)
	if err := writeAll(".", []gen.File{
		{Path: "cue.mod/module.cue", Data: []byte("module: \"example.com/odd\"\nlanguage: version: \"v0.16.0\"\n")},
		{Path: "odd/odd.cue", Data: []byte(strings.ReplaceAll(odd, "LONG", long))},
	}); err != nil {
		t.Fatal(err)
	}
	portspec(t, "generate", "html", "--out", "public")
	dir, err := filepath.Abs("public/html")
	if err != nil {
		t.Fatal(err)
	}
	e := explorerOf(t, dir, readers.View{})
	run := url.Values{}
	for _, id := range []string{"null", "1e3", "con", long, "server"} {
		run.Add("run", "true/"+id)
	}
	e.at(run)
	file := e.exported("site")
	if n := strings.Count(file, "runs: ["); n != 5 {
		t.Errorf("%d hosts in\n%s", n, file)
	}
	if err := os.WriteFile("site.yaml", []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	portspec(t, "vet", "--site", "site.yaml")
}
