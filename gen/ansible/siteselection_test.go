package ansible

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy/policytest"
)

// TestSiteSelection runs the playbook for the hosts of sites, and compares the rules that it would
// set with the deployment.
func TestSiteSelection(t *testing.T) {
	t.Parallel()
	sites := policytest.Examples(t)
	for _, c := range []struct {
		d        *model.Deployment
		optional bool
		phases   []string
	}{
		{backendSite(t), false, nil},
		{backendSite(t), true, []string{"installation"}},
		{sites[slices.IndexFunc(sites, func(d *model.Deployment) bool { return d.Site.ID == "ha" })], false, nil},
		{sites[slices.IndexFunc(sites, func(d *model.Deployment) bool { return d.Site.ID == "small" })], true, []string{"installation", "upgrade"}},
	} {
		t.Run(fmt.Sprintf("%s/%v", c.d.Site.ID, c.optional), func(t *testing.T) {
			files, _ := GenerateSite(c.d)
			files = recordWanted(t, files)
			args := []string{"-i", "sites/" + c.d.Site.ID + "/inventory.yml", "-e", asJSON(map[string]any{"portspec_optional": c.optional, "portspec_phases": c.phases}), "examples/site.yml"}
			if c.phases == nil {
				args[3] = "{}"
			}
			got := make(map[string][]string)
			for _, r := range play(t, files, args...) {
				for _, w := range r.Args["wanted"].([]any) {
					w := w.(map[string]any)
					port := ""
					if p, ok := w["port"]; ok {
						port = fmt.Sprint(p)
					}
					for _, address := range w["addresses"].([]any) {
						got[r.Host] = append(got[r.Host], fmt.Sprint(w["direction"], " ", w["product"], " ", w["flow"], " ", w["protocol"], " ", port, " ", address))
					}
				}
			}
			some := 0
			for _, h := range c.d.Hosts {
				var want []string
				if !isMany(h.Host) && (h.OS == "windows" || h.OS == "linux") {
					want = wantedRules(c.d.Site, h, c.optional, c.phases)
				}
				some += len(want)
				had := got[hostName(h.ID)]
				slices.Sort(had)
				if had = slices.Compact(had); !slices.Equal(had, want) {
					t.Errorf("%s: missing\n  %s\nsurplus\n  %s", h.ID, strings.Join(without(want, had), "\n  "), strings.Join(without(had, want), "\n  "))
				}
			}
			if some < 5 {
				t.Errorf("only %d rules are expected", some)
			}
		})
	}
}

// wantedRules lists what the deployment permits on a host and its firewall can express, a line for
// each port and address. On Linux that is firewalld, which cannot express answers to broadcasts.
func wantedRules(site *model.Site, h *model.Deployed, optional bool, phases []string) []string {
	all := make(map[string]bool)
	if site.Firewall != nil {
		for _, m := range site.Firewall.Management {
			for _, port := range m.Ports {
				for direction, list := range map[string][]string{"in": m.From, "out": m.To} {
					for _, a := range list {
						if m.On(h.Host) {
							all[fmt.Sprint(direction, " management ", key(m.ID), " ", m.Transport, " ", port, " ", a)] = true
						}
					}
				}
			}
		}
	}
	for direction, permits := range map[string][]*model.Permit{"in": h.Inbound, "out": h.Outbound} {
		for _, p := range permits {
			f := p.Connection.Flow
			if f.Optional && !optional || p.Connection.Phase != "" && !slices.Contains(phases, p.Connection.Phase) {
				continue
			}
			peers := p.Sources(h)
			if direction == "out" {
				peers = p.Destinations(h)
			}
			answered := direction == "out" && len(p.Groups) > 0 && p.Back == "" && f.Reply == nil && p.Transport == "udp" && h.OS == "windows"
			var addresses []string
			for _, e := range peers {
				if e.Any {
					addresses = append(addresses, "0.0.0.0/0", "::/0")
				}
				addresses = append(addresses, e.Addresses()...)
			}
			if direction == "out" && len(p.Groups) > 0 {
				for _, a := range addresses {
					v6 := strings.Contains(a, ":")
					if answered && !(v6 && (p.Groups[0] == "broadcast" || f.Family == "ipv4")) {
						all[fmt.Sprint("in ", key(p.Connection.Product.ID), " ", key(f.ID), " udp 1024-65535 ", a)] = true
					}
				}
				addresses = p.Groups
			}
			ports := []string{""}
			if model.HasPorts(p.Transport) {
				ports = nil
				for _, r := range p.Ports {
					ports = append(ports, r.String())
				}
			}
			for _, a := range addresses {
				v6 := strings.Contains(a, ":")
				if strings.ContainsAny(a, "ghijklmnopqrstuvwxyz") || (f.Family == "ipv4" || p.Transport == "icmp") && v6 || (f.Family == "ipv6" || p.Transport == "icmpv6") && !v6 {
					continue
				}
				for _, port := range ports {
					all[fmt.Sprint(direction, " ", key(p.Connection.Product.ID), " ", key(f.ID), " ", protocol(p.Transport), " ", port, " ", a)] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// TestUndecided checks that one of several ports is opened only if the site says which.
func TestUndecided(t *testing.T) {
	p := talk(model.Listener{PortStatement: model.PortStatement{Ports: single(443, 6443), OneOf: true}}, model.Flow{})
	for _, c := range []struct {
		name   string
		chosen map[string]map[string]model.PortRange
		lists  []string
		found  string
	}{
		{"undecided", nil, []string{"choice 443"}, "it is one of several ports, and the site has not chosen"},
		{"the first", map[string]map[string]model.PortRange{"server": {"l": {From: 443, To: 443}}}, []string{" 443"}, ""},
		{"another", map[string]map[string]model.PortRange{"server": {"l": {From: 6443, To: 6443}}}, []string{" 6443"}, ""},
	} {
		d := policytest.Resolved(t, &model.Catalog{Products: []*model.Product{p}}, &model.Site{
			ID: "office", Products: []*model.Use{{Product: "demo", Ports: c.chosen}},
			Hosts: []*model.Host{
				{ID: "a", OS: "linux", Addresses: []string{"192.0.2.1"}, Count: 1, Runs: []model.Place{"demo/server"}},
				{ID: "b", OS: "linux", Addresses: []string{"192.0.2.2"}, Count: 1, Runs: []model.Place{"demo/client"}},
			},
		})
		for _, h := range d.Hosts {
			var got []string
			for _, r := range hostRulesOf(h, false).all() {
				got = append(got, r.lacks+" "+r.port.String())
			}
			if !slices.Equal(got, c.lists) {
				t.Errorf("%s: the rules of %s are %q, want %q", c.name, h.ID, got, c.lists)
			}
		}
		_, findings := GenerateSite(d)
		messages := ""
		for _, f := range findings {
			messages += string(f.Severity) + " " + f.Message + ", " + f.Hint + "\n"
		}
		if c.found == "" && messages != "" || !strings.Contains(messages, c.found) ||
			c.found != "" && !strings.Contains(messages, "say which in the site: products: demo: ports: server: l") {
			t.Errorf("%s: findings are %q", c.name, messages)
		}
	}
}
