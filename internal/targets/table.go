package targets

import (
	"github.com/portspec/portspec/gen/ansible"
	"github.com/portspec/portspec/gen/asa"
	"github.com/portspec/portspec/gen/aws"
	"github.com/portspec/portspec/gen/capirca"
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
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/model"
)

// All lists all targets, sorted by name.
var All = []Target{
	{
		Name: "ansible", Summary: "variables and example playbooks for Ansible",
		products: of(ansible.New), site: ansible.GenerateSite,
		codes: "PS43",
		files: []string{
			"examples/*.yml", "examples/tasks/*.yml", "examples/files/*.sh", "examples/filter_plugins/*.py",
			"examples/inventory/*.yml", "vars/*.yml", "sites/*/inventory.yml", "sites/*/host_vars/*.yml",
			"sites/*/group_vars/*.yml",
		},
	},
	{
		Name: "asa", Summary: "rules for a Cisco ASA between the zones of a site; only if named",
		firewall: &firewall{
			rules: asa.GenerateSite, can: &asa.Capabilities,
		},
		named: true, codes: "PS45",
		files: []string{"sites/*/between.asa"},
	},
	{
		Name: "aws", Summary: "security groups for the instances of a site, as CloudFormation templates; only if named",
		firewall: &firewall{
			rules: aws.GenerateSite, can: &aws.Capabilities,
			writesFor: aws.For,
			lacks:     func(r *diff.FirewallRule) bool { return sctp(r) || len(r.SourcePorts) > 0 },
		},
		named: true, codes: "PS45",
		files: []string{"sites/*/*.yml"},
	},
	{
		Name: "capirca", Summary: "definitions and policies of Capirca and Aerleon between the zones of a site; only if named",
		firewall: &firewall{
			rules: capirca.GenerateSite, can: &capirca.Capabilities,
		},
		named: true, codes: "PS45",
		files: []string{"sites/*/def/NETWORK.net", "sites/*/def/SERVICES.svc", "sites/*/pol/*_to_*.pol"},
	},
	{
		Name: "findings", Summary: "a page for each code of a finding; only if named",
		products: of(findings.New),
		named:    true,
		files:    []string{"PS[0-9][0-9][0-9][0-9].md", "index.md"},
	},
	{
		Name: "firewalld", Summary: "zones, policies, services and ipsets of firewalld, for the Linux hosts of a site; only if named",
		firewall: &firewall{
			rules: firewalld.GenerateSite, can: &firewalld.Capabilities,
			observes:  true,
			writesFor: hostrules.For,
			lacks:     func(r *diff.FirewallRule) bool { return firewalld.Unnamed(r.Transport, r.ICMP) },
		},
		named: true, codes: "PS45",
		files: []string{
			"firewall.sh", "sites/*/*/zones/portspec.xml", "sites/*/*/policies/portspec-out.xml", "sites/*/*/services/portspec-*.xml", "sites/*/*/ipsets/portspec-*.xml",
		},
	},
	{
		Name: "fortios", Summary: "rules for a FortiGate between the zones of a site; only if named",
		firewall: &firewall{
			rules: fortios.GenerateSite, can: &fortios.Capabilities,
		},
		named: true, codes: "PS45",
		files: []string{"sites/*/between.fortios"},
	},
	{
		Name: "go", Summary: "Go constants and tables, one package per product",
		products: of(golang.Options{}.New), site: golang.GenerateSite,
		codes: "PS41",
		files: []string{"*.go", "*/*.go", "sites/*/*.go"},
	},
	{
		Name: "html", Summary: "a site of pages with an explorer, for any web server or none; only if named",
		whole: site,
		named: true,
		files: html.Paths(),
	},
	{
		Name: "iptables", Summary: "rules for iptables-restore, for the Linux hosts of a site; only if named",
		firewall: &firewall{
			rules: iptables.GenerateSite, can: &iptables.Capabilities,
			observes:  true,
			writesFor: hostrules.For,
		},
		named: true, codes: "PS45",
		files: []string{"firewall.sh", "sites/*/*.rules.v4", "sites/*/*.rules.v6", "sites/*/*.flows.yml"},
	},
	{
		Name: "kubernetes", Summary: "network policies for the pods of a site; only if named",
		firewall: &firewall{
			rules: kubernetes.GenerateSite, can: &kubernetes.Capabilities,
			writesFor: kubernetes.For,
			lacks:     func(r *diff.FirewallRule) bool { return !model.HasPorts(r.Transport) || len(r.SourcePorts) > 0 },
		},
		named: true, codes: "PS45",
		files: []string{"sites/*/*.yml"},
	},
	{
		Name: "markdown", Summary: "documentation pages",
		products: pages(markdown.Options{}), beside: sitePages(markdown.Options{}),
		files: markdown.Paths(),
	},
	{
		Name: "mermaid", Summary: "diagrams",
		products: of(mermaid.New), site: mermaid.GenerateSite,
		codes: "PS44",
		files: []string{"*.mmd", "*/*.mmd", "*/[0-9]*/*.mmd", "*/release*/*.mmd", "sites/*/*.mmd"},
	},
	{
		Name: "nftables", Summary: "rulesets for the Linux hosts of a site; only if named",
		firewall: &firewall{
			rules: nftables.GenerateSite, can: &nftables.Capabilities,
			observes:  true,
			writesFor: hostrules.For,
		},
		named: true, codes: "PS45",
		files: []string{"firewall.sh", "sites/*/*.nft", "sites/*/*.flows.yml"},
	},
	{
		Name: "panos", Summary: "rules for a Palo Alto Networks firewall between the zones of a site; only if named",
		firewall: &firewall{
			rules: panos.GenerateSite, can: &panos.Capabilities,
		},
		named: true, codes: "PS45",
		files: []string{"sites/*/between.panos"},
	},
	{
		Name: "windows", Summary: "Windows Defender Firewall scripts for the Windows hosts of a site; only if named",
		firewall: &firewall{
			rules: windows.GenerateSite, can: &windows.Capabilities,
			writesFor: windows.For,
			lacks:     sctp,
		},
		named: true, codes: "PS45",
		files: []string{"sites/*/*.ps1"},
	},
}
