package panos

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen/between/betweentest"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
)

// TestSites reads the text back: it permits what the sites need between their zones, and
// nothing else.
func TestSites(t *testing.T) {
	betweentest.Agree(t, func(d *model.Deployment) betweentest.Reader { return reader(t, generated(t, d)) })
}

// FuzzSites does the same for more random sites.
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
		[2]string{"protocol tcp port 3389\n", "protocol tcp port 3390\n"},
		[2]string{"protocol tcp port 3389\n", "protocol udp port 3389\n"},
		[2]string{"protocol tcp port 3389\n", "protocol tcp port 3389 source-port 1-1023\n"},
		[2]string{"ip-netmask 10.0.200.0/24", "ip-netmask 10.0.200.0/23"},
		[2]string{"from centre to branch", "from lab to branch"})
}

// TestLimits asks for more addresses in a rule than a group takes, and for a zone whose name is
// too long: nothing is written.
func TestLimits(t *testing.T) {
	for name, change := range map[string]func(*model.Deployment){
		"addresses": func(d *model.Deployment) {
			m := d.Site.Firewall.Management[0]
			for i := range 2600 {
				m.From = append(m.From, fmt.Sprintf("10.0.%d.%d", i/100, 2*(i%100)))
			}
		},
		"zone": func(d *model.Deployment) { d.Site.Zones[0].ID = strings.Repeat("z", 32) },
	} {
		d := policytest.Zoned(t, 10, "linux")
		change(d)
		files, found := GenerateSite(d, policy.Settings{Partial: true})
		if len(files) != 0 || !slices.ContainsFunc(found, func(f diag.Finding) bool { return f.Code == diag.TooManyRules || f.Code == diag.LongZone }) {
			t.Errorf("%s: %d files, %v", name, len(files), found)
		}
	}
}

func generated(t *testing.T, d *model.Deployment) string {
	t.Helper()
	files, found := GenerateSite(d, policy.Settings{Partial: true})
	return betweentest.Text(t, files, found)
}

var (
	setAddress = regexp.MustCompile(`^set address (\S+) ip-netmask (\S+)$`)
	setService = regexp.MustCompile(`^set service (\S+) protocol (tcp|udp) port ([0-9-]+)(?: source-port ([0-9-]+))?$`)
	setMember  = regexp.MustCompile(`^set (address-group|service-group) (\S+) (static|members) (\S+)$`)
	setTime    = regexp.MustCompile(`^set schedule (\S+) schedule-type non-recurring 2001/01/01@00:00-(\d{4})/(\d\d)/(\d\d)@23:59$`)
	setRule    = regexp.MustCompile(`^set rulebase security rules (\S+) from (\S+) to (\S+) source (\S+) destination (\S+) application (any|\[ [a-z0-9 -]+ \]) service (\S+)(?: schedule (\S+))? action allow log-end yes tag portspec description "([^"]*)"$`)
)

// known has the packets of applications, according to PAN-OS's list of applications.
var known = map[string]betweentest.Service{
	"ping": {Transport: "icmp", ICMPType: 8}, "icmp": {Transport: "icmp", ICMPType: -1}, "ping6": {Transport: "icmpv6", ICMPType: 128}, "ipv6-icmp": {Transport: "icmpv6", ICMPType: -1},
	"ipsec-esp": {Transport: "esp", ICMPType: -1}, "ipsec-ah": {Transport: "ah", ICMPType: -1}, "gre": {Transport: "gre", ICMPType: -1},
}

// reader reads set commands as PAN-OS does. A line that it does not know fails the test.
func reader(t *testing.T, text string) betweentest.Reader {
	t.Helper()
	addresses, services := make(map[string]betweentest.Span), make(map[string]betweentest.Service)
	groups, names, times := make(map[string][]string), make(map[string]string), make(map[string]string)
	var rules []betweentest.Permit
	for _, line := range strings.Split(text, "\n") {
		if line == "" || line[0] == '#' || line == "set tag portspec" {
			continue
		}
		if m := setAddress.FindStringSubmatch(line); m != nil {
			addresses[m[1]] = betweentest.SpanOf(t, m[2])
			betweentest.ReadNames(t, names, m[1], line, 63)
		} else if m := setService.FindStringSubmatch(line); m != nil {
			services[m[1]] = betweentest.Service{Transport: m[2], Port: betweentest.PortsOf(t, m[3]), Sources: betweentest.PortsOf(t, m[4])}
			betweentest.ReadNames(t, names, m[1], line, 63)
		} else if m := setMember.FindStringSubmatch(line); m != nil {
			groups[m[2]] = append(groups[m[2]], m[4])
			betweentest.ReadNames(t, names, m[2], "group", 63)
		} else if m := setTime.FindStringSubmatch(line); m != nil {
			times[m[1]] = strings.Join(m[2:], "-")
			betweentest.ReadNames(t, names, m[1], line, 31)
		} else if m := setRule.FindStringSubmatch(line); m != nil {
			betweentest.ReadNames(t, names, m[1], line, 63)
			r := betweentest.Permit{FromZones: []string{m[2]}, ToZones: []string{m[3]}, Until: times[m[8]]}
			for _, n := range groups[m[4]] {
				r.Sources = append(r.Sources, addresses[n])
			}
			for _, n := range groups[m[5]] {
				r.Destinations = append(r.Destinations, addresses[n])
			}
			for _, n := range groups[m[7]] {
				r.Services = append(r.Services, services[n])
			}
			if m[6] != "any" {
				for _, app := range strings.Fields(strings.Trim(m[6], "[]")) {
					r.Services = append(r.Services, known[app])
				}
			}
			if len(r.Sources) == 0 || len(r.Destinations) == 0 || len(r.Services) == 0 || len(m[9]) > 1024 || (m[8] == "") != (r.Until == "") || (m[6] == "any") == (m[7] == "application-default") {
				t.Fatalf("%q", line)
			}
			rules = append(rules, r)
		} else {
			t.Fatalf("not a command: %q", line)
		}
	}
	return betweentest.Reader{Takes: device.Takes, NoMulticast: true, Permits: func(p betweentest.Packet) bool {
		return slices.ContainsFunc(rules, func(r betweentest.Permit) bool { return r.Permits(p, p.Dialed) })
	}}
}

// FuzzHostile puts hostile texts into all fields for people: the commands stay the same.
func FuzzHostile(f *testing.F) {
	free := regexp.MustCompile(`(?m)^#.*$|description ".*"$|portspec-[ra]-[0-9a-f]+`)
	bare := func(s string) string { return free.ReplaceAllString(s, "") }
	betweentest.Hostile(f, GenerateSite, bare, func(t *testing.T, text string) { reader(t, text) })
}
