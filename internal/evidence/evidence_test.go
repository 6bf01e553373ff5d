package evidence

import (
	"encoding/binary"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/portspec/portspec/internal/policy"
)

// sample reads a file of testdata as evidence.
func sample(t testing.TB, name string) *File {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	f, err := Read(name, data, "")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestKinds checks that the kind of each sample is recognized from its content. Samples are
// real output of the programs or, for PowerShell, output that its documentation shows.
func TestKinds(t *testing.T) {
	want := map[string]Kind{
		"ss.txt": SS, "ss-no-header.txt": SS, "ss-extended.txt": SS, "ss-tcp.txt": SS,
		"nmap-tcp.xml": Nmap, "nmap-udp.xml": Nmap, "nft.json": Nft, "nft-iptables.json": Nft,
		"iptables-save.txt": IPTables, "ip6tables-save.txt": IP6Tables,
		"windows.json": Windows, "rules.csv": Windows, "ports.csv": Windows, "tcp.csv": Windows,
	}
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() || e.Name() == "nft.nft" {
			continue
		}
		if f := sample(t, e.Name()); f.Kind != want[e.Name()] || f.Kind == "" {
			t.Errorf("%s is %s, want %s", e.Name(), f.Kind, want[e.Name()])
		}
	}
}

func TestSS(t *testing.T) {
	var texts []string
	for _, l := range sample(t, "ss.txt").Listeners {
		texts = append(texts, strings.Join([]string{l.Transport, l.Address.String(), l.Program}, " "))
	}
	want := []string{
		"udp 0.0.0.0 python3", "udp 2001:db8::11 python3", "tcp 127.0.0.1 python3", "tcp 10.1.0.11 python3",
		"tcp 0.0.0.0 python3", "tcp ::1 python3", "tcp invalid IP python3", "tcp :: python3",
	}
	if !slices.Equal(texts, want) {
		t.Errorf("got  %q\nwant %q", texts, want)
	}
	// The same sockets in other forms.
	for _, name := range []string{"ss-no-header.txt", "ss-extended.txt"} {
		a, b := sample(t, "ss.txt").Listeners, sample(t, name).Listeners
		if !slices.EqualFunc(a, b, func(a, b Listener) bool { a.File = b.File; return a == b }) {
			t.Errorf("%s: %v, want %v", name, b, a)
		}
	}
	if f := sample(t, "ss-tcp.txt"); f.Listed["udp"] || !f.Listed["tcp"] || len(f.Listeners) != 6 {
		t.Errorf("ss -tln lists TCP alone: %v", f.Listed)
	}
	f, err := Read("x", []byte("udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:*\ntcp ESTAB 0 0 10.0.0.1:22 10.0.0.2:5000\ntcp LISTEN 0 5 :::80 :::* users:((\"odd ((name\",pid=7,fd=3))\n"), "")
	if err != nil || len(f.Listeners) != 2 || f.Listeners[0].Address != netip.MustParseAddr("127.0.0.53") || f.Listeners[1].Address.IsValid() {
		t.Errorf("%v, %v", f, err)
	}
}

func TestNmap(t *testing.T) {
	s := sample(t, "nmap-tcp.xml").Scans[0]
	for port, want := range map[int]string{22: "open", 23: "closed", 9000: "open", 80: ""} {
		if got := s.State("tcp", port); got != want {
			t.Errorf("port %d is %q, want %q", port, got, want)
		}
	}
	if got := sample(t, "nmap-udp.xml").Scans[0].State("udp", 30005); got != "open|filtered" {
		t.Errorf("got %q", got)
	}
	f, err := Read("x", []byte(`<nmaprun><scaninfo protocol="tcp" services="1-1000"/><host><status state="up"/><address addr="10.0.0.1" addrtype="ipv4"/>
		<ports><extraports state="filtered" count="999"/><port protocol="tcp" portid="22"><state state="open"/></port></ports></host><runstats><finished exit="success"/></runstats></nmaprun>`), "")
	if err != nil || f.Scans[0].State("tcp", 80) != "filtered" || f.Scans[0].State("tcp", 22) != "open" || f.Scans[0].State("tcp", 2000) != "" {
		t.Errorf("%v, %v", f, err)
	}
}

// packet parses "tcp 10.9.0.5 22", "udp 2001:db8::5 from 2000 60" or "icmp 10.0.0.1 8".
func packet(t *testing.T, text string) *Packet {
	t.Helper()
	words := strings.Fields(text)
	p := &Packet{Own: netip.MustParseAddr("10.1.0.11"), Peer: netip.MustParseAddr(words[1]), SourcePort: 40000}
	if p.Peer.Is6() {
		p.Own = netip.MustParseAddr("2001:db8::11")
	}
	p.Protocol, _ = protocolNumber(words[0])
	for i, w := range words[2:] {
		n := 0
		for _, c := range w {
			n = n*10 + int(c-'0')
		}
		switch {
		case IsICMP(p.Protocol):
			p.Port = n << 8
		case i == 0:
			p.Port = n
		default:
			p.SourcePort = n
		}
	}
	return p
}

func decideAll(t *testing.T, filters []*Filter, want map[string]Verdict) {
	t.Helper()
	for text, want := range want {
		if d := Decide(filters, packet(t, text), nil); d.Verdict != want {
			t.Errorf("%s: %d, want %d; accepts %v, drops %v, doubts %q", text, d.Verdict, want, d.Accepts, d.Drops, d.Doubts)
		}
	}
}

// TestNft decides about packets by testdata/nft.nft, as nft listed it.
func TestNft(t *testing.T) {
	decideAll(t, []*Filter{sample(t, "nft.json").Filter}, map[string]Verdict{
		"tcp 10.9.0.5 22": Accept, "tcp 10.9.1.5 22": Drop, "tcp 10.10.0.9 5010": Accept, "tcp 10.10.0.10 5010": Drop,
		"udp 2001:db8::5 60": Accept, "udp 2001:db8::5 53": Drop, "udp 2001:db8::5 60 1000": Drop, "udp 2001:db8::6 60": Drop,
		"tcp 10.20.3.4 443": Accept, "tcp 10.20.1.4 80": Drop,
		"tcp 10.21.3.4 8080": Accept, "tcp 10.21.7.4 8080": Drop, // which returns, and is dropped at the end
		"tcp 10.30.0.1 25": Accept, "tcp 10.30.0.1 26": Drop, "tcp 10.30.0.1 27": Accept, "tcp 10.30.0.1 28": Drop,
		"tcp 172.16.0.1 9000": Drop, "tcp 10.2.0.1 9000": Accept,
		"udp 10.2.0.1 4500": Unclear, "tcp 2001:db8::7 99": Accept, "tcp 2001:db8::7 100": Drop, "tcp 10.2.0.1 99": Drop,
		"icmp 10.2.0.1 8": Accept, "icmp 10.2.0.1 13": Drop, "icmpv6 2001:db8::1 128": Accept, "icmpv6 2001:db8::1 133": Drop,
		"tcp 10.2.0.1 7000": Unclear, "esp 10.2.0.1": Accept, "ah 10.2.0.1": Drop,
		"tcp 10.2.0.1 6000": Accept, "tcp 10.2.0.1 6001": Drop, "tcp 10.2.0.1 6002": Unclear,
	})
	p := packet(t, "tcp 10.2.0.1 7000")
	p.Interfaces = []string{"eth0"}
	if d := Decide([]*Filter{sample(t, "nft.json").Filter}, p, nil); d.Verdict != Accept {
		t.Error("not accepted on the rule's interface")
	}
	p.Interfaces = []string{"eth1"}
	if d := Decide([]*Filter{sample(t, "nft.json").Filter}, p, nil); d.Verdict != Drop {
		t.Error("not dropped on another interface")
	}
	p = packet(t, "tcp 10.2.0.1 6000")
	p.Own = netip.Addr{}
	if d := Decide([]*Filter{sample(t, "nft.json").Filter}, p, nil); d.Verdict != Unclear {
		t.Error("not unclear, although the address of the machine is not known")
	}
	network := func(s string) []policy.AddressRange {
		r, _ := parseAddresses(s)
		return []policy.AddressRange{r}
	}
	for within, want := range map[string]Verdict{"10.1.0.11": Accept, "10.1.0.8/29": Unclear, "10.2.0.0/16": Drop} {
		p.Within = network(within)
		if d := Decide([]*Filter{sample(t, "nft.json").Filter}, p, nil); d.Verdict != want {
			t.Errorf("in %s: %d, want %d", within, d.Verdict, want)
		}
	}
}

func TestIPTables(t *testing.T) {
	filters := []*Filter{sample(t, "iptables-save.txt").Filter, sample(t, "ip6tables-save.txt").Filter}
	decideAll(t, filters, map[string]Verdict{
		"tcp 10.2.0.1 22": Accept, "tcp 10.2.0.1 85": Accept, "tcp 10.2.0.1 91": Drop, "tcp 11.2.0.1 22": Drop,
		"tcp 10.2.0.1 80": Unclear, // it is redirected
		"tcp 10.0.0.4 22": Accept, "tcp 10.0.0.4 23": Drop, "udp 11.0.0.1 53": Drop,
		"icmp 10.0.0.1 8": Drop, "tcp 2001:db8::1 22": Accept,
	})
	// What nft prints of the same tables is not enough alone, and is dropped beside it.
	alone := sample(t, "nft-iptables.json")
	decideAll(t, []*Filter{alone.Filter}, map[string]Verdict{"tcp 10.2.0.1 22": Unclear})
	m, err := Join([]*File{sample(t, "nft-iptables.json"), sample(t, "iptables-save.txt"), sample(t, "ip6tables-save.txt")})
	if err != nil {
		t.Fatal(err)
	}
	decideAll(t, m.Filters, map[string]Verdict{"tcp 10.2.0.1 22": Accept, "tcp 10.2.0.1 91": Drop})
}

func TestWindows(t *testing.T) {
	m, err := Join([]*File{sample(t, "windows.json")})
	if err != nil {
		t.Fatal(err)
	}
	decideAll(t, m.Filters, map[string]Verdict{
		"tcp 10.1.0.77 443": Accept, "tcp 10.1.1.77 443": Drop, "tcp 10.1.0.77 8005": Accept,
		"tcp 10.9.0.77 3389": Accept, "tcp 10.10.0.9 3389": Accept, "tcp 10.9.1.77 3389": Drop,
		"tcp 10.9.0.77 23": Drop, "tcp 10.20.0.1 50000": Accept, "tcp 10.20.0.1 40000": Drop, "udp 10.20.0.1 5353": Unclear,
	})
	ping := packet(t, "icmp 10.9.9.9 8")
	ping.Own = netip.MustParseAddr("10.1.0.6")
	if d := Decide(m.Filters, ping, nil); d.Verdict != Accept {
		t.Error("a ping is not accepted")
	}
	out := packet(t, "tcp 10.5.0.1 25")
	out.Out = true
	if d := Decide(m.Filters, out, nil); d.Verdict != Accept {
		t.Error("an outgoing connection is not accepted")
	}
	if len(m.Listeners) != 4 || !m.Listed["tcp"] || !m.Listed["udp"] || !slices.Equal(m.Addresses, []netip.Addr{netip.MustParseAddr("10.1.0.6"), netip.MustParseAddr("fe80::1%7").WithZone("")}) {
		t.Errorf("%v %v", m.Listeners, m.Addresses)
	}
	// The same in tables, which lose lists, and without profiles and addresses.
	m, err = Join([]*File{sample(t, "rules.csv"), sample(t, "ports.csv"), sample(t, "tcp.csv")})
	if err != nil {
		t.Fatal(err)
	}
	d := Decide(m.Filters, packet(t, "tcp 10.1.0.77 443"), nil)
	if d.Verdict != Unclear || !slices.Contains(d.Doubts, "its ports are a list, which CSV does not keep; save JSON") {
		t.Errorf("%d %q", d.Verdict, d.Doubts)
	}
	if len(m.Listeners) != 2 {
		t.Errorf("%v", m.Listeners)
	}
	if _, err := Join([]*File{sample(t, "ports.csv")}); err == nil || !strings.Contains(err.Error(), "Get-NetFirewallRule") {
		t.Errorf("conditions without rules: %v", err)
	}
}

// TestWindowsProfiles turns the firewall off, and leaves it open.
func TestWindowsProfiles(t *testing.T) {
	of := func(profiles, network string) Verdict {
		f, err := Read("x.json", []byte(`{"r": {"InstanceID": "a", "Direction": "Inbound", "Action": "Allow", "Enabled": "True", "Profile": "Public"},
			"p": {"InstanceID": "a", "Protocol": "TCP", "LocalPort": "80", "RemotePort": "Any"}, "a": {"InstanceID": "a", "LocalAddress": "Any", "RemoteAddress": "Any"},
			"g": {"InstanceID": "a", "Program": "Any"}, "s": {"InstanceID": "a", "Service": "Any"}, "profiles": [`+profiles+`], "n": [`+network+`]}`), "")
		if err != nil {
			t.Fatal(err)
		}
		m, err := Join([]*File{f})
		if err != nil {
			t.Fatal(err)
		}
		return Decide(m.Filters, packet(t, "tcp 10.0.0.1 80"), nil).Verdict
	}
	domain := `{"Name": "Domain", "Enabled": 1, "DefaultInboundAction": 4, "DefaultOutboundAction": 0}`
	public := `{"Name": "Public", "Enabled": "True", "DefaultInboundAction": "NotConfigured", "DefaultOutboundAction": "NotConfigured"}`
	off := `{"Name": "Public", "Enabled": "False", "DefaultInboundAction": "Block", "DefaultOutboundAction": "Allow"}`
	for _, x := range []struct {
		profiles, network string
		want              Verdict
	}{
		{domain + "," + public, "", Unclear},
		{domain + "," + public, `{"NetworkCategory": 0}`, Accept},
		{domain + "," + public, `{"NetworkCategory": "DomainAuthenticated"}`, Drop},
		{domain + "," + off, `{"NetworkCategory": "Public"}`, Accept},
		{off, "", Accept},
		{domain + "," + off, "", Unclear},
		{"", "", Unclear},
	} {
		if got := of(x.profiles, x.network); got != x.want {
			t.Errorf("profiles %s, network %s: %d, want %d", x.profiles, x.network, got, x.want)
		}
	}
}

// inUTF16 returns a text as PowerShell 5 writes it by default.
func inUTF16(text string, order binary.AppendByteOrder) []byte {
	var data []byte
	for _, u := range append([]uint16{0xfeff}, utf16.Encode([]rune(text))...) {
		data = order.AppendUint16(data, u)
	}
	return data
}

// TestRefused reads evidence that is truncated, empty, hostile or from another tool.
func TestRefused(t *testing.T) {
	nft, _ := os.ReadFile("testdata/nft.json")
	iptables, _ := os.ReadFile("testdata/iptables-save.txt")
	ss, _ := os.ReadFile("testdata/ss.txt")
	xml, _ := os.ReadFile("testdata/nmap-tcp.xml")
	windows, _ := os.ReadFile("testdata/windows.json")
	for _, x := range []struct {
		name, text, want string
		kind             Kind
	}{
		{"empty", "", "the file is empty", ""},
		{"blank", " \n\t", "the file is empty", ""},
		{"a byte-order mark alone", "\xff\xfe", "the file is empty", ""},
		{"binary", "\x00\x01\x02", "control character U+0000", ""},
		{"escape", "tcp LISTEN 0 5 0.0.0.0:22 0.0.0.0:*\n\x1b[2J", "line 2 has the control character U+001B", ""},
		{"latin 1", "tcp \xe9", "neither UTF-8 nor UTF-16", ""},
		{"a poem", "roses are red\n", "its format is unknown", ""},
		{"netstat", "Active Internet connections (only servers)\n", "save the output of ss -tulpn", ""},
		{"nft for people", "table inet x {\n}\n", "save the output of nft -j list ruleset", ""},
		{"iptables -L", "Chain INPUT (policy ACCEPT)\n", "save the output of iptables-save", ""},
		{"nmap for people", "Starting Nmap 7.93\n", "-oX", ""},
		{"JSON of another tool", `{"a": 1}`, "it has no object of", ""},
		{"nft, cut", string(nft[:len(nft)/2]), "the evidence is truncated", ""},
		{"nft, trailing data", string(nft) + "{}", "trailing data after the JSON", ""},
		{"nft, a chain is missing", `{"nftables": [{"chain": {"family": "ip", "table": "t", "name": "c"}}, {"rule": {"family": "ip", "table": "t", "chain": "c", "handle": 4, "expr": [{"jump": {"target": "d"}}]}}]}`, "which is missing", ""},
		{"nft, a loop", `{"nftables": [{"chain": {"family": "ip", "table": "t", "name": "c"}}, {"rule": {"family": "ip", "table": "t", "chain": "c", "handle": 4, "expr": [{"jump": {"target": "c"}}]}}]}`, "leads to itself", ""},
		{"nft without anything", `{"nftables": []}`, "the list nftables is empty", ""},
		{"nft, wrong types", `{"nftables": [{"chain": []}]}`, "a chain is not as nft prints it", ""},
		{"deep", `{"nftables": ` + strings.Repeat("[", 100_000), "more than 64 deep", ""},
		{"iptables, cut", string(iptables[:400]), "the evidence is truncated", ""},
		{"iptables, only nat", "*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n", "no table filter", ""},
		{"iptables, no chain", "*filter\n-A X -j ACCEPT\nCOMMIT\n", "not declared", ""},
		{"iptables, other", "*filter\nhello\nCOMMIT\n", "neither a chain nor a rule", ""},
		{"iptables, a quotation", "*filter\n:INPUT DROP [0:0]\n-A INPUT -m comment --comment \"a\nCOMMIT\n", "the evidence is truncated", ""},
		{"ss, cut", strings.TrimSpace(string(ss))[:len(strings.TrimSpace(string(ss)))-8], "the line is truncated", ""},
		{"ss, cut in an address", "tcp LISTEN 0 5 0.0.0.0:2", "the line is truncated", SS},
		{"ss, cut in the peer", "tcp LISTEN 0 5 0.0.0.0:22 0.0.0", "the line is truncated", SS},
		{"ss, cut before the peer's port", "tcp LISTEN 0 5 [::]:22 [::]:", "the line is truncated", SS},
		{"UTF-16, cut within a character", "\xff\xfet\x00c\x00p", "the evidence is truncated", ""},
		{"ss, names of ports", "tcp LISTEN 0 5 0.0.0.0:ssh 0.0.0.0:*\n", "the option -n", ""},
		{"ss, nothing", "Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port\n", "it lists no sockets", ""},
		{"nmap, cut", string(xml[:len(xml)-60]), "truncated", ""},
		{"nmap, not finished", "<nmaprun></nmaprun>", "did not finish", ""},
		{"other XML", "<html></html>", "root html", ""},
		{"entities", `<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]><nmaprun>&c;</nmaprun>`, "defines entities", ""},
		{"an outside entity", `<!DOCTYPE nmaprun SYSTEM "file:///etc/passwd" [ ]><nmaprun/>`, "defines entities", ""},
		{"deep XML", "<nmaprun>" + strings.Repeat("<a>", 60), "more than 50 deep", ""},
		{"PowerShell, cut", string(windows[:len(windows)-100]), "the evidence is truncated", ""},
		{"a table, cut", "\"LocalAddress\",\"LocalPort\",\"State\"\r\n\"0.0.0.0\",\"13", "truncated", ""},
		{"a table without rows", "\"LocalAddress\",\"LocalPort\",\"State\"\r\n", "no rows", ""},
		{"the wrong kind", string(ss), "it is not JSON", Nft},
		{"another wrong kind", string(nft), "it is outside of a table", IPTables},
	} {
		t.Run(x.name, func(t *testing.T) {
			f, err := Read("FILE", []byte(x.text), x.kind)
			if err == nil {
				t.Fatalf("it was read as %s", f.Kind)
			}
			if !strings.Contains(err.Error(), x.want) || !strings.HasPrefix(err.Error(), "FILE: ") {
				t.Errorf("got %q, want %q", err, x.want)
			}
		})
	}
}

// TestEncodings reads what PowerShell and editors make of the same text.
func TestEncodings(t *testing.T) {
	data, _ := os.ReadFile("testdata/windows.json")
	text := string(data)
	for name, data := range map[string][]byte{
		"UTF-16 without a mark": inUTF16(text, binary.LittleEndian)[2:],
		"UTF-16 little-endian":  inUTF16(text, binary.LittleEndian), "UTF-16 big-endian": inUTF16(text, binary.BigEndian),
		"UTF-8 with a mark": []byte("\xef\xbb\xbf" + text), "CRLF": []byte(strings.ReplaceAll(text, "\n", "\r\n")),
	} {
		f, err := Read(name, data, "")
		if err != nil || len(f.records) != len(sample(t, "windows.json").records) {
			t.Errorf("%s: %v", name, err)
		}
	}
	iptables, _ := os.ReadFile("testdata/iptables-save.txt")
	if _, err := Read("x", []byte(strings.ReplaceAll(string(iptables), "\n", "\r\n")), ""); err != nil {
		t.Error(err)
	}
	nft, _ := os.ReadFile("testdata/nft-iptables.json")
	if _, err := Read("x", append([]byte("# Warning: table ip filter is managed by iptables-nft, do not touch!\n"), nft...), ""); err != nil {
		t.Error(err)
	}
}

// TestMultiplied reads chains that call each other twice, so that there are too many paths to
// follow.
func TestMultiplied(t *testing.T) {
	var b strings.Builder
	b.WriteString("*filter\n:INPUT DROP [0:0]\n")
	const chains = 28
	for i := range chains {
		b.WriteString(":C" + strings.Repeat("x", i) + " - [0:0]\n")
	}
	b.WriteString("-A INPUT -j C\n")
	for i := range chains - 1 {
		for range 2 {
			b.WriteString("-A C" + strings.Repeat("x", i) + " -j C" + strings.Repeat("x", i+1) + "\n")
		}
	}
	b.WriteString("COMMIT\n")
	f, err := Read("x", []byte(b.String()), "")
	if err != nil {
		t.Fatal(err)
	}
	if d := Decide([]*Filter{f.Filter}, packet(t, "tcp 10.0.0.1 22"), nil); d.Verdict != Unclear {
		t.Error("the verdict is not unclear")
	}
}

// FuzzRead passes any data to each reader, and decides about packets if the data is accepted.
func FuzzRead(f *testing.F) {
	entries, _ := os.ReadDir("testdata")
	for _, e := range entries {
		if data, err := os.ReadFile(filepath.Join("testdata", e.Name())); err == nil {
			for i := range Kinds {
				f.Add(data, byte(i))
			}
			f.Add(data, byte(len(Kinds)))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, kind byte) {
		var k Kind
		if int(kind) < len(Kinds) {
			k = Kind(Kinds[kind])
		}
		file, err := Read("FILE", data, k)
		if err != nil {
			if file != nil || !strings.HasPrefix(err.Error(), "FILE: ") {
				t.Fatalf("%v with %v", file, err)
			}
			return
		}
		m, err := Join([]*File{file})
		if err != nil {
			return
		}
		for _, out := range []bool{false, true} {
			for _, text := range []string{"tcp 10.9.0.5 22", "udp 2001:db8::5 53", "icmp 10.0.0.1 8", "esp 10.0.0.1"} {
				p := packet(t, text)
				p.Out = out
				d := Decide(m.Filters, p, nil)
				if d.Verdict != Accept && d.Verdict != Drop && d.Verdict != Unclear {
					t.Fatalf("verdict %d", d.Verdict)
				}
			}
		}
	})
}
