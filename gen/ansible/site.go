package ansible

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// GenerateSite returns the inventory of a site, and for each of its hosts its listeners
// and firewall rules:
//
//	sites/ha/inventory.yml
//	sites/ha/host_vars/ums1.yml
//	sites/ha/group_vars/alike_desk001.yml
//	sites/ha/group_vars/machines_desktops.yml
//
// More than gen.MostNamed hosts that are alike share the variables of a group. A host of
// the site that represents many machines is not a host for Ansible, which could not reach
// it, but a group with variables, to which its machines must be added. The playbook that
// applies the variables is the same for every site, as are the tasks that it includes.
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
			files = append(files, gen.File{Path: dir + "group_vars/" + alike(g) + ".yml", Data: groupFile(d.Site, g, rules)})
			continue
		}
		for _, h := range g.Hosts {
			rules := hostRulesOf(h, false)
			s.note(rules)
			name := dir + "host_vars/" + hostName(h.ID)
			if isMany(h.Host) {
				name = dir + "group_vars/" + machines(h.ID)
			}
			files = append(files, gen.File{Path: name + ".yml", Data: hostFile(d.Site, h, rules)})
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
//	portspec_answers: […]
//	portspec_management: […]
//	portspec_unruled: […]
func hostFile(site *model.Site, h *model.Deployed, rules *hostRules) []byte {
	own := []section{{"host", "", hostNode(h)}}
	return sectionsOf(slices.Concat(own, listSections(h, rules, managementOf(site, h), siteInboundComment)))
}

// groupFile emits the same for hosts that are alike. It leaves out portspec_host, which
// each has in the inventory.
func groupFile(site *model.Site, g *gen.Group, rules *hostRules) []byte {
	return sectionsOf(listSections(g.Hosts[0], rules, managementOf(site, g.Hosts...), siteInboundComment+"\n"+alikeComment))
}

func listSections(h *model.Deployed, rules *hostRules, management node, inbound string) []section {
	return []section{
		{"listeners", listenersComment, block(each(h.Sockets, socket))},
		{"inbound", inbound, blockOf(rules.in, (*mapping).entry)},
		{"outbound", "Outbound rules of the host.", blockOf(rules.out, (*mapping).entry)},
		{"answers", answersComment, blockOf(rules.answers, (*mapping).entry)},
		{"management", managementComment, management},
		{"unruled", unruledComment, blockOf(rules.unruled, (*mapping).entry)},
	}
}

// managementOf emits, for what those who administer a host need,
//
//   - name: management admins tcp 22
//     direction: in
//     protocol: tcp
//     port: 22
//     dport: 22
//     addresses: [10.9.0.0/24]
//     product: management
//     flow: admins
//
// Of several hosts, an entry that is not for all of them has the ids of its hosts.
func managementOf(site *model.Site, hosts ...*model.Deployed) node {
	var all []node
	if site.Firewall == nil {
		return block(nil)
	}
	for _, m := range site.Firewall.Management {
		var on []string
		for _, h := range hosts {
			if m.On(h.Host) {
				on = append(on, h.ID)
			}
		}
		if len(on) == 0 {
			continue
		}
		r, direction := policy.Managing(site, m, hosts[0]), "in" // hosts that are alike are in one zone
		if len(m.To) > 0 {
			direction = "out"
		}
		for _, port := range r.Ports {
			e := newMapping()
			e.set("name", text(fmt.Sprintf("management %s %s %s", m.ID, m.Transport, port)))
			e.set("direction", text(direction))
			e.set("protocol", text(protocol(m.Transport)))
			e.set("port", portOrRange(port, "-"))
			e.set("dport", portOrRange(port, ":"))
			e.set("addresses", list(each(networks(r.Peers), text)))
			e.set("product", word("management"))
			e.set("flow", word(m.ID))
			if len(on) < len(hosts) {
				e.set("hosts", list(each(on, text)))
			}
			all = append(all, e.node)
		}
	}
	return block(all)
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

const listenersComment = `The sockets that the host opens; those with bind loopback are for itself only.`

const siteInboundComment = `Inbound rules of the host, for firewall modules to loop over.
examples/site.yml leaves out what is optional, or for a phase, unless asked.`

const alikeComment = `If hosts of the group talk to each other, the lists of each contain its own
address as well; examples/site.yml leaves it out.`

const answersComment = `Answers to broadcasts and multicasts of the host: they come from source_ports,
to any port that a program may send from.`

const managementComment = `What administrators of the host need, according to firewall.management of the site.`

const unruledComment = `What no rule can express: the port is not known or not chosen, the other end has
only names or only addresses of the other family (IPv4 or IPv6), or it is a
broadcast.`
