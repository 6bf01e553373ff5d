package windows

import (
	"cmp"
	"maps"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/prove"
	"github.com/portspec/portspec/internal/prove/provetest"
	"github.com/portspec/portspec/internal/readers"
	"github.com/portspec/portspec/internal/resolve"
)

// parsed parses scripts as PowerShell, and returns how often each kind of syntax occurs in
// each.
func parsed(t *testing.T, files []gen.File) []map[string]int {
	t.Helper()
	var scripts [][]byte
	for _, f := range files {
		scripts = append(scripts, f.Data)
	}
	return readers.PowerShell(t, scripts...)
}

// TestSites reads the scripts of the example sites and of random ones back: they parse,
// and permit what the site does.
func TestSites(t *testing.T) {
	var zoned []*model.Deployment
	for seed := range uint64(8) {
		zoned = append(zoned, policytest.Zoned(t, seed, "windows"))
	}
	provetest.Sites(t, "windows", func(t *testing.T, d *model.Deployment) (probes int) {
		files, found := GenerateSite(d, policy.Settings{Partial: true})
		if found.HasErrors() {
			t.Fatal(found)
		}
		parsed(t, files)
		for _, f := range files {
			rules := read(t, f.Data)
			probes += provetest.Agree(t, d, d.Host(strings.TrimSuffix(filepath.Base(f.Path), ".ps1")), func(p prove.Probe) bool {
				return slices.ContainsFunc(rules, func(w written) bool { return w.permits(p) })
			})
		}
		return probes
	}, zoned...)
}

var (
	field = regexp.MustCompile(`(\w+) = (?:@\()?((?:'(?:[^']|'')*'(?:, )?)+)`)
	value = regexp.MustCompile(`'((?:[^']|'')*)'`)
)

// A written rule is a rule as Windows reads it.
type written struct {
	direction, protocol string
	local, remote       []model.PortRange
	addresses           [][2]netip.Addr
}

// read returns the rules of a script.
func read(t *testing.T, data []byte) []written {
	t.Helper()
	var all []written
	for _, line := range strings.Split(string(data), "\n") {
		if !strings.HasPrefix(line, "\t@{ Name = ") {
			continue
		}
		var w written
		for _, m := range field.FindAllStringSubmatch(line, -1) {
			for _, v := range value.FindAllStringSubmatch(m[2], -1) {
				switch m[1] {
				case "Direction":
					w.direction = v[1]
				case "Protocol":
					w.protocol = v[1]
				case "LocalPort":
					w.local = append(w.local, portsOf(t, v[1]))
				case "RemotePort":
					w.remote = append(w.remote, portsOf(t, v[1]))
				case "RemoteAddress":
					w.addresses = append(w.addresses, spanOf(t, v[1]))
				}
			}
		}
		all = append(all, w)
	}
	return all
}

// portsOf reads ports; those that the endpoint mapper assigns are from Windows' range for
// them.
func portsOf(t *testing.T, s string) model.PortRange {
	t.Helper()
	switch s {
	case "RPC":
		return model.PortRange{From: 49152, To: 65535}
	case "RPCEPMap":
		return model.PortRange{From: 135, To: 135}
	}
	return provetest.Ports(t, s, "-")
}

func spanOf(t *testing.T, s string) [2]netip.Addr {
	t.Helper()
	if p, err := netip.ParsePrefix(s); err == nil {
		first, last := policy.Edges(p)
		return [2]netip.Addr{first, last}
	}
	from, to, span := strings.Cut(s, "-")
	if !span {
		to = from
	}
	return [2]netip.Addr{netip.MustParseAddr(from), netip.MustParseAddr(to)}
}

// permits reports whether a rule lets a packet pass.
func (w written) permits(p prove.Probe) bool {
	direction, local, remote, peer := "Inbound", p.Port, p.SourcePort, p.From
	if p.Out {
		direction, local, remote, peer = "Outbound", p.SourcePort, p.Port, p.To
	}
	has := func(ports []model.PortRange, n int) bool {
		return len(ports) == 0 || slices.ContainsFunc(ports, func(r model.PortRange) bool { return r.From <= n && n <= r.To })
	}
	return w.direction == direction && strings.EqualFold(w.protocol, p.Transport) && has(w.local, cmp.Or(local, 61000)) && has(w.remote, cmp.Or(remote, 61000)) &&
		(len(w.addresses) == 0 || slices.ContainsFunc(w.addresses, func(a [2]netip.Addr) bool {
			return a[0].BitLen() == peer.BitLen() && a[0].Compare(peer) <= 0 && peer.Compare(a[1]) <= 0
		}))
}

// TestHostile puts hostile texts into all fields for people. A parser of PowerShell sees
// the same script around them.
func TestHostile(t *testing.T) {
	made := func(text string) gen.File {
		p := &model.Product{
			ID: "p", Name: text, Version: text,
			Components: []*model.Component{
				{ID: "client", Kind: model.Software},
				{ID: "server", Kind: model.Software, Listeners: []*model.Listener{
					{ID: "api", Purpose: text, Transports: []string{"tcp"}, Bind: "any", PortStatement: model.PortStatement{Ports: []model.PortRange{{From: 7443, To: 7443}}}},
				}},
			},
			Flows: []*model.Flow{{
				ID: "f" + strings.ReplaceAll(text, "/", ""), From: []string{"client"}, To: []model.Target{{Component: "server", Listeners: []string{"api"}}},
				Purpose: text, Scope: "network", Delivery: "unicast",
			}},
		}
		d, _ := resolve.Site(&model.Catalog{Products: []*model.Product{p}}, &model.Site{
			ID: "site" + text,
			Hosts: []*model.Host{
				{ID: "server", OS: "windows", Addresses: []string{"10.1.0.1"}, Count: 1, Runs: []model.Place{"p/server"}},
				{ID: "client", Addresses: []string{"10.2.0.0/16"}, Count: 9, Runs: []model.Place{"p/client"}},
			},
			Firewall: &model.Firewall{Outbound: "free", Management: []*model.Management{{ID: "admins" + text, From: []string{"10.9.0.0/24"}, Transport: "tcp", Ports: []int{3389}}}},
		})
		files, found := GenerateSite(d, policy.Settings{})
		if len(files) != 1 || found.HasErrors() {
			t.Fatalf("%q: %d files, %v", text, len(files), found)
		}
		return files[0]
	}
	texts := []string{
		"x", "'; Remove-Item C:\\ -Recurse; '", "''", "$(calc)", "`'", "\"", "@'\n'@", "#>", "<#", "; calc", "a' + (calc) + '", "{ } ) @{", "\r\ncalc\r\n", "%PATH%", "$env:X",
		"\u2018; calc; \u2019", "\u201a\u201b", "\u0411\u0412\U0001f600", "\u0085\u2028calc", "\x00", "\u202ecalc", strings.Repeat("long'", 200),
	}
	var files []gen.File
	for _, text := range texts {
		files = append(files, made(text))
	}
	kinds := parsed(t, files)
	relevant := []string{"command", "hash_literal_expression", "hash_entry", "pipeline", "sub_expression", "comment", "foreach_statement", "if_statement", "variable", "expandable_string_literal"}
	for i, text := range texts {
		for _, kind := range slices.Sorted(maps.Keys(kinds[0])) {
			if slices.Contains(relevant, kind) && kinds[i][kind] != kinds[0][kind] {
				// A text that is joined from letters is in parentheses: a pipeline.
				if kind == "pipeline" && strings.Contains(string(files[i].Data), "[char]") {
					continue
				}
				t.Errorf("%q: %d of %s, want %d\n%s", text, kinds[i][kind], kind, kinds[0][kind], files[i].Data)
			}
		}
	}
}

// TestQuoted compares quoted texts with what PowerShell reads.
func TestQuoted(t *testing.T) {
	for s, want := range map[string]string{
		"plain":       "'plain'",
		"it's":        "'it''s'",
		"a\nb":        "'a b'",
		"\u2019":      "('' + [char]0x2019 + '')",
		"x\U0001f600": "('x' + [char]0xd83d + '' + [char]0xde00 + '')",
	} {
		if got := quoted(s); got != want {
			t.Errorf("quoted(%q) is %s, want %s", s, got, want)
		}
	}
}
