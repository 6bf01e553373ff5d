package ansible

import (
	"bytes"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// GenerateSite returns the inventory of a site, and for each of its hosts its listeners
// and firewall rules:
//
//	sites/ha/inventory.yml
//	sites/ha/host_vars/ums1.yml
//	sites/ha/group_vars/alike_desk001.yml
//	sites/ha/group_vars/machines_desktops.yml
//
// More than gen.MostNamed hosts that are alike share the variables of a group. A host
// of the site that represents many machines is not a host for Ansible, which could not
// reach it, but a group with variables to which its machines have to be added. The
// playbook that applies the variables is the same for every site, as are the tasks that
// it includes.
//
// Findings have the code PS4302, and are about flows that firewall modules cannot
// express.
func GenerateSite(d *model.Deployment) ([]gen.File, diag.List) {
	dir := "sites/" + d.Site.ID + "/"
	files := []gen.File{
		{Path: dir + "inventory.yml", Data: siteInventory(d)},
		{Path: "examples/site.yml", Data: exampleFile("site.yml")},
	}
	for _, f := range taskFiles() {
		if f.Path != "examples/tasks/permit.yml" { // it works on products
			files = append(files, f)
		}
	}
	s := newSiteFindings(d)
	for _, g := range gen.Alike(d) {
		if isGroup(g) {
			rules := hostRulesOf(g.Hosts[0], true)
			s.note(rules)
			files = append(files, gen.File{Path: dir + "group_vars/" + alike(g) + ".yml", Data: groupFile(g.Hosts[0], rules)})
			continue
		}
		for _, h := range g.Hosts {
			rules := hostRulesOf(h, false)
			s.note(rules)
			name := dir + "host_vars/" + hostName(h.ID)
			if isMany(h.Host) {
				name = dir + "group_vars/" + machines(h.ID)
			}
			files = append(files, gen.File{Path: name + ".yml", Data: hostFile(h, rules)})
		}
	}
	slices.SortFunc(files, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) })
	return files, s.list()
}

// isMany reports whether a host represents many machines.
func isMany(h *model.Host) bool {
	return h.Count > 1 || slices.ContainsFunc(h.Addresses, func(a string) bool { return strings.Contains(a, "/") })
}

// hostName is the name of a host in the inventory: its id, unless Ansible reserves that.
func hostName(id string) string {
	switch id {
	case "all", "ungrouped", "localhost":
		return "_" + id
	}
	return id
}

// isGroup reports whether the hosts share variables.
func isGroup(g *gen.Group) bool {
	return len(g.Hosts) > gen.MostNamed && !slices.ContainsFunc(g.Hosts, func(h *model.Deployed) bool { return isMany(h.Host) })
}

// alike is the group of hosts that are alike.
func alike(g *gen.Group) string { return "alike_" + key(g.Hosts[0].ID) }

// machines is the group that a host's machines belong to.
func machines(id string) string { return "machines_" + key(id) }

// hostFile emits
//
//	portspec_host:
//	  id: ums1
//	  …
//	portspec_listeners: […]
//	portspec_inbound: […]
//	portspec_outbound: […]
//	portspec_unruled: […]
func hostFile(h *model.Deployed, rules []*rule) []byte {
	return sectionsOf(slices.Concat([]section{{"host", "", hostNode(h)}}, listSections(h, rules, siteInboundComment)))
}

// groupFile emits the same for hosts that are alike, such as h. It leaves out
// portspec_host, which each has in the inventory.
func groupFile(h *model.Deployed, rules []*rule) []byte {
	return sectionsOf(listSections(h, rules, siteInboundComment+"\n"+alikeComment))
}

func listSections(h *model.Deployed, rules []*rule, inbound string) []section {
	var in, out, unruled []*rule
	for _, r := range rules {
		switch {
		case r.lacks != "":
			unruled = append(unruled, r)
		case r.direction == "in":
			in = append(in, r)
		default:
			out = append(out, r)
		}
	}
	return []section{
		{"listeners", listenersComment, block(each(h.Sockets, socket))},
		{"inbound", inbound, blockOf(in, (*mapping).entry)},
		{"outbound", "What it lets out.", blockOf(out, (*mapping).entry)},
		{"unruled", unruledComment, blockOf(unruled, (*mapping).entry)},
	}
}

func sectionsOf(sections []section) []byte {
	var b bytes.Buffer
	b.WriteString(head)
	b.WriteString("---\n")
	for i, s := range sections {
		if i > 0 {
			b.WriteString("\n")
		}
		if s.comment != "" {
			comment(&b, s.comment)
		}
		m := newMapping()
		m.set("portspec_"+s.name, s.value)
		b.Write(marshal(m.node))
	}
	return b.Bytes()
}

const listenersComment = `The sockets that it opens; with bind loopback, for itself only.`

const siteInboundComment = `What it lets in from other hosts, for firewall modules to loop over.
examples/site.yml leaves out what is optional, or for a phase, unless asked.`

const alikeComment = `Where hosts of the group talk to each other, the own address of each is in its
lists as well; examples/site.yml leaves it out.`

const unruledComment = `What no rule can be made of, as it lacks a port, or the choice of one, or an
address of the other end, where only names are known, or is broadcast.`
