// Package targets generates outputs: [All] is the table of targets, a [Job] is what one of
// them makes in a run, and [Make] makes the files of jobs, product by product.
package targets

import (
	"path"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/changes"
	"github.com/portspec/portspec/gen/html"
	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/gen/markdown/inline"
	"github.com/portspec/portspec/gen/mermaid"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/resolve"
)

// A Target is a kind of output, written to a folder with its name.
type Target struct {
	Name    string
	Summary string
	// products returns what makes the files of products; nil if the target does not support
	// products. Findings are about what the target cannot express.
	products func(*model.Shelf) gen.Making
	// site makes the files of a resolved site; nil if the target does not support sites.
	// Files are below sites/ and the id of the site, except for those that all sites share.
	site func(*model.Deployment) ([]gen.File, diag.List)
	// beside is used instead of site by a target whose files about sites refer to those about
	// products, if these are made as well. The catalogue has their identities, or is nil.
	beside func(*model.Deployment, *model.Catalog) ([]gen.File, diag.List)
	// firewall is used instead of site by a target that writes the rules of firewalls.
	firewall *firewall
	settings policy.Settings // of firewall
	// whole is used instead of products and site by a target whose files are about all
	// products and sites together. The shelf is empty if only sites are named.
	whole func(*model.Shelf, []*model.Deployment) gen.Making
	// named means that the target is generated only if it is named.
	named bool
	// files are the paths of files that the target can generate, as patterns for [path.Match].
	// Single Go files are not among them; their seal shows that portspec wrote them.
	files []string
	// codes is the prefix of codes for what it cannot express; "" if there are none.
	codes string
}

// WithMarkdown returns the targets, with markdown using the options.
func WithMarkdown(chosen []Target, o markdown.Options) []Target {
	chosen = slices.Clone(chosen)
	for i := range chosen {
		if chosen[i].Name == "markdown" {
			chosen[i].products, chosen[i].beside = pages(o), sitePages(o)
		}
	}
	return chosen
}

// of is for targets that need only the catalogue.
func of(make func(*model.Catalog) gen.Making) func(*model.Shelf) gen.Making {
	return func(s *model.Shelf) gen.Making { return make(s.Catalog) }
}

// pages makes the Markdown pages, with a page of components that cannot share a host.
func pages(o markdown.Options) func(*model.Shelf) gen.Making {
	return func(products *model.Shelf) gen.Making {
		s := newSharing(products)
		s.Making = o.New(products.Catalog, markdown.Sources{Upgrade: upgrade(products.Catalog), Sharing: s.find})
		return s
	}
}

// site makes the HTML pages of a catalogue and its sites.
func site(products *model.Shelf, sites []*model.Deployment) gen.Making {
	return pagesOf(products, sites, html.Options{})
}

func pagesOf(products *model.Shelf, sites []*model.Deployment, o html.Options) gen.Making {
	s := newSharing(products)
	notes := upgrade(products.Catalog)
	o.Upgrade = func(old, new *model.Product) string { return notes(old, new, inline.Escape) }
	o.Sharing = s.find
	s.Making = html.New(products.Catalog, sites, o)
	return s
}

// Served returns the HTML pages as portspec serve serves them.
func Served() Target {
	return Target{Name: "html", whole: func(products *model.Shelf, sites []*model.Deployment) gen.Making {
		return pagesOf(products, sites, html.Options{Served: true})
	}}
}

// upgrade returns a function that describes the changes between two releases as Markdown, in
// which text encodes the texts of specs.
func upgrade(c *model.Catalog) func(old, new *model.Product, text func(string) string) string {
	return func(old, new *model.Product, text func(string) string) string {
		return changes.Upgrade(diff.CompareProducts(c, old, new), text)
	}
}

// A sharing makes pages that tell which components cannot share a host.
type sharing struct {
	gen.Making
	products *model.Shelf
	apart    *resolve.Apart
	newest   []int // numbers of the newest releases; two releases of a product are not compared
	at       map[int]int
	err      error // why components could not be compared
}

func newSharing(products *model.Shelf) *sharing {
	s := &sharing{products: products, at: make(map[int]int)}
	all := products.Catalog.Products
	for i, p := range all {
		if i == 0 || all[i-1].ID != p.ID {
			s.at[i] = len(s.newest)
			s.newest = append(s.newest, i)
		}
	}
	s.apart = resolve.NewApart(products.Catalog.Services, len(s.newest), mostPairs)
	return s
}

// Product implements [gen.Making].
func (s *sharing) Product(of gen.Step) ([]gen.File, diag.List) {
	if n, ok := s.at[of.Number]; ok {
		s.apart.Add(n, of.Product)
	}
	return s.Making.Product(of)
}

// find returns the components that cannot share a host.
func (s *sharing) find() (pairs []*model.Pair, crowds []*model.Crowd) {
	apart := s.apart
	s.apart = nil // it is large, and is not needed while pages are made
	pairs, crowds, s.err = apart.Find(func(n int) (*model.Product, error) { return s.products.Read(s.newest[n]) })
	return pairs, crowds
}

// mostPairs is the greatest number of pairs of components of different products that a page
// lists. More would be unreadable, and their number grows with the square.
const mostPairs = 2000

// sitePages makes the pages of a site with its diagram in them.
func sitePages(o markdown.Options) func(*model.Deployment, *model.Catalog) ([]gen.File, diag.List) {
	return func(d *model.Deployment, c *model.Catalog) ([]gen.File, diag.List) {
		return o.GenerateSite(d, c, mermaid.Site)
	}
}

// Names returns the names of all targets.
func Names() []string { return NamesOf(All) }

// NamesOf returns the names of targets.
func NamesOf(targets []Target) []string {
	names := make([]string, len(All))
	for i, t := range targets {
		names[i] = t.Name
	}
	return names
}

// Makes reports whether one of the targets can make a file, by its path in an
// output folder: in the folder of the target's name or, with anywhere, in any.
func Makes(name string, anywhere bool) bool {
	return slices.ContainsFunc(All, func(t Target) bool {
		if !anywhere {
			below, ok := strings.CutPrefix(name, t.Name+"/")
			return ok && t.matches(below)
		}
		for below := name; ; {
			if t.matches(below) {
				return true
			}
			var more bool
			if _, below, more = strings.Cut(below, "/"); !more {
				return false
			}
		}
	})
}

// ofSites reports whether the target makes files for each site.
func (t Target) ofSites() bool { return t.site != nil || t.firewall != nil || t.beside != nil }

// matches reports whether the target can make a file, by its path in the target's
// folder.
func (t Target) matches(name string) bool {
	return slices.ContainsFunc(t.files, func(pattern string) bool {
		ok, _ := path.Match(pattern, name) // the patterns are valid: a test uses each
		return ok
	})
}
