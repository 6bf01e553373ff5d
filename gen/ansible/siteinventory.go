package ansible

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// siteInventory emits
//
//	all:
//	  vars:
//	    portspec_site: ha
//	    portspec_networks:
//	      desktops: ["10.20.0.0/16"]
//	  hosts:
//	    ums1:
//	      ansible_host: "10.1.1.11"
//	  children:
//	    igel_ums__ums_server:
//	      hosts:
//	        ums1: {}
//	    …
func siteInventory(d *model.Deployment) []byte {
	hosts, networks := newMapping(), newMapping()
	groups := make(map[string]*siteGroup)
	grouped := make(map[*model.Deployed]string)
	for _, g := range gen.Alike(d) {
		if isGroup(g) {
			for _, h := range g.Hosts {
				grouped[h] = alike(g)
			}
		}
	}
	for _, h := range d.Hosts {
		if isMany(h.Host) {
			networks.set(h.ID, list(each(h.Addresses, text)))
			groups[machines(h.ID)] = &siteGroup{}
		} else {
			m := newMapping()
			m.set("ansible_host", optional(reachedAt(h.Host)))
			if grouped[h] != "" {
				of := mapping{hostNode(h)}
				of.set("alike", text(grouped[h]))
				m.set("portspec_host", of.node)
			}
			hosts.set(hostName(h.ID), m.node)
		}
		in := groupsOf(h)
		if g := grouped[h]; g != "" {
			in = append(in, g)
		}
		for _, g := range in {
			if groups[g] == nil {
				groups[g] = &siteGroup{}
			}
			groups[g].add(h)
		}
		for _, at := range h.Runs {
			product := "product_" + key(at.Product())
			if groups[product] == nil {
				groups[product] = &siteGroup{}
			}
			if g := component(at); !slices.Contains(groups[product].children, g) {
				groups[product].children = append(groups[product].children, g)
			}
		}
	}
	for os, firewall := range map[string]string{"linux": "firewalld", "windows": "windows"} {
		if g := groups["os_"+os]; g != nil {
			g.firewall = firewall
		}
	}
	children := newMapping()
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		children.set(name, groups[name].node())
	}
	vars := newMapping()
	vars.set("portspec_site", text(d.Site.ID))
	vars.set("portspec_site_name", optional(d.Site.Name))
	vars.set("portspec_site_description", optional(d.Site.Description))
	vars.set("portspec_networks", networks.node)
	if d.Site.Firewall != nil {
		vars.set("portspec_outgoing", word(d.Site.Firewall.Outbound))
	}
	all, root := newMapping(), newMapping()
	all.set("vars", vars.node)
	all.set("hosts", hosts.node)
	all.set("children", children.node)
	root.set("all", all.node)
	var b bytes.Buffer
	b.WriteString(head)
	comment(&b, "\n"+fmt.Sprintf(siteInventoryComment, d.Site.ID))
	b.WriteString("---\n")
	b.Write(marshal(root.node))
	return b.Bytes()
}

const siteInventoryComment = `Where hosts are, and what runs there. How Ansible logs in, with ansible_user and,
for Windows, ansible_connection, belongs in an inventory of your own. Groups:

  PRODUCT__COMPONENT    the hosts that run the component
  product_PRODUCT       those that run any component of the product
  os_OS, zone_ZONE      those with the operating system, those in the zone
  alike_HOST            hosts that only names and addresses tell apart, of which
                        HOST is the first: what they permit is in group_vars
  machines_HOST         the machines that are alike and that the site counts as
                        one; it has their networks, but does not name them

The last are empty. Add the machines, in an inventory of your own beside this
one, and they have the variables of group_vars:

  ansible-playbook -i sites/%s/inventory.yml -i desktops.ini --check examples/site.yml`

// A siteGroup is a group of the inventory. Its zero value is a group without hosts.
type siteGroup struct {
	hosts, children []string
	firewall        string // portspec_firewall for all of them; "" for none
}

func (g *siteGroup) add(h *model.Deployed) {
	if isMany(h.Host) {
		g.children = append(g.children, machines(h.ID))
	} else {
		g.hosts = append(g.hosts, hostName(h.ID))
	}
}

func (g *siteGroup) node() node {
	m := newMapping()
	if g.firewall != "" {
		vars := newMapping()
		vars.set("portspec_firewall", text(g.firewall))
		m.set("vars", vars.node)
	}
	for _, part := range []struct {
		name    string
		members []string
	}{{"hosts", g.hosts}, {"children", g.children}} {
		members := newMapping()
		for _, name := range part.members {
			members.set(name, newMapping().node)
		}
		if len(part.members) > 0 || part.name == "hosts" && len(g.children) == 0 {
			m.set(part.name, members.node)
		}
	}
	return m.node
}

// groupsOf lists the groups that a host is in.
func groupsOf(h *model.Deployed) []string {
	var all []string
	for _, at := range h.Runs {
		all = append(all, component(at))
	}
	if h.OS != "" {
		all = append(all, "os_"+key(h.OS))
	}
	if h.NetZone != "" {
		all = append(all, "zone_"+key(h.NetZone))
	}
	return all
}

// component is the group of the hosts that run a component. Its name is unique, because
// keys do not have two underscores in a row.
func component(at model.Place) string {
	return prefix(at.Product()) + "__" + key(at.Component())
}

// reachedAt returns where Ansible connects to a host: its first address, or else its name.
func reachedAt(h *model.Host) string {
	for _, list := range [][]string{h.Addresses, h.Names} {
		if len(list) > 0 {
			return list[0]
		}
	}
	return ""
}

// hostNode is the site's data of a host.
func hostNode(h *model.Deployed) node {
	m := newMapping()
	m.set("id", text(h.ID))
	m.set("name", optional(h.Name))
	m.set("os", word(h.OS))
	m.set("os_version", optional(h.OSVersion))
	m.set("count", integer(h.Count))
	m.set("zone", word(h.NetZone))
	m.set("addresses", list(each(h.Addresses, text)))
	m.set("names", present(list(each(h.Names, text))))
	if len(h.Releases) > 0 {
		releases := newMapping()
		for _, product := range slices.Sorted(maps.Keys(h.Releases)) {
			releases.setID(product, text(h.Releases[product]))
		}
		m.set("releases", releases.node)
	}
	m.set("runs", list(each(h.Runs, func(at model.Place) node { return text(component(at)) })))
	return m.node
}

// socket emits
//
//	product: igel_ums
//	component: ums_server
//	listener: web
//	protocol: tcp
//	ports: [8443]
//	bind: any
//	why:
//	  - "igel-ums/ums-server.web is 8443 by default"
func socket(s *model.Socket) node {
	m := newMapping()
	m.set("product", word(s.Place.Product()))
	m.set("component", word(s.Place.Component()))
	m.set("listener", word(s.Listener.ID))
	m.set("purpose", text(s.Listener.Purpose))
	m.set("protocol", text(protocol(s.Transport)))
	ports := ranges(s.Ports)
	if !ports.is() {
		ports = list(nil)
	}
	m.set("ports", ports)
	m.set("dynamic", boolean(s.Dynamic))
	m.set("bind", word(s.Bind))
	m.set("phase", text(s.Phase))
	why, cite := s.Reasons()
	m.set("why", texts(why))
	m.set("cite", rows(cite))
	return m.node
}
