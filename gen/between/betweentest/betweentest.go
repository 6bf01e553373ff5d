// Package betweentest compares what the text for a firewall between zones permits, as a
// reader of its syntax has it, with the deployment.
package betweentest

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/between"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/reach"
)

// A Packet opens a connection from one zone to another.
type Packet struct {
	FromZone, ToZone string
	reach.Packet
	Dialed netip.Addr // the destination as the sender knows it
	Day    string     // on which it is sent, as in 2027-01-31; "" for before every last day
}

// A Permit is a rule as a reader has it. What is empty is everything.
type Permit struct {
	FromZones, ToZones    []string
	Sources, Destinations []Span
	Services              []Service
	Until                 string // the last day, as in 2027-01-31; "" for ever
}

// A Span is addresses from one to another.
type Span [2]netip.Addr

// A Service is a kind of packets; ports without an end are all.
type Service struct {
	Transport     string
	Sources, Port [2]int
	ICMPType      int // -1 for all
}

// SpanOf reads a network, an address, or a span with a hyphen.
func SpanOf(t testing.TB, text string) Span {
	t.Helper()
	if p, err := netip.ParsePrefix(text); err == nil {
		first, last := policy.Edges(p)
		return Span{first, last}
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		t.Fatal(err)
	}
	return Span{a, a}
}

// PortsOf reads a port or a range; "" is all.
func PortsOf(t testing.TB, text string) [2]int {
	t.Helper()
	if text == "" {
		return [2]int{}
	}
	from, to, span := strings.Cut(text, "-")
	if !span {
		to = from
	}
	a, err := strconv.Atoi(from)
	b, err2 := strconv.Atoi(to)
	if err != nil || err2 != nil || a > b {
		t.Fatalf("%q is not a port", text)
	}
	return [2]int{a, b}
}

func (s Span) has(a netip.Addr) bool {
	return s[0].BitLen() == a.BitLen() && s[0].Compare(a) <= 0 && a.Compare(s[1]) <= 0
}

func (s Service) has(p Packet) bool {
	within := func(r [2]int, n int) bool { return r == [2]int{} || r[0] <= n && n <= r[1] }
	if s.Transport != p.Transport {
		return false
	}
	if !model.HasPorts(p.Transport) {
		return s.ICMPType < 0 || s.ICMPType == echo
	}
	return within(s.Sources, p.SourcePort) && within(s.Port, p.Port)
}

// echo is the message that packets of icmp are.
const echo = 8

// Permits reports whether a rule lets a packet pass, whose destination is the one that it has
// before or after it is translated.
func (r Permit) Permits(p Packet, to netip.Addr) bool {
	spans := func(list []Span, a netip.Addr) bool {
		return len(list) == 0 || slices.ContainsFunc(list, func(s Span) bool { return s.has(a) })
	}
	return (r.Until == "" || p.Day <= r.Until) && (len(r.FromZones) == 0 || slices.Contains(r.FromZones, p.FromZone)) && (len(r.ToZones) == 0 || slices.Contains(r.ToZones, p.ToZone)) &&
		slices.ContainsFunc(r.Services, func(s Service) bool { return s.has(p) }) && spans(r.Sources, p.From) && spans(r.Destinations, to)
}

// Sites are the examples that have zones, and random ones.
func Sites(t testing.TB, seeds int) []*model.Deployment {
	t.Helper()
	all := slices.DeleteFunc(policytest.Examples(t), func(d *model.Deployment) bool { return len(d.Site.Zones) < 2 })
	if len(all) == 0 {
		t.Fatal("no example has zones")
	}
	for seed := range uint64(seeds) {
		all = append(all, policytest.Zoned(t, seed, "linux"))
	}
	return all
}

// A Reader is what a text permits, as a reader of its syntax has it.
type Reader struct {
	Permits func(Packet) bool
	// Takes is that of the device: what it does not take is not tried.
	Takes func(between.Service) bool
	// AnyZone says that it does not look at the zone to which a packet goes, but at the address
	// alone; a multicast group is in all zones.
	AnyZone bool
	// NoMulticast is that of the device.
	NoMulticast bool
	// Day is that of all packets, and Gone a flow, as product/flow, whose last day was before it.
	Day, Gone string
}

// Compare sends packets between all zones of a site. What the reader permits must be what the
// deployment permits. It returns how many packets were to pass.
func (r Reader) Compare(t testing.TB, d *model.Deployment) (passed int) {
	t.Helper()
	wants := func(p *model.Permit) bool {
		return policy.Options{}.Wants(p) && p.Connection.Product.ID+"/"+p.Connection.Flow.ID != r.Gone
	}
	wrong, most := 0, 0
	packets(d, func(Packet) { most++ })
	random := rand.New(rand.NewPCG(1, uint64(most)))
	packets(d, func(p Packet) {
		if r.Takes != nil && !r.Takes(between.Service{Transport: p.Transport, ICMP: &model.ICMP{Type: echo}}) {
			return
		}
		if r.NoMulticast && p.To.IsMulticast() {
			return
		}
		p.Day = r.Day
		got := r.Permits(p)
		if !got && most > exhaustive && random.IntN(most) >= sample {
			return // asking the deployment takes long
		}
		want := reach.Between(d, wants, p.FromZone, p.ToZone, p.Packet)
		for _, z := range d.Site.Zones {
			want = want || r.AnyZone && p.To.IsMulticast() && z.ID != p.FromZone && reach.Between(d, wants, p.FromZone, z.ID, p.Packet)
		}
		if want {
			passed++
		}
		if got != want && wrong < 10 {
			wrong++
			t.Errorf("site %s: %s %s:%d to %s %s:%d %s is permitted: %t, want %t", d.Site.ID, p.FromZone, p.From, p.SourcePort, p.ToZone, p.To, p.Port, p.Transport, got, want)
		}
	})
	return passed
}

// Of a site with more packets than exhaustive, about so many of those that are not permitted
// are tried.
const exhaustive, sample = 200_000, 20_000

// ephemeral is a port that the system takes, which no flow names.
const ephemeral = 61000

// packets lists what is tried: from every address of a zone, its neighbours and a stranger to
// those of another, to every port that flows and management name and the ports beside them.
func packets(d *model.Deployment, try func(Packet)) {
	pairs := pairsOf(d)
	for _, from := range d.Site.Zones {
		for _, to := range d.Site.Zones {
			if from == to {
				continue
			}
			for _, a := range addressesOf(d, from.ID) {
				for _, b := range append(addressesOf(d, to.ID), groups...) {
					if a.Is4() != b.Is4() || a.IsMulticast() {
						continue
					}
					one := Packet{FromZone: from.ID, ToZone: to.ID, Packet: reach.Packet{From: a, To: b}, Dialed: b}
					if seen := d.Site.Seen([]string{b.String()}, to.ID, from.ID, false); len(seen) == 1 {
						one.Dialed = netip.MustParseAddr(seen[0])
					}
					for _, transport := range []string{"tcp", "udp"} {
						one.Transport = transport
						for _, pair := range pairs {
							one.SourcePort, one.Port = pair[0], pair[1]
							try(one)
						}
					}
					one.Port, one.SourcePort = 0, 0
					for _, one.Transport = range []string{"esp", "gre", "icmp"} {
						if a.Is4() {
							try(one)
						}
					}
				}
			}
		}
	}
}

var groups = []netip.Addr{netip.MustParseAddr("239.1.2.3"), netip.MustParseAddr("239.1.2.4"), netip.MustParseAddr("ff05::1:3")}

// addressesOf are addresses of a zone, the neighbours of each, and one that nothing has.
func addressesOf(d *model.Deployment, zone string) []netip.Addr {
	var all []netip.Addr
	add := func(text string) {
		p, ok := model.ParseNetwork(text)
		if !ok {
			return
		}
		first, last := policy.Edges(p)
		all = append(all, first, last, first.Prev(), last.Next())
	}
	hosts := 0
	for _, h := range d.Hosts {
		if h.NetZone == zone && hosts < 8 { // of a large site, some
			hosts++
			for _, a := range h.Addresses {
				add(a)
			}
		}
	}
	for _, l := range d.Site.Services {
		if l.Zone == zone {
			for _, a := range append(append([]string{}, l.Addresses...), l.Networks...) {
				add(a)
			}
		}
	}
	for _, m := range d.Site.Firewall.Management {
		for _, a := range append(append([]string{}, m.From...), m.To...) {
			if d.Site.ZoneOf(a) == zone {
				add(a)
			}
		}
	}
	// Of a neighbour, nobody can say in which zone it is, if it is in the networks of another.
	all = slices.DeleteFunc(all, func(a netip.Addr) bool {
		z := ""
		if a.IsValid() {
			z = d.Site.ZoneOf(a.String())
		}
		return !a.IsValid() || z != zone
	})
	slices.SortFunc(all, netip.Addr.Compare)
	return slices.Compact(all)
}

// pairsOf lists source ports and ports: ports that flows and management name with those beside
// them, from a port that the system takes, and from those that a flow names.
func pairsOf(d *model.Deployment) [][2]int {
	edges := func(list []model.PortRange) (all []int) {
		for _, r := range list {
			for _, n := range []int{r.From - 1, r.From, r.To, r.To + 1} {
				if n >= 1 && n <= 65535 {
					all = append(all, n)
				}
			}
		}
		return all
	}
	var pairs [][2]int
	add := func(sources, ports []int) {
		for _, from := range sources {
			for _, to := range ports {
				pairs = append(pairs, [2]int{from, to})
			}
		}
	}
	random := []int{ephemeral}
	for _, p := range d.Permits {
		ports := edges(p.Ports)
		add(random, ports)
		add(edges(p.SourcePorts), append(ports, ephemeral))
		if len(p.Groups) > 0 {
			add(ports, []int{1023, 1024, ephemeral})
		}
	}
	for _, m := range d.Site.Firewall.Management {
		for _, n := range m.Ports {
			add(random, edges([]model.PortRange{{From: n, To: n}}))
		}
	}
	slices.SortFunc(pairs, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) })
	return slices.Compact(pairs)
}

// Text returns the one file that a target makes for a site.
func Text(t testing.TB, files []gen.File, found diag.List) string {
	t.Helper()
	if found.HasErrors() || len(files) != 1 {
		t.Fatalf("%d files, %v", len(files), found)
	}
	return string(files[0].Data)
}

// Agree has a reader of a target's texts compare the example site and random ones with what is
// generated for them.
func Agree(t *testing.T, read func(*model.Deployment) Reader) {
	t.Helper()
	passed := 0
	for _, d := range Sites(t, 12) {
		passed += read(d).Compare(t, d)
	}
	if passed < 500 {
		t.Errorf("only %d packets were to pass", passed)
	}
}

// Spoiled changes a text in several ways, of which the comparison has to notice each.
func Spoiled(t *testing.T, d *model.Deployment, text string, read func(text string) Reader, changes ...[2]string) {
	t.Helper()
	for _, change := range changes {
		spoiled := strings.Replace(text, change[0], change[1], 1)
		if spoiled == text {
			t.Fatalf("nothing is spoiled by %q", change)
		}
		wrong := &testing.T{}
		read(spoiled).Compare(wrong, d)
		if !wrong.Failed() {
			t.Errorf("%q is not noticed", change)
		}
	}
}

// LastDay gives each flow of a random site in turn a last day: what is generated lets it pass
// on that day, and not on the day after.
func LastDay(t *testing.T, read func(*model.Deployment) Reader) {
	t.Helper()
	ended := 0
	d := policytest.Zoned(t, 10, "linux")
	for _, p := range d.Permits {
		flow := p.Connection.Product.ID + "/" + p.Connection.Flow.ID
		d.Site.Firewall.Permits = []*model.PermitRecord{{Flow: flow, Until: "2028-02-28"}} // before a leap day
		r := read(d)
		r.Day = "2028-02-28"
		before := r.Compare(t, d)
		r.Day, r.Gone = "2028-02-29", flow
		ended += before - r.Compare(t, d)
	}
	if ended < 20 {
		t.Errorf("only %d packets pass on the last day and not on the next", ended)
	}
}

// Hostile generates rules for a site with hostile texts where people write: those that are
// known, and with -fuzz any. All have to be the same as without but for comments and words
// that are made of content, which bare takes out, and a reader of the syntax has to know all
// of it; read may be nil.
func Hostile(f *testing.F, generate func(*model.Deployment, policy.Settings) ([]gen.File, diag.List), bare func(string) string, read func(t *testing.T, text string)) {
	for _, text := range policytest.HostileTexts {
		f.Add(text)
	}
	made := func(t testing.TB, text string) string {
		files, _ := generate(hostile(t, text), policy.Settings{Partial: true})
		if len(files) == 0 {
			t.Fatalf("%q: no file", text)
		}
		all := ""
		for _, file := range files {
			all += file.Path[strings.LastIndex(file.Path, "/"):] + "\n" + string(file.Data)
		}
		return all
	}
	want := bare(made(f, "x"))
	f.Fuzz(func(t *testing.T, text string) {
		got := made(t, text)
		if bare(got) != want {
			t.Errorf("%q:\n%s\nwant\n%s", text, bare(got), want)
		}
		if _, body, _ := strings.Cut(got, "\n"); read != nil {
			read(t, body)
		}
	})
}

// hostile puts the ends of a site with hostile texts into two zones. Ids of zones are names of
// interfaces: they are checked, not encoded.
func hostile(t testing.TB, text string) *model.Deployment {
	d := policytest.Hostile(t, text, "linux")
	d.Site.Zones = []*model.NetworkZone{
		{ID: "inner", Name: text, Networks: []string{"10.1.0.0/16"}}, {ID: "outer", Name: text, Networks: []string{"10.2.0.0/16", "10.9.0.0/16"}},
	}
	for i, h := range d.Hosts {
		h.NetZone = []string{"inner", "outer"}[i]
	}
	for _, p := range d.Permits {
		for _, e := range slices.Concat(p.From, p.To) {
			e.NetZone = e.Host.NetZone
		}
	}
	return d
}

// ReadNames reports two things of the same name that differ, in a text that a reader has
// read.
func ReadNames(t testing.TB, seen map[string]string, name, content string, most int) {
	t.Helper()
	if before, there := seen[name]; there && before != content {
		t.Errorf("%s is %q and %q", name, before, content)
	}
	if len(name) > most {
		t.Errorf("%s has %d characters, and the device takes %d", name, len(name), most)
	}
	seen[name] = content
}

// String is for messages of tests.
func (p Packet) String() string {
	return fmt.Sprintf("%s %s to %s %s:%d %s", p.FromZone, p.From, p.ToZone, p.To, p.Port, p.Transport)
}
