package markdown

import (
	"regexp"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// Whatever the names of products, releases, components and features, no two pages have the
// same file name, even if case is ignored, nor the same address after a generator has
// published them. Paths are short enough for Windows.
func TestNamesDoNotClash(t *testing.T) {
	ids := []string{"index", "readme", "components", "flows", "features", "flows-2", "sharing", "a", "a-2", "1", "2", "release", "inbound-2", "same-host"}
	long := strings.Repeat("long-id-", 12)
	ids = append(ids, long+"a", long+"b")
	c := &model.Catalog{}
	for _, id := range ids {
		for _, version := range []string{"1", "2", "Flows", "flows", "upgrade", "1-upgrade", long + "1"} {
			p := &model.Product{ID: id, Name: id, Vendor: "V", Version: version, Suppress: []*model.Suppression{{ID: "x", Code: "PS3005"}}}
			if n := len(c.Products); n > 0 && c.Products[n-1].ID == id {
				p.After = c.Products[n-1].Version
			}
			for _, id := range ids {
				p.Components = append(p.Components, &model.Component{ID: id, Name: "Same", Listeners: []*model.Listener{listener(id, port(1), "tcp")}})
				p.Features = append(p.Features, &model.Feature{ID: id, Name: "Same", Default: "a", Choices: []model.Choice{{ID: "a", Name: "Same"}, {ID: "a-2", Name: "Same"}}})
				p.Flows = append(p.Flows, flow(id, id, id, "a"))
			}
			c.Products = append(c.Products, p)
		}
		c.Services = append(c.Services, &model.Service{ID: id, Name: "Same"})
	}
	c.Order()
	for _, name := range Flavors() {
		seen, published := make(map[string]string), make(map[string]string)
		upgrade := func(_, _ *model.Product, _ func(string) string) string { return "- more\n" }
		files, _ := gen.All(c, Options{Flavor: name}.New(c, Sources{Upgrade: upgrade}), func(gen.Step) *gen.Diagrams { return nil })
		for _, f := range files {
			folded := strings.ToLower(f.Path)
			if other, clash := seen[folded]; clash {
				t.Errorf("%s: %s and %s are the same file", name, other, f.Path)
			}
			seen[folded] = f.Path
			if at := addressIn(name, f.Path); isPage(f.Path) {
				if other, clash := published[at]; clash {
					t.Errorf("%s: %s and %s have the address %s", name, other, f.Path, at)
				}
				published[at] = f.Path
			}
			if len(f.Path) > 180 {
				t.Errorf("%s: %d characters in %s", name, len(f.Path), f.Path)
			}
		}
		switch name {
		case "github":
			deadLinks(t, pagesOf(files), nil)
		case "starlight": // whose links are addresses
			for _, f := range files {
				for _, link := range starlightLinks.FindAllSubmatch(f.Data, -1) {
					if to := strings.TrimSuffix(string(link[1]), "/"); published[to] == "" {
						t.Errorf("%s: no page has the address %s", f.Path, to)
					}
				}
			}
		}
	}
}

// starlightLinks are links to pages.
var starlightLinks = regexp.MustCompile(`\]\((/[^)#]*)`)

// addressIn returns the address at which a generator publishes a page.
func addressIn(flavor, page string) string {
	at := strings.ToLower(strings.TrimSuffix(page, ".md"))
	if flavor == "github" || flavor == "sphinx" {
		return at
	}
	at = strings.TrimSuffix(strings.TrimSuffix("/"+at, "/index"), "/_index")
	if flavor == "starlight" { // github-slugger drops most punctuation, and Starlight another index
		at = strings.TrimSuffix(strings.ReplaceAll(at, ".", ""), "/index")
	}
	return at
}
