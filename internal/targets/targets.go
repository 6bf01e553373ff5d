// Package targets generates outputs: [All] is the table of targets, and [Generate] and
// [Listed] make the files of those that the user or a configuration names.
package targets

import (
	"path"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/ansible"
	"github.com/portspec/portspec/gen/changes"
	"github.com/portspec/portspec/gen/findings"
	"github.com/portspec/portspec/gen/golang"
	"github.com/portspec/portspec/gen/html"
	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/gen/mermaid"
	"github.com/portspec/portspec/gen/nftables"
	"github.com/portspec/portspec/gen/windows"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/resolve"
)

// A Target is a kind of output, written to a folder with its name.
type Target struct {
	Name    string
	Summary string
	// generate returns the files, and findings about what the target cannot express; nil if
	// the target does not support products.
	generate func(*model.Catalog) ([]gen.File, diag.List)
	// site is like generate, for a resolved site; nil if the target does not support sites.
	// Files are below sites/ and the id of the site, except for those that all sites share.
	site func(*model.Deployment) ([]gen.File, diag.List)
	// showing is used instead of generate if the target mermaid is generated too, whose
	// files it shows; nil if it shows none. drawn returns them, and may have to wait.
	showing func(c *model.Catalog, drawn func() []gen.File) ([]gen.File, diag.List)
	// whole is used instead of generate and site by a target whose files are about all
	// products and sites together. The catalogue is nil where only sites are wanted.
	whole func(*model.Catalog, []*model.Deployment) ([]gen.File, diag.List)
	// named means that the target is generated only if it is named, because it does not
	// depend on products.
	named bool
	// files are the paths that the target can generate, as patterns for [path.Match], except
	// for single Go files, whose seal shows that portspec wrote them.
	files []string
	// codes is the prefix of codes for what it cannot express; "" if there are none.
	codes string
}

// All lists all targets, sorted by name.
var All = []Target{
	{Name: "ansible", Summary: "variables and example playbooks for Ansible", generate: ansible.Generate, site: ansible.GenerateSite, codes: "PS43", files: []string{"examples/*.yml", "examples/tasks/*.yml", "examples/filter_plugins/*.py", "examples/inventory/*.yml", "vars/*.yml", "sites/*/inventory.yml", "sites/*/host_vars/*.yml", "sites/*/group_vars/*.yml"}},
	{Name: "findings", Summary: "a page for each code of a finding; only if named", generate: findings.Generate, named: true, files: []string{"PS[0-9][0-9][0-9][0-9].md", "index.md"}},
	{Name: "go", Summary: "Go constants and tables, a package a product", generate: golang.Generate, site: golang.GenerateSite, codes: "PS41", files: []string{"*.go", "*/*.go", "sites/*/*.go"}},
	{Name: "html", Summary: "a site of pages with an explorer, for any web server or none; only if named", whole: site, named: true, files: html.Paths()},
	{Name: "markdown", Summary: "documentation pages", generate: pages(markdown.Options{}), showing: pagesShowing(markdown.Options{}), site: sitePages(markdown.Options{}), files: markdown.Paths()},
	{Name: drawing, Summary: "diagrams", generate: mermaid.Generate, site: mermaid.GenerateSite, codes: "PS44", files: []string{"*.mmd", "*/*.mmd", "*/[0-9]*/*.mmd", "*/release*/*.mmd", "sites/*/*.mmd"}},
	{Name: "nftables", Summary: "rulesets for the Linux hosts of a site; only where it is named", site: rulesets, named: true, codes: "PS45", files: []string{"firewall.sh", "portspec-firewall.service", "sites/*/*.nft", "sites/*/*.flows.yml"}},
	{Name: "windows", Summary: "Windows Defender Firewall scripts for the Windows hosts of a site; only where it is named", site: scripts, named: true, codes: "PS45", files: []string{"sites/*/*.ps1"}},
}

// rulesets are those of nftables as no option changes them.
func rulesets(d *model.Deployment) ([]gen.File, diag.List) {
	return nftables.GenerateSite(d, nftables.Options{})
}

// scripts are those for Windows as no option changes them.
func scripts(d *model.Deployment) ([]gen.File, diag.List) {
	return windows.GenerateSite(d, windows.Options{})
}

// WithFirewall is targets of which those that write rules for hosts are made with
// options.
func WithFirewall(chosen []Target, o nftables.Options) []Target {
	chosen = slices.Clone(chosen)
	for i := range chosen {
		switch chosen[i].Name {
		case "nftables":
			chosen[i].site = func(d *model.Deployment) ([]gen.File, diag.List) { return nftables.GenerateSite(d, o) }
		case "windows":
			chosen[i].site = func(d *model.Deployment) ([]gen.File, diag.List) {
				return windows.GenerateSite(d, windows.Options{Options: o.Options, Partial: o.Partial})
			}
		}
	}
	return chosen
}

// WithMarkdown is targets of which markdown is generated with options.
func WithMarkdown(chosen []Target, o markdown.Options) []Target {
	chosen = slices.Clone(chosen)
	for i := range chosen {
		if chosen[i].Name == "markdown" {
			chosen[i].generate, chosen[i].showing, chosen[i].site = pages(o), pagesShowing(o), sitePages(o)
		}
	}
	return chosen
}

// pages makes the Markdown pages with diagrams in them, and one of what cannot
// share a host.
func pages(o markdown.Options) func(*model.Catalog) ([]gen.File, diag.List) {
	showing := pagesShowing(o)
	return func(c *model.Catalog) ([]gen.File, diag.List) { return showing(c, func() []gen.File { return nil }) }
}

// site is the HTML pages of a catalogue and its sites.
func site(c *model.Catalog, sites []*model.Deployment) ([]gen.File, diag.List) {
	return pagesOf(c, sites, html.Options{})
}

func pagesOf(c *model.Catalog, sites []*model.Deployment, o html.Options) ([]gen.File, diag.List) {
	if c != nil {
		o.Upgrade = func(old, new *model.Product) string {
			return changes.Upgrade(diff.CompareProducts(c, old, new))
		}
		o.Sharing = func() ([]*model.Pair, []*model.Crowd) { return resolve.PairsWithin(c.Newest(), mostPairs) }
	}
	return html.Generate(c, sites, o)
}

// Served is the HTML pages as portspec serve serves them.
func Served() []Target {
	return []Target{{Name: "html", whole: func(c *model.Catalog, sites []*model.Deployment) ([]gen.File, diag.List) {
		return pagesOf(c, sites, html.Options{Served: true})
	}}}
}

// drawing is the name of the target whose files pages show.
const drawing = "mermaid"

// pagesShowing makes pages with diagrams that were drawn already, so far as they
// were.
func pagesShowing(o markdown.Options) func(*model.Catalog, func() []gen.File) ([]gen.File, diag.List) {
	return func(c *model.Catalog, drawn func() []gen.File) ([]gen.File, diag.List) {
		sharing := parallel.Go(func() []gen.File {
			newest := c.Newest() // two releases of a product are not meant to share a host
			pairs, crowds := resolve.PairsWithin(newest, mostPairs)
			return o.Sharing(newest, pairs, crowds)
		})
		diagrams := make(map[string][]byte)
		for _, f := range drawn() {
			diagrams[f.Path] = f.Data
		}
		files, findings := o.GenerateWithUpgrades(c, func(p *model.Product) string {
			if data, ok := diagrams[mermaid.OverviewPath(p)]; ok {
				return string(data)
			}
			return mermaid.Product(p)
		}, func(old, new *model.Product) string {
			return changes.Upgrade(diff.CompareProducts(c, old, new))
		})
		return append(files, sharing()...), findings
	}
}

// mostPairs is how many pairs of components that take the same port a page lists
// across products. Beyond, nobody reads them, and they grow with the square.
const mostPairs = 2000

// sitePages makes the pages of a site with its diagram in them.
func sitePages(o markdown.Options) func(*model.Deployment) ([]gen.File, diag.List) {
	return func(d *model.Deployment) ([]gen.File, diag.List) { return o.GenerateSite(d, mermaid.Site) }
}

// Names are the names of all targets.
func Names() []string { return NamesOf(All) }

// NamesOf are the names of targets.
func NamesOf(targets []Target) []string {
	names := make([]string, len(All))
	for i, t := range targets {
		names[i] = t.Name
	}
	return names
}

// Makes reports whether a target of today can make a file, by its path in an
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

// matches reports whether the target can make a file, by its path in the target's
// folder.
func (t Target) matches(name string) bool {
	return slices.ContainsFunc(t.files, func(pattern string) bool {
		ok, _ := path.Match(pattern, name) // the patterns are right: a test uses each
		return ok
	})
}
