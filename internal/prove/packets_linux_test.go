package prove

import (
	"errors"
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

// The sender and the receiver of packets, as in the last element of the sets.
var (
	packetsFrom = netip.MustParseAddr("10.2.9.198")
	packetsTo   = netip.MustParseAddrPort("10.1.0.1:5018")
)

// A way is rules to compare, or none.
type way struct {
	name  string
	rules Rules
}

// packetWays returns no rules; rules that track connections and accept all; and ten thousand
// permits, as sets and as a rule each.
func packetWays(b *testing.B) []way {
	b.Helper()
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
	if last := elements[len(elements)-1]; string(last[1]) != packetsFrom.String() || string(last[2]) != fmt.Sprint(packetsTo.Port()) {
		b.Fatalf("the last element is %s . %s", last[1], last[2])
	}
	const tracking = "table inet tracked {\nchain input {\ntype filter hook input priority filter; policy accept;\nct state established accept\n}\n}\n"
	return []way{{"none", nil}, {"tracked", NFTables(tracking)}, {"sets", sets}, {"each", NFTables(each.String())}}
}

const (
	burst  = 50  // datagrams in a turn: a socket has room for them
	turns  = 300 // of each exchange, in each iteration
	seldom = 25  // a rule for each permit takes part in one of so many turns, because it takes that much longer
)

// exchanges are the ways to exchange datagrams, by the prefix of the names of their figures.
var exchanges = []struct {
	name string
	run  func(l *lane) (time.Duration, error)
}{
	{"unanswered-", (*lane).unanswered},
	{"answered-", (*lane).answered},
	{"opening-", (*lane).opening},
}

// BenchmarkPackets compares how many packets a second pass ten thousand permits as sets, as a
// rule each, and no rules, and how long the rules take to load. Without rules the kernel does
// not track connections either, which a stateful firewall cannot do without: answered-tracked/none
// is how many pass a ruleset that tracks them and accepts all.
//
// The figures that begin with answered are for questions and answers of a known connection, as
// most packets are; unanswered, for packets that nothing answers, so that each is new to the
// firewall and looked up; and opening, for packets that each open a connection, which the
// kernel has to record as well. Datagrams are as small as possible.
//
// It counts the time of one thread, which sends, filters and receives them, whatever else the
// machine does. All ways take turns, shorter than the system lets a thread run at a time, and
// ratios are medians of turns.
func BenchmarkPackets(b *testing.B) {
	ways := packetWays(b)
	figures := make(map[string][]float64)
	note := func(name string, x float64) { figures[name] = append(figures[name], x) }
	for b.Loop() {
		lanes, loads := make([]*lane, len(ways)), make(map[string]time.Duration)
		for i, w := range ways {
			lanes[i], loads[w.name] = newLane(b, w)
		}
		note("load-sets/each", loads["sets"].Seconds()/loads["each"].Seconds())
		err := onThread(func() error {
			for turn := range turns {
				if err := takeTurn(turn, lanes, note); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		for _, l := range lanes {
			l.close()
		}
	}
	for name, all := range figures {
		b.ReportMetric(slices.Sorted(slices.Values(all))[len(all)/2], name)
	}
}

// takeTurn lets all lanes do each exchange once, and notes how they compare with the first,
// which has no rules. Another lane begins each time.
func takeTurn(turn int, lanes []*lane, note func(string, float64)) error {
	for _, x := range exchanges {
		times := make([]float64, len(lanes))
		for k := range lanes {
			i := (turn + k) % len(lanes)
			if lanes[i].way == "each" && (turn%seldom > 0 || x.name != exchanges[0].name) {
				continue
			}
			took, err := x.run(lanes[i])
			if err != nil {
				return fmt.Errorf("%s%s: %w", x.name, lanes[i].way, err)
			}
			times[i] = took.Seconds()
		}
		for i, l := range lanes[1:] {
			if took := times[1+i]; took > 0 {
				note(x.name+l.way+"/none", times[0]/took)
			}
		}
		if x.name == exchanges[0].name {
			note("packets/s", burst/times[0])
		}
	}
	return nil
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

// A lane is a server on a host that has the rules of a way, and clients of it.
type lane struct {
	way    string
	rig    *Rig
	server net.PacketConn
	asking int // a client that is never answered
	known  int // a client that is answered
	port   int // of the client that was opened last
	buf    [64]byte
}

// newLane returns a lane, and how long its rules took to load.
func newLane(b *testing.B, w way) (*lane, time.Duration) {
	b.Helper()
	l := &lane{way: w.name, port: 10_000}
	must := func(err error) {
		if err != nil {
			b.Helper()
			b.Fatal(err)
		}
	}
	var err error
	l.rig, err = newRig(b.Context(), []netip.Addr{packetsTo.Addr()}, []netip.Addr{packetsFrom})
	must(err)
	before := childTime(b)
	if w.rules != nil {
		must(l.rig.Load(b.Context(), w.rules))
	}
	took := childTime(b) - before
	must(l.rig.host.do(func() (err error) {
		l.server, err = (&net.ListenConfig{}).ListenPacket(b.Context(), "udp", packetsTo.String())
		return err
	}))
	must(l.rig.world.do(func() (err error) {
		if l.asking, err = l.open(); err != nil {
			return err
		}
		l.known, err = l.open()
		return err
	}))
	return l, took
}

func (l *lane) close() {
	unix.Close(l.asking)
	unix.Close(l.known)
	l.server.Close()
	l.rig.Close()
}

// open opens a client, at the next port.
func (l *lane) open() (int, error) {
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	l.port++
	return s, errors.Join(
		unix.SetsockoptTimeval(s, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 5}),
		unix.Bind(s, sockaddr(packetsFrom, l.port)),
		unix.Connect(s, sockaddr(packetsTo.Addr(), int(packetsTo.Port()))))
}

// unanswered sends datagrams that the server does not answer.
func (l *lane) unanswered() (time.Duration, error) {
	return threadTime(func() error {
		for range burst {
			if _, err := unix.Write(l.asking, []byte("?")); err != nil {
				return err
			}
		}
		return l.receive(burst, nil)
	})
}

// answered sends datagrams, each of which the server answers.
func (l *lane) answered() (time.Duration, error) {
	return threadTime(func() error {
		for range burst {
			if _, err := unix.Write(l.known, []byte("?")); err != nil {
				return err
			}
		}
		err := l.receive(burst, func(from net.Addr) error {
			_, err := l.server.WriteTo([]byte("!"), from)
			return err
		})
		for i := 0; i < burst && err == nil; i++ {
			_, err = unix.Read(l.known, l.buf[:])
		}
		return err
	})
}

// opening sends each datagram from another port.
func (l *lane) opening() (time.Duration, error) {
	if err := l.rig.world.enter(); err != nil {
		return 0, err
	}
	var clients []int
	defer func() {
		for _, s := range clients {
			unix.Close(s)
		}
	}()
	for range burst {
		s, err := l.open()
		if err != nil {
			return 0, err
		}
		clients = append(clients, s)
	}
	return threadTime(func() error {
		for _, s := range clients {
			if _, err := unix.Write(s, []byte("?")); err != nil {
				return err
			}
		}
		return l.receive(burst, nil)
	})
}

// receive waits until the server has some datagrams, and calls a function with the sender of each.
func (l *lane) receive(n int, each func(net.Addr) error) error {
	if err := l.server.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	for got := range n {
		_, from, err := l.server.ReadFrom(l.buf[:])
		if err != nil {
			return fmt.Errorf("after %d packets: %w", got, err)
		}
		if each != nil {
			if err := each(from); err != nil {
				return err
			}
		}
	}
	return nil
}

// threadTime returns the processor time that a function takes on its thread.
func threadTime(f func() error) (time.Duration, error) {
	var start, end unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &start); err != nil {
		return 0, err
	}
	err := errors.Join(f(), unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &end))
	return time.Duration(end.Nano() - start.Nano()), err
}
