package prove

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/evidence"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/reach"
)

// TestReaders compares the readers of evidence with the kernel: rulesets are loaded,
// listed by nft and iptables-save, and read; then packets must pass as the readers
// say.
func TestReaders(t *testing.T) {
	t.Parallel()
	d := policytest.Office(t, "listed")
	ruleset := string(caseOf(t, "nftables", d, "ums").Rules.(NFTables))
	rulesets := [][2]string{
		{"generated", ruleset},
		{"wider", strings.ReplaceAll(ruleset, "10.30.0.0/20 . tcp", "10.30.0.0/17 . tcp")},
		{"observing", strings.ReplaceAll(ruleset, "policy drop", "policy accept")},
	}
	sample, err := os.ReadFile("../evidence/testdata/nft.nft")
	if err != nil {
		t.Fatal(err)
	}
	rulesets = append(rulesets, [2]string{"sample", string(sample)})
	const list = "nft -j list ruleset >"
	for _, r := range rulesets {
		t.Run(r[0], func(t *testing.T) {
			agree(t, d, []byte(r[1]), "", map[string]string{"nft.json": list})
		})
	}
	t.Run("iptables", func(t *testing.T) {
		agree(t, d, nil, `
set -eu
for i in iptables ip6tables; do
	$i -P INPUT DROP
	$i -N ADMINS
	$i -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
	$i -A INPUT -p tcp -m multiport --dports 22,5000:5010,8443 -j ADMINS
	$i -A INPUT -p udp ! --dport 30005 -m conntrack --ctstate NEW -g ADMINS
	$i -A INPUT -p tcp --dport 30001 --syn -m comment --comment "it's \"all\"" -j ACCEPT
	$i -A INPUT -p tcp --sport 1:1023 -j DROP
	$i -A OUTPUT -p tcp --dport 25 -j DROP
done
iptables -A ADMINS ! -s 10.0.0.0/8 -j RETURN
iptables -A ADMINS -m iprange --src-range 10.30.0.0-10.30.3.255 -j DROP
iptables -A ADMINS -j ACCEPT
iptables -t mangle -A PREROUTING -s 10.9.0.0/24 -p tcp --dport 8443 -j DROP
ip6tables -A INPUT -p ipv6-icmp -j ACCEPT
ip6tables -A ADMINS -s 2001:db8:30::/64 -j ACCEPT
`, map[string]string{"iptables.txt": "iptables-save >", "ip6tables.txt": "ip6tables-save >"})
	})
}

// agree loads a ruleset of nft, runs a script, lets the readers read the kernel's rules, and
// compares their answers with the packets that pass.
func agree(t *testing.T, d *model.Deployment, ruleset []byte, script string, lists map[string]string) {
	t.Helper()
	h := d.Host("ums")
	own, peers := Addresses(h), peersOf(d, h)
	for _, a := range []string{"10.20.3.4", "10.21.3.4", "10.21.7.4", "10.30.7.4", "2001:db8::5"} { // of the sample
		if a := netip.MustParseAddr(a); !slices.Contains(peers, a) {
			peers = append(peers, a)
		}
	}
	rig, err := newRig(t.Context(), own, peers)
	if err != nil {
		t.Fatal(err)
	}
	defer rig.Close()
	if err := rig.Load(t.Context(), NFTables(ruleset)); err != nil {
		t.Fatal(err)
	}
	shell := func(script string) {
		t.Helper()
		if err := rig.host.Run(t.Context(), "PATH=$PATH:/usr/sbin:/sbin\n"+script, "sh", "-s"); err != nil {
			t.Fatal(err)
		}
	}
	shell(script)
	var files []*evidence.File
	for name, list := range lists {
		path := filepath.Join(t.TempDir(), name)
		shell(list + "'" + path + "'")
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := evidence.Read(name, data, "")
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	m, err := evidence.Join(files)
	if err != nil {
		t.Fatal(err)
	}
	ports := []int{21, 22, 23, 25, 26, 27, 53, 60, 80, 99, 100, 443, 1433, 4500, 5000, 5010, 5011, 5432, 5900, 6000, 6001, 6002, 7000, 8080, 8443, 9000, 30001, 30005, 30006}
	for _, out := range []bool{false, true} {
		var probes []Probe
		unclear, permitted := 0, 0
		for _, p := range everyPair(own, peers, ports, out) {
			to := &evidence.Packet{Out: out, Own: p.To, Peer: p.From, Protocol: model.ProtocolNumber(p.Transport), Port: p.Port, SourcePort: ephemeral, Interfaces: []string{"host"}}
			if out {
				to.Own, to.Peer = p.From, p.To
			}
			verdict := evidence.Decide(m.Filters, to, nil).Verdict
			if verdict == evidence.Unclear {
				unclear++
				continue
			}
			p.Want = verdict == evidence.Accept
			if p.Want {
				permitted++
			}
			probes = append(probes, p)
		}
		passed, err := rig.send(t.Context(), out, probes)
		if err != nil {
			t.Fatal(err)
		}
		wrong := 0
		for i, p := range probes {
			if passed[i] != p.Want {
				if wrong++; wrong < 10 {
					t.Errorf("%s: the reader says %t, the kernel %t", p, p.Want, passed[i])
				}
			}
		}
		t.Logf("out %t: %d packets, %d permitted, %d unclear, %d wrong", out, len(probes), permitted, unclear, wrong)
		if permitted < 10 || len(probes) < 500 || unclear > len(probes)/5 {
			t.Errorf("only %d packets, %d permitted, %d unclear", len(probes), permitted, unclear)
		}
	}
}

// everyPair returns a packet from every peer to every address and port.
func everyPair(own, peers []netip.Addr, ports []int, out bool) []Probe {
	var all []Probe
	for _, a := range own {
		for _, b := range peers {
			if a.Is4() != b.Is4() {
				continue
			}
			for _, transport := range []string{"tcp", "udp"} {
				for _, port := range ports {
					p := reach.Packet{From: b, To: a, Transport: transport, Port: port}
					if out {
						p.From, p.To = a, b
					}
					all = append(all, Probe{Host: "ums", Out: out, Packet: p})
				}
			}
		}
	}
	return all
}
