package asa

import (
	"errors"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

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

// TestSpoiled spoils a text: the comparison notices.
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
	names := make(map[string]string)
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
		case w[0] == "access-list" && w[2] == "remark":
			if remark := strings.TrimPrefix(line, strings.Join(w[:3], " ")+" "); len(remark) > 100 || strings.ContainsAny(remark, "?!\"") {
				t.Errorf("%q", remark)
			}
		case w[0] == "access-list" && strings.Join(w[2:], " ") == "extended deny ip any any log":
			denied[w[1]] = true
		case w[0] == "access-list" && len(w) == 11 && w[2] == "extended" && w[3] == "permit" && w[10] == "log":
			r := betweentest.Permit{Services: services[w[5]], Sources: networks[w[7]], Destinations: networks[w[9]]}
			if len(r.Services) == 0 || len(r.Sources) == 0 || len(r.Destinations) == 0 || denied[w[1]] {
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

// Names that are made of content, and what may be in remarks and comments.
var free = regexp.MustCompile(`(?m)^!.*$|remark .*$`)

// TestHostile puts hostile texts where people write: the commands stay the same.
func TestHostile(t *testing.T) {
	betweentest.Hostile(t, func(d *model.Deployment) ([]byte, error) {
		files, _ := GenerateSite(d, policy.Settings{Partial: true})
		if len(files) != 1 {
			return nil, errors.New("no file")
		}
		return files[0].Data, nil
	}, func(s string) string {
		return regexp.MustCompile(`portspec-list-[0-9a-f]+`).ReplaceAllString(free.ReplaceAllString(s, ""), "LIST")
	})
}
