package fortios

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
		[2]string{"set tcp-portrange 3389\n", "set tcp-portrange 3390\n"},
		[2]string{"set tcp-portrange 3389\n", "set udp-portrange 3389\n"},
		[2]string{"set tcp-portrange 3389\n", "set tcp-portrange 3389:1-1023\n"},
		[2]string{"set subnet 10.0.200.0 255.255.255.0", "set subnet 10.0.200.0 255.255.254.0"},
		[2]string{`set srcintf "centre"`, `set srcintf "lab"`})
}

func generated(t *testing.T, d *model.Deployment) string {
	t.Helper()
	files, found := GenerateSite(d, policy.Settings{Partial: true})
	return betweentest.Text(t, files, found)
}

// An entry of a table has its settings.
type settings map[string][]string

var (
	setting = regexp.MustCompile(`^        set ([a-z0-9-]+)((?: (?:"[^"\\]*"|[^" ]+))+)$`)
	word    = regexp.MustCompile(`"[^"]*"|[^" ]+`)
)

// tables reads the blocks of a configuration as FortiOS does: config, edit, set, next, end. A
// line that it does not know fails the test.
func tables(t *testing.T, text string) map[string]map[string]settings {
	t.Helper()
	all := make(map[string]map[string]settings)
	table, name, policies := "", "", 0
	for _, line := range strings.Split(text, "\n") {
		switch {
		case line == "" || line[0] == '#':
		case strings.HasPrefix(line, "config firewall ") && table == "":
			table = strings.TrimPrefix(line, "config firewall ")
			all[table] = make(map[string]settings)
		case line == "end" && table != "" && name == "":
			table = ""
		case line == "    next" && name != "":
			name = ""
		case strings.HasPrefix(line, "    edit ") && table != "" && name == "":
			name = strings.Trim(strings.TrimPrefix(line, "    edit "), `"`)
			if name == "0" {
				policies++
				name = "policy " + strconv.Itoa(policies)
			}
			if all[table][name] != nil || len(name) > 79 {
				t.Fatalf("%q", line)
			}
			all[table][name] = make(settings)
		case setting.MatchString(line) && name != "":
			m := setting.FindStringSubmatch(line)
			for _, w := range word.FindAllString(m[2], -1) {
				all[table][name][m[1]] = append(all[table][name][m[1]], strings.Trim(w, `"`))
			}
		default:
			t.Fatalf("not a command: %q", line)
		}
	}
	if table != "" {
		t.Fatalf("table %s has no end", table)
	}
	return all
}

func reader(t *testing.T, text string) betweentest.Reader {
	t.Helper()
	all := tables(t, text)
	networks := func(group, addresses string, names []string) (list []betweentest.Span) {
		for _, n := range names {
			for _, m := range all[group][n]["member"] {
				a := all[addresses][m]
				if ip6 := a["ip6"]; ip6 != nil {
					list = append(list, betweentest.SpanOf(t, ip6[0]))
					continue
				}
				ones, bits := net.IPMask(net.ParseIP(a["subnet"][1]).To4()).Size()
				if bits != 32 {
					t.Fatalf("%q", a)
				}
				list = append(list, betweentest.SpanOf(t, netip.PrefixFrom(netip.MustParseAddr(a["subnet"][0]), ones).String()))
			}
		}
		return list
	}
	var rules []betweentest.Permit
	names := make(map[string]bool)
	for _, p := range all["policy"] {
		if len(p["name"][0]) > 35 || names[p["name"][0]] || len(p["comments"][0]) > 1023 || p["action"][0] != "accept" || p["logtraffic"][0] != "all" {
			t.Fatalf("%q", p)
		}
		names[p["name"][0]] = true
		var services []betweentest.Service
		for _, g := range p["service"] {
			for _, s := range all["service group"][g]["member"] {
				services = append(services, service(t, all["service custom"][s]))
			}
		}
		until := ""
		if name := p["schedule"][0]; name != "always" {
			s := all["schedule onetime"][name]
			end, err := time.Parse("15:04 2006/01/02", strings.Join(s["end"], " "))
			if err != nil || len(name) > 31 || strings.Join(s["start"], " ") != "00:00 2001/01/01" || end.Hour()+end.Minute() > 0 {
				t.Fatalf("%q", s)
			}
			until = end.AddDate(0, 0, -1).Format(time.DateOnly)
		}
		four := betweentest.Permit{Until: until, FromZones: p["srcintf"], ToZones: p["dstintf"], Services: services, Sources: networks("addrgrp", "address", p["srcaddr"]), Destinations: networks("addrgrp", "address", p["dstaddr"])}
		six := four
		six.Sources, six.Destinations = networks("addrgrp6", "address6", p["srcaddr6"]), networks("addrgrp6", "address6", p["dstaddr6"])
		for _, r := range []betweentest.Permit{four, six} {
			if (len(r.Sources) == 0) != (len(r.Destinations) == 0) || len(services) == 0 {
				t.Fatalf("%q", p)
			}
			if len(r.Sources) > 0 {
				rules = append(rules, r)
			}
		}
	}
	return betweentest.Reader{NoMulticast: true, Permits: func(p betweentest.Packet) bool {
		return slices.ContainsFunc(rules, func(r betweentest.Permit) bool { return r.Permits(p, p.To) })
	}}
}

// service reads a service, in which destination ports come first.
func service(t *testing.T, s settings) betweentest.Service {
	t.Helper()
	x := betweentest.Service{ICMPType: -1}
	switch s["protocol"][0] {
	case "ICMP", "ICMP6":
		x.Transport = map[string]string{"ICMP": "icmp", "ICMP6": "icmpv6"}[s["protocol"][0]]
		if s["icmptype"] != nil {
			n, err := strconv.Atoi(s["icmptype"][0])
			if err != nil {
				t.Fatal(err)
			}
			x.ICMPType = n
		}
	case "IP":
		n, err := strconv.Atoi(s["protocol-number"][0])
		if err != nil {
			t.Fatal(err)
		}
		x.Transport = model.TransportOf(n)
	case "TCP/UDP/SCTP":
		for _, transport := range []string{"tcp", "udp", "sctp"} {
			if ports := s[transport+"-portrange"]; ports != nil {
				to, from, _ := strings.Cut(ports[0], ":")
				x.Transport, x.Port, x.Sources = transport, betweentest.PortsOf(t, to), betweentest.PortsOf(t, from)
			}
		}
	default:
		t.Fatalf("%q", s)
	}
	return x
}

// FuzzHostile puts hostile texts into all fields for people: the commands stay the same.
func FuzzHostile(f *testing.F) {
	free := regexp.MustCompile(`(?m)^#.*$|set comments ".*"$|portspec-r-[0-9a-f]+`)
	bare := func(s string) string { return free.ReplaceAllString(s, "") }
	betweentest.Hostile(f, GenerateSite, bare, func(t *testing.T, text string) { reader(t, text) })
}
