package ansible

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
)

// backendProduct returns a product with every kind of flow that the backends treat differently.
func backendProduct() *model.Product {
	icmp := 0
	listeners := []*model.Listener{
		{ID: "web", Transports: []string{"tcp"}, PortStatement: model.PortStatement{Ports: single(8443)}},
		{ID: "media", Transports: []string{"udp"}, PortStatement: model.PortStatement{Ports: []model.PortRange{{From: 5000, To: 5010}}}},
		{ID: "ping", Transports: []string{"icmp"}, ICMP: []model.ICMP{{Type: 8, Code: &icmp}}},
		{ID: "ping6", Transports: []string{"icmpv6"}, ICMP: []model.ICMP{{Type: 128}}},
		{ID: "tunnel", Transports: []string{"esp"}},
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

// backendHost runs two components of backendProduct, knows the addresses of clients, and has fixed
// a port that is chosen at run time.
func backendHost(firewall string) host {
	return host{
		"portspec_firewall": firewall,
		"portspec_optional": true,
		"demo_runs":         []string{"server", "balancer"},
		"demo_addresses":    map[string]any{"client": []string{"198.51.100.0/24", "2001:db8:1::/64"}},
		"demo_changes":      map[string]any{"server": map[string]int{"update": 6000}},
	}
}

// TestWanted runs the example playbook for hosts with more and less information, and compares what
// it would permit.
func TestWanted(t *testing.T) {
	t.Parallel()
	p := backendProduct()
	p.Components[0].Listeners = append(p.Components[0].Listeners, &model.Listener{
		ID: "choice", Purpose: "Listening", Bind: "any", Transports: []string{"tcp"}, PortStatement: model.PortStatement{Ports: single(443, 6443), OneOf: true},
	})
	for id, change := range map[string]func(*model.Flow){
		"choose": func(f *model.Flow) { f.Source = &model.SourcePorts{Ports: []model.PortRange{{From: 1024, To: 65535}}} },
		"same":   func(f *model.Flow) { f.Source = &model.SourcePorts{Same: true} },
	} {
		f := *p.Flows[0]
		f.ID, f.To = id, []model.Target{{Component: "server", Listeners: []string{map[string]string{"choose": "choice", "same": "web"}[id]}}}
		change(&f)
		p.Flows = append(p.Flows, &f)
	}
	files, _ := Generate(&model.Catalog{Products: []*model.Product{p}})
	with := func(name string, value any) host {
		h := backendHost("ufw")
		h[name] = value
		return h
	}
	hosts := map[string]host{
		"a":      with("demo_changes", map[string]any{"server": map[string]int{"update": 6000, "choice": 6443}}),
		"nobody": with("demo_addresses", map[string]any{}),
		"within": with("demo_addresses", map[string]any{"client": []string{"192.0.2.7", "192.0.2.0/24", "::ffff:192.0.2.9"}}),
		"all":    with("demo_addresses", map[string]any{"client": []string{"0.0.0.0/0", "::/0"}}),
	}
	files = append(recordWanted(t, files), inventoryOf(map[string]map[string]host{"demo": hosts}))
	records := play(t, files, "-i", "inventory.json", "examples/demo.yml")
	for name, want := range wantedSockets {
		got := socketsOn(records, name)
		slices.Sort(got)
		want := strings.Split(strings.TrimSpace(want), "\n")
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: missing\n%s\nsurplus\n%s", name, strings.Join(without(want, got), "\n"), strings.Join(without(got, want), "\n"))
		}
	}
	_, missing := wantedOn(records, "nobody")
	for _, want := range []string{
		"set demo_addresses.client to the addresses of the other end, for demo server in: all web tcp; demo server in: all media udp; " +
			"demo server in: all ping icmp; demo server in: all ping6 icmpv6; demo server in: all tunnel esp; demo server in: all diameter sctp; demo server in: same web tcp; demo server in: all update tcp",
		"the port is not known: if it was fixed, set demo_changes.server.lost to it, for demo server in: all lost tcp",
		"set demo_changes.server.choice to the port that is in use, 443 or 6443, for demo server in: choose choice tcp 443; demo server in: choose choice tcp 6443",
	} {
		if !slices.Contains(missing, want) {
			t.Errorf("no %q among\n%s", want, strings.Join(missing, "\n"))
		}
	}
	if _, missing := wantedOn(records, "a"); len(missing) != 1 || !strings.Contains(missing[0], "all lost tcp") {
		t.Errorf("missing on a: %q", missing)
	}
}

// TestAddresses checks that the playbook refuses what cannot be meant as an address.
func TestAddresses(t *testing.T) {
	t.Parallel()
	files, _ := Generate(&model.Catalog{Products: []*model.Product{backendProduct()}})
	hosts, want := map[string]host{}, map[string]string{}
	for name, c := range map[string][2]string{
		"bits":    {"10.7.9.20/24", "10.7.9.20/24 is a host in a network: write 10.7.9.20 for the host, or 10.7.9.0/24 for the network"},
		"name":    {"client.example", "client.example is neither an address nor a network"},
		"unknown": {"192.0.2.1", "netfilter is not a supported firewall: set portspec_firewall to firewalld, iptables, nftables, ufw or windows"},
	} {
		hosts[name], want[name] = backendHost("ufw"), c[1]
		hosts[name]["demo_addresses"] = map[string]any{"client": c[0]}
	}
	hosts["unknown"]["portspec_firewall"] = "netfilter"
	dir := folder(t, append(files, inventoryOf(map[string]map[string]host{"demo": hosts})))
	out, err := readers.TryAnsible(t, dir, "ansible-playbook", "-c", "local", "-e", atOnce, "-i", "inventory.json", "examples/demo.yml")
	if err == nil {
		t.Error("nothing was rejected")
	}
	for name, message := range want {
		if n := strings.Count(out, "["+name+"]: FAILED!"); n != 1 || !strings.Contains(out, message) {
			t.Errorf("%s: %d errors, want one with %q in\n%s", name, n, message, out)
		}
	}
}

// TestWindows runs the example playbook for Windows and checks the arguments of the modules.
func TestWindows(t *testing.T) {
	t.Parallel()
	files, _ := Generate(&model.Catalog{Products: []*model.Product{backendProduct()}})
	files = append(withRecorders(t, files), inventoryOf(map[string]map[string]host{"demo": {"a": backendHost("windows")}}))
	records := play(t, files, "-i", "inventory.json", "examples/demo.yml")
	checkArguments(t, records)
	var got []string
	var keep []any
	var back []record
	for _, r := range records {
		if r.Module == "powershell" {
			parameters, _ := r.Args["parameters"].(map[string]any)
			if parameters["Group"] == nil { // the rollback
				back = append(back, r)
				continue
			}
			keep = parameters["Keep"].([]any)
			if parameters["Group"] != "portspec/demo" {
				t.Errorf("removed rules are in the group %v", parameters["Group"])
			}
			continue
		}
		got = append(got, arguments(r))
	}
	want := strings.Split(strings.TrimSpace(windowsRules), "\n")
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("missing\n%s\nsurplus\n%s", strings.Join(without(want, got), "\n"), strings.Join(without(got, want), "\n"))
	}
	if len(back) != 2 || fmt.Sprint(back[0].Args["parameters"]) != "map[Seconds:60]" || !strings.Contains(fmt.Sprint(back[1].Args["script"]), "Unregister-ScheduledTask") {
		t.Errorf("the rollback is not prepared, or not called off: %v", back)
	}
	if len(keep) != len(want) {
		t.Errorf("%d rules are kept of %d: %v", len(keep), len(want), keep)
	}
}

// arguments shows the arguments that differ between rules.
func arguments(r record) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(r.Args)) {
		if !slices.Contains([]string{"action", "enabled", "group", "state"}, name) {
			parts = append(parts, fmt.Sprintf("%s=%v", name, r.Args[name]))
		}
	}
	return strings.Join(parts, " ")
}

// TestEmbeddedPlaybooks runs the example playbooks of the three products with their example
// inventory and the default choices. Without addresses, they permit nothing.
func TestEmbeddedPlaybooks(t *testing.T) {
	t.Parallel()
	catalog := embedded(t)
	files, _ := Generate(catalog)
	files = recordWanted(t, files)
	args := []string{"-i", "examples/inventory", "-e", "portspec_firewall=firewalld"}
	unaddressed := slices.Clone(args)
	want := map[string][]string{} // by host
	var hosts []string
	for _, p := range catalog.Products {
		unaddressed = append(unaddressed, "-e", asJSON(map[string]any{prefix(p.ID) + "_addresses": map[string]any{}}))
		i := slices.IndexFunc(p.Components, func(c *model.Component) bool { return c.Kind == model.Software && len(c.Listeners) > 0 })
		name := p.Components[i].ID + "." + p.ID + ".example"
		hosts = append(hosts, name)
		for _, c := range p.Connections() {
			if c.To == p.Components[i] && c.When.Holds(setups(p)[0].choices) && crossesNetwork(c) && !c.Flow.Optional {
				for _, port := range c.Ports() {
					want[name] = append(want[name], port.String()+"/"+c.Transport)
				}
			}
		}
	}
	for _, p := range catalog.Products {
		args, unaddressed = append(args, "examples/"+key(p.ID)+".yml"), append(unaddressed, "examples/"+key(p.ID)+".yml")
	}
	records := play(t, files, append(args, "--limit", strings.Join(hosts, ","))...)
	for _, name := range hosts {
		var got []string
		wanted, _ := wantedOn(records, name)
		for _, w := range wanted {
			if w["direction"] == "in" && w["port"] != "" {
				got = append(got, fmt.Sprintf("%v/%v", w["port"], w["protocol"]))
			}
			for _, address := range w["addresses"].([]any) {
				if a := address.(string); !strings.HasPrefix(a, "192.0.2.") && !strings.HasPrefix(a, "2001:db8:") && !isDocumented(catalog, a) {
					t.Errorf("%s permits %s", name, a)
				}
			}
		}
		slices.Sort(got)
		slices.Sort(want[name])
		if len(got) == 0 || !slices.Equal(slices.Compact(got), slices.Compact(want[name])) {
			t.Errorf("%s opens %v, want %v", name, got, want[name])
		}
	}
	records = play(t, files, append(unaddressed, "--limit", strings.Join(hosts, ","))...)
	for _, name := range hosts {
		wanted, missing := wantedOn(records, name)
		for _, w := range wanted {
			for _, address := range w["addresses"].([]any) {
				if !isDocumented(catalog, address.(string)) {
					t.Errorf("without addresses, %s permits %v", name, w)
				}
			}
		}
		if len(missing) == 0 {
			t.Errorf("%s: nothing is reported as missing", name)
		}
	}
}

// isDocumented reports whether documents themselves name the address: of a component,
// or a multicast group.
func isDocumented(c *model.Catalog, address string) bool {
	for _, p := range c.Products {
		for _, component := range p.Components {
			if at := component.At; at != nil && slices.Contains(slices.Concat(at.Addresses, at.Networks), address) {
				return true
			}
		}
		if slices.ContainsFunc(p.Flows, func(f *model.Flow) bool { return slices.Contains(f.Groups, address) }) {
			return true
		}
	}
	return false
}
