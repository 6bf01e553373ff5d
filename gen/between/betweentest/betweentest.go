// Package betweentest compares what the generated text for a firewall between zones permits with
// the deployment. Tests provide a [Reader] of the text's syntax.
package betweentest

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/portspec/portspec/gen/between"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/reach"
)

// Sites returns the example sites that have zones, and random ones.
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

// A Reader knows what a text permits, as parsed by a test.
type Reader struct {
	Permits func(Packet) bool
	// Takes is that of the device; other packets are not tried.
	Takes func(between.Service) bool
	// AnyZone says that it does not look at the zone to which a packet goes, but at the address
	// alone; a multicast group is in all zones.
	AnyZone bool
	// NoMulticast is that of the device.
	NoMulticast bool
	// Day is the day of all packets, and Gone is a flow, as product/flow, whose last day was before.
	Day, Gone string
}

// Compare tries packets between all zones of a site. The reader must permit exactly the packets
// that the deployment permits. It returns the number of packets that are permitted.
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
