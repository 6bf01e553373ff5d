package ansible

import (
	"bytes"
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/hostrules"
	"github.com/portspec/portspec/internal/model"
)

// example holds the playbook and the tasks that the playbooks of all products share. In
// the playbook, PRODUCT is the product's id, PREFIX that of its variables, and FILE the
// name of its files.
//
//go:embed example/*.yml example/tasks/*.yml example/filter_plugins/*.py
var example embed.FS

func exampleFile(path string) []byte {
	data, err := example.ReadFile("example/" + path)
	if err != nil {
		panic(err) // it is embedded
	}
	if !strings.HasSuffix(path, ".yml") {
		return append([]byte("# "+gen.Header+"\n"), data...)
	}
	return append([]byte(head), data...)
}

// playbook permits on each host what its components need.
func playbook(p *model.Product) []byte {
	names := strings.NewReplacer("PRODUCT", p.ID, "PREFIX", prefix(named(p)), "FILE", key(named(p)))
	return []byte(names.Replace(string(exampleFile("playbook.yml"))))
}

// taskFiles are the tasks that playbooks include, and the filters and the script that these
// use.
func taskFiles() []gen.File {
	script := hostrules.Script()
	files := []gen.File{{Path: "examples/files/" + script.Path, Data: script.Data}}
	for _, dir := range []string{"filter_plugins", "tasks"} {
		entries, err := example.ReadDir("example/" + dir)
		if err != nil {
			panic(err) // it is embedded
		}
		for _, e := range entries {
			path := dir + "/" + e.Name()
			files = append(files, gen.File{Path: "examples/" + path, Data: exampleFile(path)})
		}
	}
	return files
}

// inventory returns an example with the groups of all products and everything that a
// playbook needs:
//
//	all:
//	  vars:
//	    portspec_firewall: firewalld
//	    portspec_os: linux
//	  children:
//	    igel_ums:
//	      hosts:
//	        ums-server.igel-ums.example:
//	          igel_ums_runs: [ums_server]
//	      vars:
//	        igel_ums_addresses:
//	          ums_server: [192.0.2.1, "2001:db8::1"]
//	        igel_ums_choices: {}
func inventory(groups [][]byte) []byte {
	firewall := newMapping()
	firewall.set("portspec_firewall", text("firewalld"))
	firewall.set("portspec_os", text("linux"))
	all := newMapping()
	all.set("vars", firewall.node)
	root := newMapping()
	root.set("all", all.node)
	var b bytes.Buffer
	b.WriteString(head)
	comment(&b, "\n"+inventoryComment)
	b.WriteString("---\n")
	b.Write(marshal(root.node))
	b.WriteString("  children:\n")
	for _, group := range groups {
		b.WriteString(strings.Repeat(" ", groupIndent))
		b.Write(group)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// groupIndent is how far the group of a product is indented in the inventory.
const groupIndent = 4

// inventoryGroup is the group of a product, which has a host for each component
// that is installed on one.
func inventoryGroup(p *model.Product) []byte {
	hosts := newMapping()
	for _, component := range p.Components {
		if component.Kind == model.Software {
			m := newMapping()
			m.set(prefix(named(p))+"_runs", ids([]string{component.ID}))
			if onWindows(component) {
				m.set("portspec_firewall", text("windows"))
				m.set("portspec_os", text("windows"))
			}
			hosts.set(component.ID+"."+strings.ReplaceAll(named(p), "_", "-")+".example", m.node)
		}
	}
	vars := newMapping()
	vars.set(prefix(named(p))+"_addresses", exampleAddresses(p).node)
	vars.set(prefix(named(p))+"_choices", undecided(p).node)
	group := newMapping()
	group.set("hosts", hosts.node)
	group.set("vars", vars.node)
	m := newMapping()
	m.set(prefix(named(p)), group.node)
	return m.appendBlock(nil, groupIndent, true)
}

const inventoryComment = `Variables of the playbooks, with PRODUCT for the product's name:

  portspec_firewall    firewalld, ufw, iptables or windows
  PRODUCT_runs         the components on the host
  PRODUCT_choices      features that differ from PRODUCT_defaults: {database: oracle}
  PRODUCT_addresses    addresses of components, for rules: {component: [192.0.2.7,
                       2001:db8::/64]}. Those below are examples that no network uses.
                       A component without addresses is in no rule; for everybody,
                       write [0.0.0.0/0, "::/0"]
  PRODUCT_changes      ports that differ: {component: {listener: 9443}}
  portspec_os, …       see PRODUCT_conditions in the file of variables
  portspec_zone        the zone of firewalld, or a list; the default one if not set
  portspec_optional    true to also permit flows that the product works without`

// exampleAddresses gives each component without a known location an address reserved
// for documentation (RFC 5737, RFC 3849).
func exampleAddresses(p *model.Product) *mapping {
	m := newMapping()
	for i, c := range p.Components {
		known := c.At != nil && len(c.At.Addresses)+len(c.At.Networks) > 0
		if c.Kind == model.Any || known {
			continue
		}
		n := i%254 + 1
		m.setID(c.ID, list([]node{text(fmt.Sprintf("192.0.2.%d", n)), text(fmt.Sprintf("2001:db8::%x", n))}))
	}
	return m
}

// onWindows reports whether a component is known to run on Windows only.
func onWindows(c *model.Component) bool {
	systems := slices.Concat(c.OS, slices.Collect(maps.Keys(c.Processes)))
	return len(systems) > 0 && !slices.ContainsFunc(systems, func(os string) bool { return os != "windows" })
}

// undecided sets the features without a default to their first option.
func undecided(p *model.Product) *mapping {
	m := newMapping()
	for _, f := range p.Features {
		if f.Default == "" {
			m.setID(f.ID, word(f.Values()[0]))
		}
	}
	return m
}
