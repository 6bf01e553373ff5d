package ansible

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
)

// backendProduct has a flow of every kind that firewall modules treat
// differently.
func backendProduct() *model.Product {
	icmp := 0
	listeners := []*model.Listener{
		{ID: "web", Transports: []string{"tcp"}, PortStatement: model.PortStatement{Ports: single(8443)}},
		{ID: "media", Transports: []string{"udp"}, PortStatement: model.PortStatement{Ports: []model.PortRange{{From: 5000, To: 5010}}}},
		{ID: "ping", Transports: []string{"icmp"}, ICMP: []model.ICMP{{Type: 8, Code: &icmp}}},
		{ID: "ping6", Transports: []string{"icmpv6"}, ICMP: []model.ICMP{{Type: 128}}},
		{ID: "tunnel", Transports: []string{"ip/50"}},
		{ID: "diameter", Transports: []string{"sctp"}, PortStatement: model.PortStatement{Ports: single(3868)}},
		{ID: "update", Transports: []string{"tcp"}, PortStatement: model.PortStatement{Dynamic: &model.Dynamic{}}},
		{ID: "closed", Transports: []string{"tcp"}, PortStatement: model.PortStatement{Ports: single(9999)}},
		{ID: "lost", Transports: []string{"tcp"}, PortStatement: model.PortStatement{Dynamic: &model.Dynamic{}}},
	}
	p := &model.Product{
		ID: "demo", Name: "Demo", Vendor: "Vendor", Version: "1",
		Components: []*model.Component{
			{ID: "server", Kind: model.Software, Listeners: listeners},
			{ID: "balancer", Kind: model.Software},
			{ID: "client", Kind: model.Software},
			{
				ID: "directory", Kind: model.External, At: &model.Endpoints{Addresses: []string{"192.0.2.10", "2001:db8::10"}},
				Listeners: []*model.Listener{{ID: "ldap", Transports: []string{"tcp"}, PortStatement: model.PortStatement{Ports: single(389)}}},
			},
			{
				ID: "group", Kind: model.Any,
				Listeners: []*model.Listener{{ID: "mdns", Transports: []string{"udp"}, PortStatement: model.PortStatement{Ports: single(5353)}}},
			},
		},
		Rules: []*model.Rule{{
			ID: "same-host", Together: []string{"server", "balancer"}, Reason: "Both want it.",
			Move:  map[string]map[string]int{"server": {"web": 8444}},
			Close: map[string][]string{"server": {"closed"}},
		}},
	}
	flow := func(id, from, to string, change func(*model.Flow), listeners ...string) {
		f := &model.Flow{
			ID: id, From: []string{from}, To: []model.Target{{Component: to, Listeners: listeners}},
			Purpose: "Talk | " + id, Scope: "network", Delivery: "unicast",
		}
		change(f)
		p.Flows = append(p.Flows, f)
	}
	flow("all", "client", "server", func(*model.Flow) {}, "web", "media", "ping", "ping6", "tunnel", "diameter", "update", "closed", "lost")
	flow("lookup", "server", "directory", func(f *model.Flow) { f.BothWays = true }, "ldap")
	flow("find", "server", "group", func(f *model.Flow) {
		f.Delivery, f.Groups, f.Family, f.Optional = "multicast", []string{"224.0.0.251", "ff02::fb"}, "ipv4", true
	}, "mdns")
	for _, l := range listeners {
		l.Purpose, l.Bind = "Listening", "any"
	}
	return p
}

// backendHost runs two components of backendProduct beside each other, knows
// where clients are, and has fixed a port that is chosen at run time.
func backendHost(firewall string) host {
	return host{
		"portspec_firewall": firewall,
		"portspec_optional": true,
		"demo_runs":         []string{"server", "balancer"},
		"demo_addresses":    map[string]any{"client": []string{"198.51.100.0/24", "2001:db8:1::/64"}},
		"demo_changes":      map[string]any{"server": map[string]int{"update": 6000}},
	}
}

// TestBackends runs the example playbook with each firewall and compares what
// its module is asked for.
func TestBackends(t *testing.T) {
	files, _ := Generate(&model.Catalog{Products: []*model.Product{backendProduct()}})
	hosts := map[string]host{}
	for name := range modules {
		hosts[name] = backendHost(name)
	}
	files = append(withRecorders(t, files), inventoryOf(map[string]map[string]host{"demo": hosts}))
	records := play(t, files, "-i", "inventory.json", "examples/demo.yml")
	checkArguments(t, records)
	for name, want := range backendRules {
		var got []string
		for _, r := range records {
			if r.Host != name {
				continue
			}
			if r.Module != name {
				t.Errorf("%s has %s asked", r.Host, r.Module)
			}
			got = append(got, arguments(r))
		}
		want := strings.Split(strings.TrimSpace(want), "\n")
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: missing\n%s\nsurplus\n%s", name, strings.Join(without(want, got), "\n"), strings.Join(without(got, want), "\n"))
		}
	}
}

// arguments shows those that are not the same in every rule.
func arguments(r record) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(r.Args)) {
		if !slices.Contains([]string{"action", "comment", "enabled", "group", "immediate", "jump", "name", "permanent", "rule", "state"}, name) {
			parts = append(parts, fmt.Sprintf("%s=%v", name, r.Args[name]))
		}
	}
	return strings.Join(parts, " ")
}

// TestRealModules runs the playbook with Ansible's own modules for iptables and
// ufw, which call programs that only note how they were called.
func TestRealModules(t *testing.T) {
	files, _ := Generate(&model.Catalog{Products: []*model.Product{backendProduct()}})
	files = append(files, inventoryOf(map[string]map[string]host{"demo": {"a": backendHost("iptables"), "b": backendHost("ufw")}}))
	dir := ansibleHome(t, files)
	calls := filepath.Join(dir, "calls")
	for name, script := range map[string]string{
		"iptables": `case "$*" in --version) echo "iptables v1.8.9";; *-C*) exit 1;; esac`,
		"ufw":      `case "$*" in --version) echo "ufw 0.36.2";; status*) echo "Status: active";; esac`,
	} {
		for _, program := range []string{name, strings.Replace(name, "ip", "ip6", 1)} {
			path := filepath.Join(dir, "bin", program)
			write(t, path, []byte("#!/bin/sh\necho \"$(basename \"$0\") $*\" >>"+calls+"\n"+script+"\n"))
			if err := os.Chmod(path, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Setenv("PATH", filepath.Join(dir, "bin")+":"+os.Getenv("PATH"))
	readers.Run(t, dir, "ansible-playbook", "-c", "local", "-i", "inventory.json", "examples/demo.yml")
	data, err := os.ReadFile(calls)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"iptables -t filter -I INPUT -p tcp -s 198.51.100.0/24 -j ACCEPT --destination-port 8444 -m comment --comment demo server in: all web tcp",
		"ip6tables -t filter -I INPUT -p tcp -s 2001:db8:1::/64 -j ACCEPT --destination-port 8444 -m comment --comment demo server in: all web tcp",
		"iptables -t filter -I INPUT -p udp -s 198.51.100.0/24 -j ACCEPT --destination-port 5000:5010 -m comment --comment demo server in: all media udp",
		"iptables -t filter -I INPUT -p icmp -s 198.51.100.0/24 -j ACCEPT --icmp-type 8/0 -m comment --comment demo server in: all ping icmp",
		"ip6tables -t filter -I INPUT -p icmpv6 -s 2001:db8:1::/64 -j ACCEPT --icmpv6-type 128 -m comment --comment demo server in: all ping6 icmpv6",
		"iptables -t filter -I OUTPUT -p udp -d 224.0.0.251 -j ACCEPT --destination-port 5353 -m comment --comment demo server out: find group.mdns udp",
		"ufw allow in from 198.51.100.0/24 to any port 5000:5010 proto udp",
		"ufw allow in from 2001:db8:1::/64 to any proto esp",
		"ufw allow out from any to 192.0.2.10 port 389 proto tcp",
	} {
		if !slices.Contains(strings.Split(string(data), "\n"), want) {
			t.Errorf("no call of %s in\n%s", want, data)
		}
	}
}

// TestEmbeddedPlaybooks runs the example playbooks of the three products with
// the inventory that comes with them, for default choices and everybody.
func TestEmbeddedPlaybooks(t *testing.T) {
	catalog := embedded(t)
	files, _ := Generate(catalog)
	args := []string{"-i", "examples/inventory", "-e", "portspec_firewall=firewalld"}
	want := map[string][]string{} // by host
	var hosts []string
	for _, p := range catalog.Products {
		args = append(args, "examples/"+key(p.ID)+".yml")
		i := slices.IndexFunc(p.Components, func(c *model.Component) bool { return c.Kind == model.Software && len(c.Listeners) > 0 })
		name := p.Components[i].ID + "." + p.ID + ".example"
		hosts = append(hosts, name)
		for _, c := range p.Connections() {
			if c.To == p.Components[i] && holds(c.When, samples(p)[0].choices) && crossesNetwork(c) {
				for _, port := range c.Ports() {
					want[name] = append(want[name], port.String()+"/"+c.Transport)
				}
			}
		}
	}
	records := play(t, withRecorders(t, files), append(args, "--limit", strings.Join(hosts, ","))...)
	checkArguments(t, records)
	for _, name := range hosts {
		var got []string
		for _, r := range records {
			if r.Host == name && r.Module == "firewalld" {
				got = append(got, r.Args["port"].(string))
			}
		}
		slices.Sort(got)
		slices.Sort(want[name])
		if len(got) == 0 || !slices.Equal(slices.Compact(got), slices.Compact(want[name])) {
			t.Errorf("%s opens %v, want %v", name, got, want[name])
		}
	}
}
