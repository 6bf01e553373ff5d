package targets

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/ansible"
	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// TestSamePermits reads the outputs of each target for the example sites and for random ones.
// All must permit the same traffic as the resolved site: from whom, to whom, over which
// transport, at which ports, and whether it is required.
func TestSamePermits(t *testing.T) {
	sites := permitSites(t)
	tables, rules := goTables(t, sites), ansibleRules(t, sites)
	counts := make(map[string]int)
	for i, d := range sites {
		compare := func(target string, got, want permits) {
			t.Helper()
			counts[target] += want.ports()
			if a, b := got.lines(), want.lines(); !slices.Equal(a, b) {
				t.Errorf("%s of site %s: missing\n  %s\nsurplus\n  %s", target, d.Site.ID, strings.Join(without(b, a), "\n  "), strings.Join(without(a, b), "\n  "))
			}
		}
		want := resolvedPermits(d, nameOf, false)
		compare("Go", tables[i], want)
		shown := shownNames(d)
		want = resolvedPermits(d, func(e *model.End) string { return shown[nameOf(e)] }, false)
		files, _ := sitePages(markdown.Options{})(d, nil)
		counts["CSV, groups"] += strings.Count(string(fileNamed(t, files, "firewall-request.csv")), ",group,")
		hosts := csvHosts(t, fileNamed(t, files, "firewall-request-hosts.csv"))
		compare("CSV", csvPermits(t, fileNamed(t, files, "firewall-request.csv"), hosts), want)
		compare("Markdown", pagePermits(t, d, fileNamed(t, files, "firewall-request.md")), want)
		parties := partiesOf(d)
		drawn, subjects := diagramPermits(t, d)
		want = resolvedPermits(d, func(e *model.End) string { return parties[e] }, true)
		maps.DeleteFunc(want, func(key string, _ []byte) bool { // diagrams show neither
			ends := strings.Fields(key)
			left := !subjects[ends[0]] && !subjects[ends[1]]
			if left {
				counts["Mermaid, not drawn"]++
			}
			return left
		})
		compare("Mermaid", drawn, want)
		files, findings := ansible.GenerateSite(d)
		for _, f := range files {
			counts["Ansible, groups"] += strings.Count(f.Path, "/alike_")
		}
		texts := findingTexts(findings)
		for _, h := range d.Hosts {
			got := rules[i][h.ID]
			want, left := hostPermits(d.Site, h)
			addresses := slices.Concat(slices.Collect(maps.Keys(want)), slices.Collect(maps.Keys(got)))
			compare("Ansible", got.within(addresses), want.within(addresses))
			for what := range left {
				counts["Ansible, left out with a finding"]++
				if !strings.Contains(texts, what) {
					t.Errorf("Ansible of site %s leaves out %s of %s without a finding", d.Site.ID, what, h.ID)
				}
			}
		}
	}
	for _, target := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%d sites, %s: %d", len(sites), target, counts[target])
	}
	if slices.Min([]int{counts["Ansible, groups"], counts["CSV, groups"]}) == 0 {
		t.Error("no hosts that are alike were described together")
	}
	if counts["Go"] < 500 {
		t.Errorf("only %d ports were compared", counts["Go"])
	}
}

// permits tells, by "from to transport", how much each port is needed: 0 for not permitted, 1
// for optional, 2 for required. Slot 0 is for connections without a port or a known one.
type permits map[string][]byte

func (p permits) add(key string, ports []model.PortRange, optional bool) {
	if p[key] == nil {
		p[key] = make([]byte, 1<<16)
	}
	need := byte(2)
	if optional {
		need = 1
	}
	if len(ports) == 0 {
		ports = []model.PortRange{{}}
	}
	for _, r := range ports {
		for n := r.From; n <= r.To; n++ {
			p[key][n] = max(p[key][n], need)
		}
	}
}

// lines shows what is permitted, a line for each range of ports.
func (p permits) lines() []string {
	var all []string
	for key, ports := range p {
		for from := 0; from < len(ports); {
			to := from
			for to+1 < len(ports) && ports[to+1] == ports[from] {
				to++
			}
			if ports[from] > 0 {
				all = append(all, fmt.Sprintf("%s %d-%d %s", key, from, to, []string{"", "optional", "required"}[ports[from]]))
			}
			from = to + 1
		}
	}
	slices.Sort(all)
	return all
}

func (p permits) ports() int { return len(p.lines()) }

// within returns what is permitted for each of the addresses ("in tcp 192.0.2.1"), also by rules
// for networks that contain them.
func (p permits) within(keys []string) permits {
	all := make(permits)
	for _, key := range keys {
		way, address := key[:strings.LastIndex(key, " ")], netip.MustParsePrefix(key[strings.LastIndex(key, " ")+1:])
		ports := make([]byte, 1<<16)
		for other, more := range p {
			around := netip.MustParsePrefix(other[strings.LastIndex(other, " ")+1:])
			if !strings.HasPrefix(other, way+" ") || around.Bits() > address.Bits() || !around.Contains(address.Addr()) {
				continue
			}
			for n, need := range more {
				ports[n] = max(ports[n], need)
			}
		}
		all[key] = ports
	}
	return all
}

func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// legs returns the parts of a permit from hop to hop.
func legs(p *model.Permit) [][2][]*model.End {
	way := slices.Concat([][]*model.End{p.From}, viaHops(p), [][]*model.End{p.To})
	var all [][2][]*model.End
	for i := range way[1:] {
		all = append(all, [2][]*model.End{way[i], way[i+1]})
	}
	return all
}

// viaHops returns the gateways of a permit by hop.
func viaHops(p *model.Permit) [][]*model.End {
	var hops [][]*model.End
	for _, e := range p.Via {
		if n := len(hops); n > 0 && hops[n-1][0].Place == e.Place {
			hops[n-1] = append(hops[n-1], e)
		} else {
			hops = append(hops, []*model.End{e})
		}
	}
	return hops
}

// resolvedPermits returns what a site permits between named ends. What is needed only in some
// phase is optional in diagrams; elsewhere it is as required as its flow.
func resolvedPermits(d *model.Deployment, name func(*model.End) string, phases bool) permits {
	all := make(permits)
	for _, p := range d.Permits {
		optional := p.Connection.Flow.Optional || phases && p.Connection.Phase != ""
		for _, leg := range legs(p) {
			for _, from := range leg[0] {
				for _, to := range leg[1] {
					if !model.SameHost(from, to) {
						all.add(name(from)+" "+name(to)+" "+p.Transport, p.Ports, optional)
					}
				}
			}
		}
	}
	return all
}

// nameOf returns a single word for an end.
func nameOf(e *model.End) string {
	switch {
	case e.Host != nil:
		return e.Host.ID
	case e.Any:
		return "any-host"
	}
	return e.ID()
}

// shownNames returns the displayed names of ends, as single words, by nameOf.
func shownNames(d *model.Deployment) map[string]string {
	all := make(map[string]string)
	for _, p := range d.Permits {
		for _, e := range slices.Concat(p.From, p.Via, p.To) {
			name := nameOf(e)
			if e.Host == nil && !e.Any && (e.Location == nil || strings.Contains(e.Location.What, "/")) {
				name = p.Connection.Product.Component(e.Place.Component()).Name
			}
			all[nameOf(e)] = oneWord(name)
		}
	}
	return all
}

func oneWord(name string) string { return strings.ReplaceAll(name, " ", "-") }

// hostPermits returns what a host's firewall must let in and out, by "in tcp" and the address of
// the other end, and the flows for which rules are impossible. A broadcast needs no rule to go
// out if any connection may.
func hostPermits(site *model.Site, h *model.Deployed) (permits, map[string]bool) {
	all, left := make(permits), make(map[string]bool)
	for direction, list := range map[string][]*model.Permit{"in": h.Inbound, "out": h.Outbound} {
		for _, p := range list {
			flow := p.Connection.Flow
			peers := p.Sources(h)
			if direction == "out" {
				peers = p.Destinations(h)
			}
			if model.HasPorts(p.Transport) && len(p.Ports) == 0 {
				left[fmt.Sprintf("flow %s/%s,", p.Connection.Product.ID, flow.ID)] = true
				continue
			}
			if direction == "out" && len(p.Groups) > 0 {
				if p.Groups[0] == "broadcast" {
					if !site.Firewall.Free() {
						left[fmt.Sprintf("flow %s/%s,", p.Connection.Product.ID, flow.ID)] = true
					}
					continue
				}
				peers = nil
				for _, g := range p.Groups {
					all.add(direction+" "+p.Transport+" "+asPrefix(g).String(), p.Ports, flow.Optional)
				}
			}
			for _, e := range peers {
				addresses := e.Addresses()
				if e.Any {
					addresses = []string{"0.0.0.0/0", "::/0"}
				}
				known := false
				for _, a := range addresses {
					prefix := asPrefix(a)
					if !prefix.IsValid() || flow.Family == "ipv4" && prefix.Addr().Is6() || flow.Family == "ipv6" && prefix.Addr().Is4() {
						continue
					}
					known = true
					all.add(direction+" "+p.Transport+" "+prefix.String(), p.Ports, flow.Optional)
				}
				if !known {
					left["no rule with "+e.ID()+" for "] = true
				}
			}
		}
	}
	return all, left
}

// asPrefix parses an address or a network; the result is invalid for a name.
func asPrefix(s string) netip.Prefix {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen())
	}
	prefix, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}

func findingTexts(list diag.List) string {
	var b strings.Builder
	for _, f := range list {
		b.WriteString(f.Message + "\n")
	}
	return b.String()
}

func fileNamed(t *testing.T, files []gen.File, name string) []byte {
	t.Helper()
	i := slices.IndexFunc(files, func(f gen.File) bool { return strings.HasSuffix(f.Path, "/"+name) })
	if i < 0 {
		t.Fatalf("no file %s", name)
	}
	return files[i].Data
}
