package html

import (
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/request"
	"github.com/portspec/portspec/internal/model"
)

// An address is the destination of a link: the path of a page below the site's root and,
// after a #, an anchor.
type address string

// The pages about the whole catalogue.
const (
	homePage     address = "index.html"
	portsPage    address = "ports.html"
	explorerPage address = "explorer.html"
	conflictPage address = "contradictions.html"
	guidePage    address = "guide.html"
)

// Paths returns patterns of all files of the site.
func Paths() []string {
	all := []string{"*.html", "assets/*.css", "assets/*.js", "assets/*.svg", "products/*/*.html", "products/*/*/*.html", "services/*.html", "sites/*/*.html"}
	for _, name := range request.FileNames() {
		all = append(all, "sites/*/"+name)
	}
	return all
}

// productFolder returns the folder with the pages of a product. That of an older release is
// inside that of the newest.
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

// upgradeName returns the name of the page of changes from an older release.
func upgradeName(old *model.Product) string {
	return "upgrade-from-" + gen.FileName(old.Older) + ".html"
}

func servicePage(id string) address { return address("services/" + gen.FileName(id) + ".html") }

func siteFolder(id string) string { return "sites/" + gen.FileName(id) + "/" }

// anchor returns the name of a place on a page. Two hyphens, which no id contains, join the
// parts, so no two anchors are the same.
func anchor(kind string, parts ...string) string {
	for i, part := range parts {
		parts[i] = gen.FileName(part)
	}
	return kind + "-" + strings.Join(parts, "--")
}

// at returns the address of a place on a page.
func (a address) at(anchor string) address { return a + "#" + address(anchor) }

// href returns an address relative to the page.
func (p *page) href(to address) string {
	if below, ok := strings.CutPrefix(string(to), p.path+"#"); ok {
		return "#" + below
	}
	return p.root() + string(to)
}

// root returns the relative path from a page to the root of the site.
func (p *page) root() string { return strings.Repeat("../", strings.Count(p.path, "/")) }
