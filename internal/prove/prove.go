// Package prove loads rulesets into network namespaces and sends packets, to test
// that the packets that pass are those that a deployment permits. It runs on Linux,
// as root or in a user namespace of its own.
//
// Two namespaces are enough: one is the host under test, with its addresses, its
// ruleset and a listener on every socket; the other is the rest of the world and
// owns the address of every peer.
package prove

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/reach"
)

// A Probe is one packet that opens a connection, to a host or from it.
type Probe struct {
	Host string `json:"host"`
	Out  bool   `json:"out,omitempty"`
	reach.Packet
	Want bool `json:"permitted"` // whether the deployment permits it
}

// String returns the probe as "10.1.0.9 to 10.1.0.11:8443 tcp".
func (p Probe) String() string {
	return fmt.Sprintf("%s to %s %s", p.Source(), p.Destination(), p.Kind())
}

// Source returns the address that the packet comes from, with the port if the probe
// fixes it.
func (p Probe) Source() string {
	if p.SourcePort == 0 {
		return p.From.String()
	}
	return netip.AddrPortFrom(p.From, uint16(p.SourcePort)).String()
}

// Destination returns the address and port that it goes to.
func (p Probe) Destination() string {
	if !model.HasPorts(p.Transport) {
		return p.To.String()
	}
	return netip.AddrPortFrom(p.To, uint16(p.Port)).String()
}

// Kind returns the transport, with the type of a message.
func (p Probe) Kind() string {
	if p.ICMP != nil {
		return fmt.Sprintf("%s type %d", p.Transport, p.ICMP.Type)
	}
	return p.Transport
}

// A Case is a host with the rules to test.
type Case struct {
	Host  *model.Deployed
	Rules Rules
	// Lacking lists the permits for which the target has no rule.
	Lacking []*policy.Lack
}

// Rules are the rules of a host for one kind of firewall.
type Rules interface {
	// Load replaces the previous rules with these.
	Load(ctx context.Context, at Network) error
}

// A Network is the network namespace of a host.
type Network interface {
	// Run runs a program in it, with a text on the program's standard input.
	Run(ctx context.Context, input, program string, args ...string) error
	// Path returns the file of the namespace.
	Path() string
}

// A Result counts the packets, and lists those that passed without being permitted or
// were permitted and did not pass.
type Result struct {
	Probes        int     `json:"probes"`
	Permitted     int     `json:"permitted"` // how many of them should pass
	Disagreements []Probe `json:"disagreements"`
	// NotProbed are flows about which the packets prove nothing, or not everything.
	NotProbed []Unproven `json:"not_probed"`
}

// Options control how many packets are tried.
type Options struct {
	policy.Options
	// Probes is the least number of packets: random ports are added until it is
	// reached.
	Probes int
	Seed   uint64 // for random choices
}

// leastRandom is the least number of random ports.
const leastRandom = 8

// Probes returns packets for a host, at least as many as least: from every peer, to every port
// that a flow names and some others, over TCP and UDP, and the same outwards.
func Probes(d *model.Deployment, h *model.Deployed, o Options, least int) []Probe {
	random := rand.New(rand.NewPCG(o.Seed, uint64(len(h.ID))))
	named, pairs := portsOf(d)
	each := 0 // packets per port
	for _, own := range Addresses(h) {
		for _, peer := range peersOf(d, h) {
			if peer.Is4() == own.Is4() {
				each += 2
			}
		}
	}
	if d.Site.Firewall.Outbound == "listed" {
		each *= 2
	}
	tried := make(map[int]bool)
	for _, n := range named {
		tried[n] = true
	}
	for want := max(len(tried)+leastRandom, least/max(each, 1)+1); len(tried) < min(want, 65535); {
		tried[1+random.IntN(65535)] = true
	}
	ports := slices.Sorted(maps.Keys(tried))
	var all []Probe
	wants := o.Wants
	add := func(out bool, p reach.Packet) {
		probe := Probe{Host: h.ID, Out: out, Packet: p}
		if p.SourcePort == 0 {
			// The packet gets a source port that no flow names.
			p.SourcePort = ephemeral
		}
		if out {
			probe.Want = reach.Out(d, h, wants, p)
		} else {
			probe.Want = reach.In(d, h, wants, p)
		}
		all = append(all, probe)
	}
	for _, own := range Addresses(h) {
		for _, peer := range peersOf(d, h) {
			if peer.Is4() != own.Is4() {
				continue
			}
			for _, transport := range []string{"tcp", "udp"} {
				for _, port := range ports {
					add(false, reach.Packet{From: peer, To: own, Transport: transport, Port: port})
					if d.Site.Firewall.Outbound == "listed" {
						add(true, reach.Packet{From: own, To: peer, Transport: transport, Port: port})
					}
				}
				for _, p := range pairs {
					add(false, reach.Packet{From: peer, To: own, Transport: transport, SourcePort: p[0], Port: p[1]})
				}
			}
		}
	}
	return all
}

// ephemeral stands for a source port that a probe does not fix: packets then have ports
// from ephemeral to lastEphemeral.
const ephemeral, lastEphemeral = 61000, 65000

// Addresses returns the addresses of a host or, for a group, of one of its machines.
func Addresses(h *model.Deployed) []netip.Addr {
	var all []netip.Addr
	for _, s := range h.Addresses {
		if p, ok := model.ParseNetwork(s); ok {
			all = append(all, member(p))
		}
	}
	return all
}

// member returns an address inside a network, neither its first nor its last.
func member(p netip.Prefix) netip.Addr {
	if p.Bits() >= p.Addr().BitLen()-1 {
		return p.Addr()
	}
	return p.Addr().Next()
}

// peersOf returns the peers to try: a member, both edges and the addresses just outside
// of every network that the site or a product names; every address; and a stranger.
func peersOf(d *model.Deployment, h *model.Deployed) []netip.Addr {
	texts := []string{"198.51.100.77", "2001:db8:ffff::77"}
	for _, x := range d.Hosts {
		texts = append(texts, x.Addresses...)
	}
	for _, p := range slices.Concat(h.Inbound, h.Outbound) {
		for _, e := range slices.Concat(p.From, p.To, p.Via, p.Sources(h), p.Destinations(h)) {
			texts = append(texts, e.Addresses()...)
		}
	}
	for _, m := range d.Site.Firewall.Management {
		from, to := d.Site.Managers(m, h)
		texts = append(texts, slices.Concat(m.From, m.To, from, to)...)
	}
	var all []netip.Addr
	for _, s := range texts {
		p, ok := model.ParseNetwork(s)
		if !ok {
			continue
		}
		first, last := policy.Edges(p)
		all = append(all, first, last, member(p))
		if p.Bits() < p.Addr().BitLen() {
			all = append(all, first.Prev(), last.Next())
		}
	}
	own := Addresses(h)
	all = slices.DeleteFunc(all, func(a netip.Addr) bool {
		return !a.IsValid() || a.IsLoopback() || a.IsMulticast() || a.IsUnspecified() || slices.Contains(own, a) ||
			a.Is4() && (a.As4()[0] == 0 || a.As4()[0] >= 240)
	})
	slices.SortFunc(all, netip.Addr.Compare)
	return slices.Compact(all)
}

// unnamed is a port that no flow is likely to name.
const unnamed = 40001

// portsOf lists the ports that flows and management name, and for ranges the edges, their
// neighbours and the middle. It also lists pairs of a source port and a port, some of them for
// answers.
func portsOf(d *model.Deployment) (ports []int, pairs [][2]int) {
	add := func(list []model.PortRange) {
		for _, r := range list {
			for _, n := range []int{r.From - 1, r.From, (r.From + r.To) / 2, r.To, r.To + 1} {
				if n >= 1 && n <= 65535 {
					ports = append(ports, n)
				}
			}
		}
	}
	for _, p := range d.Products { // includes flows that are switched off
		for _, c := range p.Components {
			for _, l := range c.Listeners {
				add(l.Ports)
			}
		}
	}
	for _, p := range d.Permits {
		add(p.Ports)
		sources := p.SourcePorts
		if len(p.Groups) > 0 {
			sources = append(slices.Clone(sources), p.Ports...)
		}
		for _, s := range sources {
			for _, to := range append(slices.Clone(p.Ports), model.PortRange{From: 1023, To: 1024}) {
				pairs = append(pairs, [2]int{s.From, to.From}, [2]int{s.From, to.To}, [2]int{s.To, to.From})
			}
		}
		for _, r := range p.Ports { // like an answer to an unknown connection
			pairs = append(pairs, [2]int{r.From, unnamed})
		}
	}
	for _, m := range d.Site.Firewall.Management {
		for _, port := range m.Ports {
			add([]model.PortRange{{From: port, To: port}})
		}
	}
	slices.SortFunc(pairs, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) })
	return ports, slices.Compact(pairs)
}
