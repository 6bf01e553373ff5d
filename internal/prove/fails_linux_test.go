package prove

import (
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/portspec/portspec/internal/policy/policytest"
)

// A spoil is a mistake that a generator could make: pattern by pattern, what to replace in
// the texts of a host.
type spoil [][2]string

// spoils has the same mistakes for each target, and some that only it can make.
var spoils = map[string]map[string]spoil{
	"nftables": {
		"a port is missing":         {{`(?m)^\t\telements = \{\n\s+10\.30\.0\.0/20 \. tcp \. 8443 .*\n\t\t\}\n`, ""}},
		"a mask is a bit wider":     {{`10\.30\.0\.0/20( \. tcp \. 8443)`, "10.30.0.0/19$1"}},
		"a mask is a bit narrower":  {{`10\.30\.0\.0/20( \. tcp \. 8443)`, "10.30.0.0/21$1"}},
		"UDP in place of TCP":       {{`(10\.30\.0\.0/20 \. )tcp( \. 8443)`, "${1}udp$2"}},
		"the next port":             {{`(10\.30\.0\.0/20 \. tcp \. )8443`, "${1}8444"}},
		"every port":                {{`(10\.30\.0\.0/20 \. tcp \. )8443`, "${1}1-65535"}},
		"IPv6 is forgotten":         {{`(?m)^\s+ip6 saddr .* @in6 accept\n`, ""}},
		"a flow that is gone":       {{`10\.30\.0\.0/20 \. tcp \. 8443`, "10.1.0.12 . tcp . 30001,\n$0"}},
		"management is forgotten":   {{`(?m)^.*@in_management.*\n`, ""}},
		"the way back is open":      {{`iif "lo" accept`, "$0\ntcp sport 8443 accept\nudp sport 30005 accept"}},
		"nothing is dropped":        {{`(hook input .*)policy drop;`, "${1}policy accept;"}, {`(?m)^\t\tcounter drop$`, "\t\tcounter accept"}},
		"what goes out is free":     {{`(hook output .*)policy drop;`, "${1}policy accept;"}, {`(?m)^\t\tcounter reject .*$`, "\t\tcounter accept"}},
		"neighbours are not found":  {{`(?m)^.*nd-neighbor-solicit.*\n`, ""}},
		"source ports do not count": {{`10\.30\.0\.0/20 \. udp \. 30005 \. 1024-65535`, "10.30.0.0/20 . udp . 1-65535 . 1024-65535"}},
	},
	"iptables": {
		"a port is missing":          {{`(?m)^-A PORTSPEC-IN -s 10\.30\.0\.0/20 -p tcp .*\n`, ""}},
		"a mask is a bit wider":      {{`-s 10\.30\.0\.0/20( -p tcp)`, "-s 10.30.0.0/19$1"}},
		"a mask is a bit narrower":   {{`-s 10\.30\.0\.0/20( -p tcp)`, "-s 10.30.0.0/21$1"}},
		"UDP in place of TCP":        {{`(-s 10\.30\.0\.0/20 -p )tcp`, "${1}udp"}},
		"the next port":              {{`(-s 10\.30\.0\.0/20 -p tcp -m multiport --dports )8443`, "${1}8444"}},
		"every port":                 {{`(-s 10\.30\.0\.0/20 -p tcp) -m multiport --dports 8443`, "$1"}},
		"IPv6 is forgotten":          {{`(?m)^-A PORTSPEC-IN -s 2001.*\n`, ""}},
		"a flow that is gone":        {{`(?m)^-A PORTSPEC-IN -s 10\.30`, "-A PORTSPEC-IN -s 10.1.0.12 -p tcp -m multiport --dports 30001 -j ACCEPT\n$0"}},
		"management is forgotten":    {{`(?m)^.*"management/admins".*\n`, ""}},
		"the way back is open":       {{`(?m)^-A PORTSPEC-IN -i lo`, "-A PORTSPEC-IN -p tcp -m multiport --sports 8443 -j ACCEPT\n$0"}},
		"nothing is dropped":         {{`(?m)^-A PORTSPEC-IN -j DROP\n`, ""}},
		"what goes out is free":      {{`(?m)^-A PORTSPEC-OUT -j REJECT.*\n`, ""}},
		"neighbours are not found":   {{`(?m)^.*--icmpv6-type 13[56] .*\n`, ""}},
		"source ports do not count":  {{` -m multiport --sports 30005`, ""}},
		"the end of a range is left": {{`10\.9\.0\.0-10\.9\.0\.76`, "10.9.0.0-10.9.0.75"}, {`10\.9\.0\.78-10\.9\.0\.255`, "10.9.0.78-10.9.0.254"}},
	},
	"firewalld": {
		"a port is missing":         {{`(?s)  <rule family="ipv4">\n    <source address="10\.30\.0\.0/20"/>.*?</rule>\n`, ""}},
		"a mask is a bit wider":     {{`<source address="10\.30\.0\.0/20"`, `<source address="10.30.0.0/19"`}},
		"a mask is a bit narrower":  {{`<source address="10\.30\.0\.0/20"`, `<source address="10.30.0.0/21"`}},
		"UDP in place of TCP":       {{`port="8443" protocol="tcp"`, `port="8443" protocol="udp"`}},
		"the next port":             {{`port="8443"`, `port="8444"`}},
		"every port":                {{`port="8443"`, `port="1-65535"`}},
		"IPv6 is forgotten":         {{`(?s)  <rule family="ipv6">\n    <source address="2001[^>]*>.*?</rule>\n`, ""}},
		"a flow that is gone":       {{`</zone>`, `<rule family="ipv4"><source address="10.1.0.12"/><port port="30001" protocol="tcp"/><accept/></rule></zone>`}},
		"management is forgotten":   {{`(?s)  <rule family="ipv.">\n    <source [^>]*>\n    <service name="portspec-management.*?</rule>\n`, ""}},
		"the way back is open":      {{`</zone>`, `<rule><source-port port="8443" protocol="tcp"/><accept/></rule></zone>`}},
		"nothing is dropped":        {{`<zone target="DROP">`, `<zone target="ACCEPT">`}},
		"what goes out is free":     {{`<policy target="REJECT">`, `<policy target="CONTINUE">`}},
		"source ports do not count": {{`(<entry>10\.30\.0\.0/20,udp:)30005`, "${1}1-65535"}},
	},
}

// TestProveFails makes mistakes in rules: each must be found.
func TestProveFails(t *testing.T) {
	t.Parallel()
	d := policytest.Office(t, "listed")
	for _, target := range Targets() {
		if len(spoils[target]) < 12 {
			t.Errorf("%s: only %d mistakes", target, len(spoils[target]))
		}
		c := caseOf(t, target, d, "ums")
		for _, name := range slices.Sorted(maps.Keys(spoils[target])) {
			t.Run(target+"/"+name, func(t *testing.T) {
				t.Parallel() // most of the time it waits for packets
				rules := c.Rules
				for _, s := range spoils[target][name] {
					rules = spoiled(t, rules, s[0], s[1])
				}
				r, err := Run(t.Context(), d, []Case{{Host: c.Host, Rules: rules}}, Options{})
				if err != nil {
					t.Fatal(err)
				}
				if len(r.Disagreements) == 0 {
					t.Errorf("%d probes did not find the mistake", r.Probes)
				}
			})
		}
	}
}

// spoiled returns rules with a pattern replaced in their texts, at least once.
func spoiled(t *testing.T, rules Rules, pattern, by string) Rules {
	t.Helper()
	found := false
	replace := func(text []byte) []byte {
		re := regexp.MustCompile(pattern)
		found = found || re.Match(text)
		return re.ReplaceAll(text, []byte(by))
	}
	switch r := rules.(type) {
	case NFTables:
		rules = NFTables(replace(r))
	case IPTables:
		rules = IPTables{replace(r.V4), replace(r.V6)}
	case Firewalld:
		files := slices.Clone(r)
		for i := range files {
			files[i].Data = replace(files[i].Data)
		}
		rules = files
	}
	if !found {
		t.Fatalf("no %s in the rules", pattern)
	}
	return rules
}
