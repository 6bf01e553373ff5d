package prove

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/resolve"
)

// crowded is a site with a host that a thousand addresses reach at ten ports each: ten
// thousand elements, as no two addresses and no two ports are neighbours.
func crowded(t testing.TB) *model.Deployment {
	t.Helper()
	p := &model.Product{ID: "p", Name: "Product", Version: "1", Components: []*model.Component{
		{ID: "client", Name: "Client", Kind: "external"}, {ID: "server", Name: "Server", Kind: model.Software},
	}}
	for i := range 10 {
		id := fmt.Sprintf("l%d", i)
		p.Components[1].Listeners = append(p.Components[1].Listeners, &model.Listener{
			ID: id, Purpose: "Listen", Transports: []string{"udp"}, Bind: "any",
			PortStatement: model.PortStatement{Ports: []model.PortRange{{From: 5000 + 2*i, To: 5000 + 2*i}}},
		})
		p.Flows = append(p.Flows, &model.Flow{
			ID: "f" + id, Purpose: "Talk", From: []string{"client"}, To: []model.Target{{Component: "server", Listeners: []string{id}}},
			Scope: "network", Delivery: "unicast",
		})
	}
	at := &model.Location{What: "p/client"}
	for i := range 1000 {
		at.Addresses = append(at.Addresses, fmt.Sprintf("10.2.%d.%d", i/100, 2*(i%100)))
	}
	d, found := resolve.Site(&model.Catalog{Products: []*model.Product{p}}, &model.Site{
		ID: "crowded", Services: []*model.Location{at},
		Hosts:    []*model.Host{{ID: "server", OS: "linux", Addresses: []string{"10.1.0.1"}, Count: 1, Runs: []model.Place{"p/server"}}},
		Firewall: &model.Firewall{Outbound: "free", Management: []*model.Management{{ID: "admins", From: []string{"10.9.0.0/24"}, Transport: "tcp", Ports: []int{22}}}},
	})
	if found.HasErrors() {
		t.Fatal(found)
	}
	return d
}

// BenchmarkPackets compares how many packets a second pass ten thousand permits as sets, as a
// rule each, and no rules, and how long the rules take to load. All take turns, a few thousand
// packets at a time, and ratios are medians of turns. Without rules the kernel does not track
// connections either, which a stateful firewall cannot do without: tracked/none is how many
// pass a ruleset that tracks them and accepts all.
func BenchmarkPackets(b *testing.B) {
	d := crowded(b)
	all, found := Cases("nftables", d, d.Hosts, policy.Settings{})
	if found.HasErrors() {
		b.Fatal(found)
	}
	sets := all[0].Rules.(NFTables)
	elements := regexp.MustCompile(`(?m)^\t+(10\.2\.\S+) \. udp \. (\d+) comment.*$`).FindAllSubmatch(sets, -1)
	if len(elements) != 10000 {
		b.Fatalf("%d elements", len(elements))
	}
	var each strings.Builder
	each.WriteString("table inet each\ndelete table inet each\ntable inet each {\nchain input {\ntype filter hook input priority filter; policy drop;\nct state established,related accept\n")
	for _, e := range elements {
		fmt.Fprintf(&each, "ip saddr %s udp dport %s counter accept\n", e[1], e[2])
	}
	each.WriteString("}\n}\n")
	from, to := netip.MustParseAddr("10.2.9.198"), netip.MustParseAddrPort("10.1.0.1:5018")
	if last := elements[len(elements)-1]; string(last[1]) != from.String() || string(last[2]) != "5018" {
		b.Fatalf("the last element is %s . %s", last[1], last[2])
	}
	const tracking = "table inet tracked {\nchain input {\ntype filter hook input priority filter; policy accept;\nct state established accept\n}\n}\n"
	ways := []struct {
		name  string
		rules Rules
	}{{"none", nil}, {"tracked", NFTables(tracking)}, {"sets", sets}, {"each", NFTables(each.String())}}
	rates, shares, loads := make(map[string][]float64), make(map[string][]float64), []float64{}
	for b.Loop() {
		took := make(map[string]time.Duration)
		rigs := make([]*Rig, len(ways))
		for i, way := range ways {
			rig, err := newRig(b.Context(), []netip.Addr{to.Addr()}, []netip.Addr{from})
			if err != nil {
				b.Fatal(err)
			}
			defer rig.Close()
			rigs[i] = rig
			if way.rules == nil {
				continue
			}
			before := childTime(b)
			if err := rig.Load(b.Context(), way.rules); err != nil {
				b.Fatal(err)
			}
			took[way.name] = childTime(b) - before
		}
		loads = append(loads, took["sets"].Seconds()/took["each"].Seconds())
		for range 10 {
			turn := make(map[string]float64)
			for i, way := range ways {
				turn[way.name] = rigs[i].rate(b, from, to)
				rates[way.name] = append(rates[way.name], turn[way.name])
			}
			for name, rate := range turn {
				shares[name] = append(shares[name], rate/turn["none"])
			}
		}
	}
	middle := func(all []float64) float64 { return slices.Sorted(slices.Values(all))[len(all)/2] }
	b.ReportMetric(middle(rates["none"]), "packets/s")
	for _, name := range []string{"tracked", "sets", "each"} {
		b.ReportMetric(middle(shares[name]), name+"/none")
	}
	b.ReportMetric(middle(loads), "load-sets/each")
}

// childTime returns the processor time of all processes that this one has started.
func childTime(b *testing.B) time.Duration {
	b.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_CHILDREN, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// rate sends packets to a port that nothing answers from, so that each of them is new to
// the firewall, and returns how many arrive in a second of the thread's time: the same thread sends,
// filters and receives them, whatever else the machine does.
func (r *Rig) rate(b *testing.B, from netip.Addr, to netip.AddrPort) float64 {
	b.Helper()
	var server net.PacketConn
	err := r.host.do(func() (err error) {
		server, err = (&net.ListenConfig{}).ListenPacket(b.Context(), "udp", to.String())
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close()
	_ = server.(*net.UDPConn).SetReadBuffer(1 << 20)
	const packets = 4000
	var rate float64
	err = r.world.do(func() error {
		s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return err
		}
		defer unix.Close(s)
		if err := unix.Bind(s, sockaddr(from, 0)); err != nil {
			return err
		}
		if err := unix.Connect(s, sockaddr(to.Addr(), int(to.Port()))); err != nil {
			return err
		}
		buf := make([]byte, 64)
		got := 0
		start, err := threadTime()
		if err != nil {
			return err
		}
		// A few at a time, so that none is lost for want of room.
		for range packets / 50 {
			for range 50 {
				if _, err := unix.Write(s, []byte("?")); err != nil {
					return err
				}
			}
			for range 50 {
				if err := server.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
					return err
				}
				if _, _, err := server.ReadFrom(buf); err != nil {
					return fmt.Errorf("after %d packets: %w", got, err)
				}
				got++
			}
		}
		end, err := threadTime()
		rate = packets / (end - start).Seconds()
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return rate
}

func threadTime() (time.Duration, error) {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &u); err != nil {
		return 0, err
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}
