package betweentest

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/reach"
)

// A Packet opens a connection from one zone to another.
type Packet struct {
	FromZone, ToZone string
	reach.Packet
	Dialed netip.Addr // the destination as the sender knows it
	Day    string     // on which it is sent, as in 2027-01-31; "" for before every last day
}

// A Permit is a rule as parsed by a test. Empty lists match everything.
type Permit struct {
	FromZones, ToZones    []string
	Sources, Destinations []Span
	Services              []Service
	Until                 string // the last day, as in 2027-01-31; "" for ever
}

// A Span is a range of addresses, both ends included.
type Span [2]netip.Addr

// A Service describes packets. A zero range of ports matches all ports.
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

// PortsOf reads a port or a range; "" means all ports.
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

// echo is the type of all ICMP packets that are tried.
const echo = 8

// Permits reports whether a rule permits a packet. to is its destination before or after it is
// translated, as the device compares it.
func (r Permit) Permits(p Packet, to netip.Addr) bool {
	spans := func(list []Span, a netip.Addr) bool {
		return len(list) == 0 || slices.ContainsFunc(list, func(s Span) bool { return s.has(a) })
	}
	return (r.Until == "" || p.Day <= r.Until) && (len(r.FromZones) == 0 || slices.Contains(r.FromZones, p.FromZone)) && (len(r.ToZones) == 0 || slices.Contains(r.ToZones, p.ToZone)) &&
		slices.ContainsFunc(r.Services, func(s Service) bool { return s.has(p) }) && spans(r.Sources, p.From) && spans(r.Destinations, to)
}

// String is for messages of tests.
func (p Packet) String() string {
	return fmt.Sprintf("%s %s to %s %s:%d %s", p.FromZone, p.From, p.ToZone, p.To, p.Port, p.Transport)
}
