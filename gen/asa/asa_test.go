package asa

import (
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/portspec/portspec/gen/between/betweentest"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
)

// TestSites reads the text back: it permits what the sites need between their zones, and
// nothing else.
func TestSites(t *testing.T) {
	betweentest.Agree(t, func(d *model.Deployment) betweentest.Reader { return reader(t, generated(t, d)) })
}

// FuzzSites does so for more random sites.
func FuzzSites(f *testing.F) {
	f.Add(uint64(100))
	f.Fuzz(func(t *testing.T, seed uint64) {
		d := policytest.Zoned(t, seed, "linux")
		reader(t, generated(t, d)).Compare(t, d)
	})
}

// TestLastDay checks that permits end with their last day.
func TestLastDay(t *testing.T) {
	betweentest.LastDay(t, func(d *model.Deployment) betweentest.Reader { return reader(t, generated(t, d)) })
}

// TestSpoiled breaks a text in several ways: the comparison must notice each.
func TestSpoiled(t *testing.T) {
	d := policytest.Zoned(t, 10, "linux")
	betweentest.Spoiled(t, d, generated(t, d), func(text string) betweentest.Reader { return reader(t, text) },
		[2]string{"destination eq 3389\n", "destination eq 3390\n"},
		[2]string{"destination eq 3389\n", "source eq 3389\n"},
		[2]string{"service-object tcp destination eq 22\n", "service-object udp destination eq 22\n"},
		[2]string{"10.0.200.0 255.255.255.0", "10.0.200.0 255.255.254.0"})
}

func generated(t *testing.T, d *model.Deployment) string {
	t.Helper()
	files, found := GenerateSite(d, policy.Settings{Partial: true})
	return betweentest.Text(t, files, found)
}

func reader(t *testing.T, text string) betweentest.Reader {
	lists := read(t, text)
	return betweentest.Reader{AnyZone: true, Permits: func(p betweentest.Packet) bool {
		return slices.ContainsFunc(lists[p.FromZone], func(r betweentest.Permit) bool { return r.Permits(p, p.To) })
	}}
}

// read reads access lists as an ASA does, line by line, by the interfaces to which the comments
// at the end bind them. A line that it does not know fails the test.
func read(t *testing.T, text string) map[string][]betweentest.Permit {
	t.Helper()
	networks, services := make(map[string][]betweentest.Span), make(map[string][]betweentest.Service)
	lists, bound := make(map[string][]betweentest.Permit), make(map[string][]betweentest.Permit)
	names, times := make(map[string]string), make(map[string]string)
	group, denied := "", make(map[string]bool)
	for _, line := range strings.Split(text, "\n") {
		w := strings.Fields(line)
		switch {
		case len(w) == 6 && w[0] == "!" && w[1] == "access-group" && w[3] == "in" && w[4] == "interface":
			if !denied[w[2]] {
				t.Errorf("the list %s does not end with a denial", w[2])
			}
			bound[w[5]] = lists[w[2]]
		case line == "" || w[0] == "!":
		case w[0] == "object-group" && len(w) == 3:
			group = w[2]
			betweentest.ReadNames(t, names, group, "", 64)
		case line[0] == ' ' && w[0] == "network-object":
			networks[group] = append(networks[group], span(t, w[1:]))
		case line[0] == ' ' && w[0] == "service-object":
			services[group] = append(services[group], service(t, w[1:]))
		case w[0] == "time-range" && len(w) == 2:
			group = w[1]
			betweentest.ReadNames(t, names, group, "", 32)
		case strings.HasPrefix(line, " absolute start 00:00 1 january 2001 end 23:59 ") && len(w) == 11:
			day, err := time.Parse("2 January 2006", strings.Join(w[8:], " "))
			if err != nil || day.Year() > 2035 || times[group] != "" {
				t.Fatalf("%q", line)
			}
			times[group] = day.Format(time.DateOnly)
		case w[0] == "access-list" && w[2] == "remark":
			if remark := strings.TrimPrefix(line, strings.Join(w[:3], " ")+" "); len(remark) > 100 || strings.ContainsAny(remark, "?!\"") {
				t.Errorf("%q", remark)
			}
		case w[0] == "access-list" && strings.Join(w[2:], " ") == "extended deny ip any any log":
			denied[w[1]] = true
		case w[0] == "access-list" && (len(w) == 11 || len(w) == 13 && w[11] == "time-range") && w[2] == "extended" && w[3] == "permit" && w[10] == "log":
			r := betweentest.Permit{Services: services[w[5]], Sources: networks[w[7]], Destinations: networks[w[9]]}
			if len(w) == 13 {
				r.Until = times[w[12]]
			}
			if (r.Until == "") != (len(w) == 11) || len(r.Services) == 0 || len(r.Sources) == 0 || len(r.Destinations) == 0 || denied[w[1]] {
				t.Fatalf("%q names a group that is not there", line)
			}
			lists[w[1]] = append(lists[w[1]], r)
		default:
			t.Fatalf("not a command: %q", line)
		}
	}
	return bound
}

func span(t *testing.T, w []string) betweentest.Span {
	t.Helper()
	switch {
	case len(w) == 2 && w[0] == "host":
		return betweentest.SpanOf(t, w[1])
	case len(w) == 1:
		return betweentest.SpanOf(t, w[0])
	}
	ones, bits := net.IPMask(net.ParseIP(w[1]).To4()).Size()
	a := netip.MustParseAddr(w[0])
	if bits != 32 || netip.PrefixFrom(a, ones).Masked().Addr() != a {
		t.Fatalf("%q is not a network", w)
	}
	return betweentest.SpanOf(t, netip.PrefixFrom(a, ones).String())
}

func service(t *testing.T, w []string) betweentest.Service {
	t.Helper()
	s := betweentest.Service{Transport: w[0], ICMPType: -1}
	number := func(text string) int {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatalf("%q", w)
		}
		return n
	}
	if n, err := strconv.Atoi(w[0]); err == nil {
		s.Transport = model.TransportOf(n)
	}
	for rest := w[1:]; len(rest) > 0; {
		switch {
		case w[0] == "icmp" || w[0] == "icmp6":
			s.ICMPType, rest = number(rest[0]), nil
		case rest[1] == "eq":
			set(t, &s, rest[0], number(rest[2]), number(rest[2]))
			rest = rest[3:]
		case rest[1] == "range":
			set(t, &s, rest[0], number(rest[2]), number(rest[3]))
			rest = rest[4:]
		default:
			t.Fatalf("%q", w)
		}
	}
	return s
}

func set(t *testing.T, s *betweentest.Service, side string, from, to int) {
	t.Helper()
	switch side {
	case "source":
		s.Sources = [2]int{from, to}
	case "destination":
		s.Port = [2]int{from, to}
	default:
		t.Fatal(side)
	}
}

// FuzzHostile puts hostile texts into all fields for people: the commands stay the same.
func FuzzHostile(f *testing.F) {
	free := regexp.MustCompile(`(?m)^!.*$|remark .*$`)
	list := regexp.MustCompile(`portspec-list-[0-9a-f]+`)
	bare := func(s string) string { return list.ReplaceAllString(free.ReplaceAllString(s, ""), "LIST") }
	betweentest.Hostile(f, GenerateSite, bare, func(t *testing.T, text string) { reader(t, text) })
}
