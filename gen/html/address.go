package html

import (
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// An address is where a link leads: the path of a page below the site's root and, behind a #,
// an anchor there.
type address string

// The pages about the whole catalogue.
const (
	homePage     address = "index.html"
	portsPage    address = "ports.html"
	explorerPage address = "explorer.html"
	conflictPage address = "contradictions.html"
	guidePage    address = "guide.html"
)

// Paths are patterns of all files of the site.
func Paths() []string {
	return []string{"*.html", "assets/*.css", "assets/*.js", "assets/*.svg", "products/*/*.html", "products/*/*/*.html", "services/*.html", "sites/*/*.html"}
}

// productFolder has the pages of a product: those of an older release are below the folder of
// the newest one's name.
func productFolder(p *model.Product) string {
	folder := "products/" + gen.FileName(p.ID)
	if p.Older != "" {
		folder += "/" + gen.FileName(p.Older)
	}
	return folder + "/"
}

// The pages of a product, below its folder.
const (
	overviewName = "index.html"
	flowsName    = "flows.html"
	rulesName    = "rules.html"
	errataName   = "errata.html"
	sourcesName  = "sources.html"
	openedName   = "open.html" // if there is too much for the first page
)

func componentName(id string) string { return "component-" + gen.FileName(id) + ".html" }

func scenarioName(feature string) string { return "scenario-" + gen.FileName(feature) + ".html" }

// upgradeName is the page of what changes from an older release.
func upgradeName(old *model.Product) string {
	return "upgrade-from-" + gen.FileName(old.Older) + ".html"
}

func servicePage(id string) address { return address("services/" + gen.FileName(id) + ".html") }

func siteFolder(id string) string { return "sites/" + gen.FileName(id) + "/" }

// anchor is the name of a place on a page. The parts are joined by two hyphens, which no id
// has, so that no two anchors are the same.
func anchor(kind string, parts ...string) string {
	for i, part := range parts {
		parts[i] = gen.FileName(part)
	}
	return kind + "-" + strings.Join(parts, "--")
}

// at is a place on a page.
func (a address) at(anchor string) address { return a + "#" + address(anchor) }

// href is an address as a page links to it.
func (p *page) href(to address) string {
	if below, ok := strings.CutPrefix(string(to), p.path+"#"); ok {
		return "#" + below
	}
	return p.root() + string(to)
}

// root is the way from a page to the root of the site.
func (p *page) root() string { return strings.Repeat("../", strings.Count(p.path, "/")) }
