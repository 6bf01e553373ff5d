// Package targets generates outputs: [All] is the table of targets, a [Job] is what one of
// them makes in a run, and [Make] makes the files of jobs, product by product.
package targets

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/ansible"
	"github.com/portspec/portspec/gen/asa"
	"github.com/portspec/portspec/gen/aws"
	"github.com/portspec/portspec/gen/capirca"
	"github.com/portspec/portspec/gen/changes"
	"github.com/portspec/portspec/gen/findings"
	"github.com/portspec/portspec/gen/firewalld"
	"github.com/portspec/portspec/gen/fortios"
	"github.com/portspec/portspec/gen/golang"
	"github.com/portspec/portspec/gen/hostrules"
	"github.com/portspec/portspec/gen/html"
	"github.com/portspec/portspec/gen/iptables"
	"github.com/portspec/portspec/gen/kubernetes"
	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/gen/mermaid"
	"github.com/portspec/portspec/gen/nftables"
	"github.com/portspec/portspec/gen/panos"
	"github.com/portspec/portspec/gen/windows"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/english"
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
	// rules is used instead of site by a target that writes the rules of firewalls; can says
	// what it can express, and observes that it has a mode that drops nothing.
	rules    func(*model.Deployment, policy.Settings) ([]gen.File, diag.List)
	settings policy.Settings
	can      *policy.Capabilities
	observes bool
	// writesFor reports whether it writes rules for a host of a site that says how firewalls are
	// set; nil if it writes none for hosts. lacks reports whether it cannot express a rule.
	writesFor func(*model.Site, *model.Host) bool
	lacks     func(*diff.FirewallRule) bool
	// whole is used instead of products and site by a target whose files are about all
	// products and sites together. The shelf is empty where only sites are wanted.
	whole func(*model.Shelf, []*model.Deployment) gen.Making
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
	{Name: "ansible", Summary: "variables and example playbooks for Ansible", products: of(ansible.New), site: ansible.GenerateSite, codes: "PS43", files: []string{"examples/*.yml", "examples/tasks/*.yml", "examples/files/*.sh", "examples/filter_plugins/*.py", "examples/inventory/*.yml", "vars/*.yml", "sites/*/inventory.yml", "sites/*/host_vars/*.yml", "sites/*/group_vars/*.yml"}},
	{Name: "asa", Summary: "rules for a Cisco ASA between the zones of a site; only where it is named", rules: asa.GenerateSite, can: &asa.Capabilities, named: true, codes: "PS45", files: []string{"sites/*/between.asa"}},
	{Name: "aws", Summary: "security groups for the instances of a site, as CloudFormation templates; only where it is named", rules: aws.GenerateSite, writesFor: aws.For, lacks: func(r *diff.FirewallRule) bool { return sctp(r) || len(r.SourcePorts) > 0 }, can: &aws.Capabilities, named: true, codes: "PS45", files: []string{"sites/*/*.yml"}},
	{Name: "capirca", Summary: "definitions and policies of Capirca and Aerleon between the zones of a site; only where it is named", rules: capirca.GenerateSite, can: &capirca.Capabilities, named: true, codes: "PS45", files: []string{"sites/*/def/NETWORK.net", "sites/*/def/SERVICES.svc", "sites/*/pol/*_to_*.pol"}},
	{Name: "findings", Summary: "a page for each code of a finding; only if named", products: of(findings.New), named: true, files: []string{"PS[0-9][0-9][0-9][0-9].md", "index.md"}},
	{Name: "firewalld", Summary: "zones, policies, services and ipsets of firewalld, for the Linux hosts of a site; only where it is named", rules: firewalld.GenerateSite, writesFor: hostrules.For, lacks: func(r *diff.FirewallRule) bool { return firewalld.Unnamed(r.Transport, r.ICMP) }, can: &firewalld.Capabilities, observes: true, named: true, codes: "PS45", files: []string{"sites/*/*/zones/portspec.xml", "sites/*/*/policies/portspec-out.xml", "sites/*/*/services/portspec-*.xml", "sites/*/*/ipsets/portspec-*.xml"}},
	{Name: "fortios", Summary: "rules for a FortiGate between the zones of a site; only where it is named", rules: fortios.GenerateSite, can: &fortios.Capabilities, named: true, codes: "PS45", files: []string{"sites/*/between.fortios"}},
	{Name: "go", Summary: "Go constants and tables, a package a product", products: of(golang.Options{}.New), site: golang.GenerateSite, codes: "PS41", files: []string{"*.go", "*/*.go", "sites/*/*.go"}},
	{Name: "html", Summary: "a site of pages with an explorer, for any web server or none; only if named", whole: site, named: true, files: html.Paths()},
	{Name: "iptables", Summary: "rules for iptables-restore, for the Linux hosts of a site; only where it is named", rules: iptables.GenerateSite, writesFor: hostrules.For, can: &iptables.Capabilities, observes: true, named: true, codes: "PS45", files: []string{"firewall.sh", "portspec-firewall.service", "sites/*/*.rules.v4", "sites/*/*.rules.v6", "sites/*/*.flows.yml"}},
	{Name: "kubernetes", Summary: "network policies for the pods of a site; only where it is named", rules: kubernetes.GenerateSite, writesFor: kubernetes.For, lacks: func(r *diff.FirewallRule) bool { return !model.HasPorts(r.Transport) || len(r.SourcePorts) > 0 }, can: &kubernetes.Capabilities, named: true, codes: "PS45", files: []string{"sites/*/*.yml"}},
	{Name: "markdown", Summary: "documentation pages", products: pages(markdown.Options{}), beside: sitePages(markdown.Options{}), files: markdown.Paths()},
	{Name: "mermaid", Summary: "diagrams", products: of(mermaid.New), site: mermaid.GenerateSite, codes: "PS44", files: []string{"*.mmd", "*/*.mmd", "*/[0-9]*/*.mmd", "*/release*/*.mmd", "sites/*/*.mmd"}},
	{Name: "nftables", Summary: "rulesets for the Linux hosts of a site; only where it is named", rules: nftables.GenerateSite, writesFor: hostrules.For, can: &nftables.Capabilities, observes: true, named: true, codes: "PS45", files: []string{"firewall.sh", "portspec-firewall.service", "sites/*/*.nft", "sites/*/*.flows.yml"}},
	{Name: "panos", Summary: "rules for a Palo Alto Networks firewall between the zones of a site; only where it is named", rules: panos.GenerateSite, can: &panos.Capabilities, named: true, codes: "PS45", files: []string{"sites/*/between.panos"}},
	{Name: "windows", Summary: "Windows Defender Firewall scripts for the Windows hosts of a site; only where it is named", rules: windows.GenerateSite, writesFor: windows.For, lacks: sctp, can: &windows.Capabilities, named: true, codes: "PS45", files: []string{"sites/*/*.ps1"}},
}

// WithFirewall is targets of which those that write the rules of firewalls do so with
// settings.
func WithFirewall(chosen []Target, s policy.Settings) []Target {
	chosen = slices.Clone(chosen)
	for i := range chosen {
		chosen[i].settings = s
	}
	return chosen
}

// FirewallFits returns an error if the settings do not fit the targets or the sites.
func FirewallFits(chosen []Target, s policy.Settings, sites []*model.Deployment) error {
	for _, t := range chosen {
		if s.Observe && t.Rules() && !t.observes {
			return fmt.Errorf("observe: the target %s has no mode that drops nothing; those that have are %s", t.Name, english.And(observing()))
		}
	}
	return s.Fit(sites...)
}

// observing are the names of targets that have a mode that drops nothing.
func observing() []string {
	var all []string
	for _, t := range All {
		if t.observes {
			all = append(all, t.Name)
		}
	}
	return all
}

// Rules reports whether the target writes the rules of firewalls.
func (t Target) Rules() bool { return t.rules != nil }

func sctp(r *diff.FirewallRule) bool { return r.Transport == "sctp" }

// Writing are the names of the targets that write a rule for a host of a site.
func Writing(site *model.Site, h *model.Host, r *diff.FirewallRule) []string {
	all := []string{}
	for _, t := range All {
		if t.writesFor != nil && t.writesFor(site, h) && (t.lacks == nil || !t.lacks(r)) {
			all = append(all, t.Name)
		}
	}
	return all
}

// WithMarkdown is targets of which markdown is generated with options.
func WithMarkdown(chosen []Target, o markdown.Options) []Target {
	chosen = slices.Clone(chosen)
	for i := range chosen {
		if chosen[i].Name == "markdown" {
			chosen[i].products, chosen[i].beside = pages(o), sitePages(o)
		}
	}
	return chosen
}

// of is for targets that need to know the catalogue only.
func of(make func(*model.Catalog) gen.Making) func(*model.Shelf) gen.Making {
	return func(s *model.Shelf) gen.Making { return make(s.Catalog) }
}

// pages makes the Markdown pages, and one of what cannot share a host.
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
	o.Upgrade = func(old, new *model.Product) string { return notes(old, new, markdown.Text) }
	o.Sharing = s.find
	s.Making = html.New(products.Catalog, sites, o)
	return s
}

// Served is the HTML pages as portspec serve serves them.
func Served() Target {
	return Target{Name: "html", whole: func(products *model.Shelf, sites []*model.Deployment) gen.Making {
		return pagesOf(products, sites, html.Options{Served: true})
	}}
}

// upgrade returns what changes between two releases, as Markdown with texts of specs as text
// writes them.
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
	newest   []int // numbers of the newest releases: two of a product are not meant to share a host
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
	pairs, crowds, s.err = s.apart.Find(func(n int) (*model.Product, error) { return s.products.Read(s.newest[n]) })
	return pairs, crowds
}

// mostPairs is how many pairs of components that take the same port a page lists
// across products. Beyond, nobody reads them, and they grow with the square.
const mostPairs = 2000

// sitePages makes the pages of a site with its diagram in them.
func sitePages(o markdown.Options) func(*model.Deployment, *model.Catalog) ([]gen.File, diag.List) {
	return func(d *model.Deployment, c *model.Catalog) ([]gen.File, diag.List) {
		return o.GenerateSite(d, c, mermaid.Site)
	}
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
func (t Target) ofSites() bool { return t.site != nil || t.rules != nil || t.beside != nil }

// matches reports whether the target can make a file, by its path in the target's
// folder.
func (t Target) matches(name string) bool {
	return slices.ContainsFunc(t.files, func(pattern string) bool {
		ok, _ := path.Match(pattern, name) // the patterns are right: a test uses each
		return ok
	})
}
