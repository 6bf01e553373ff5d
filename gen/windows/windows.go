// Package windows writes the firewall rules of each Windows host of a site, as a
// PowerShell script for Windows Defender Firewall:
//
//	sites/ha/sql.ps1
//
// A script sets the rules of one group: it adds those that are missing, and removes
// those that are no longer wanted. A rule's name ends with a hash of its contents, so a
// rule with the right name is right.
package windows

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// The script around the rules: head.ps1 comes before them, and set.ps1 after them.
//
//go:embed set.ps1
var set []byte

//go:embed head.ps1
var head []byte

// Capabilities describe what Windows Defender Firewall can express.
var Capabilities = policy.Capabilities{
	Title:       "Windows",
	Ranges:      "yes",
	Dynamic:     "their range if it is known, and the keyword RPC; else PS4503",
	Names:       "no (PS4503)",
	Protocols:   "yes",
	SCTP:        "no (PS4503)",
	SourcePorts: "yes",
	Multicast:   "yes",
	Broadcast:   "inbound and answers; outbound only if it is free (PS4503)",
	Direction:   "yes",
	Program:     "no: rules need paths, and vendors name processes as they are displayed; the names are in the description",
	Limits:      "none that a site reaches",
}

// For reports whether a host has a script.
func For(_ *model.Site, h *model.Host) bool { return h.OS == "windows" }

// GenerateSite returns the scripts of a site's Windows hosts. Findings tell why there
// are none, and which permits the firewall cannot express: errors, or warnings with
// Partial.
func GenerateSite(d *model.Deployment, o policy.Settings) ([]gen.File, diag.List) {
	hosts := slices.DeleteFunc(slices.Clone(d.Hosts), func(h *model.Deployed) bool { return !For(d.Site, h.Host) })
	var rules [][]rule
	policies, found := policy.ForHosts(d, hosts, "windows", o, func(p *policy.Policy) { rules = append(rules, rulesOf(p)) })
	var files []gen.File
	for i, p := range policies {
		files = append(files, gen.File{Path: "sites/" + d.Site.ID + "/" + p.Host.ID + ".ps1", Data: script(d.Site, p, rules[i])})
	}
	return files, found
}

// A rule is one rule of the firewall, as New-NetFirewallRule takes it.
type rule struct {
	direction string // Inbound or Outbound
	protocol  string // TCP, UDP, ICMPv4, ICMPv6 or a number
	// Ports of the host and of the other side; empty for any. RPC stands for the ports
	// that Windows' endpoint mapper assigns, and RPCEPMap for its own port.
	local, remote []string
	icmp          []string // type or type:code
	addresses     []string // of the other side; empty for any
	flow          string
	purpose       string
}

// rulesOf returns the rules of a host. It adds permits that the firewall cannot express to the
// policy's Lacking, and removes those that it can express by keyword.
func rulesOf(p *policy.Policy) []rule {
	var all []rule
	p.Lacking = slices.DeleteFunc(p.Lacking, func(l *policy.Lack) bool {
		if l.What != policy.Port || l.Out || !isRPC(l.Permit.Connection) {
			return false
		}
		at, unknown := policy.Locate(l.Peers, policy.Family(l.Permit))
		if len(unknown) > 0 || len(at) == 0 {
			return false
		}
		r := newRule(false, &policy.Rule{Permit: l.Permit, Transport: l.Permit.Transport, Peers: at})
		r.local = []string{"RPC"}
		all = append(all, r)
		return true
	})
	for _, of := range []struct {
		out   bool
		rules []*policy.Rule
	}{{false, p.ManageIn}, {false, p.In}, {true, p.ManageOut}, {true, p.Out}} {
		for _, r := range of.rules {
			if r.Transport == "sctp" {
				p.Lacking = append(p.Lacking, &policy.Lack{Permit: r.Permit, Out: of.out, Peers: r.Permit.From, What: policy.Transport})
				continue
			}
			all = append(all, newRule(of.out, r))
		}
	}
	return all
}

// isRPC reports whether a port is one that Windows' endpoint mapper assigns.
func isRPC(c *model.Connection) bool {
	if c.Listener.Dynamic == nil || c.Transport != "tcp" {
		return false
	}
	mapper := c.To.Listener(c.Listener.Dynamic.Mapper)
	return mapper != nil && isMapper(mapper)
}

// isMapper reports whether a listener is Windows' endpoint mapper.
func isMapper(l *model.Listener) bool {
	return slices.Equal(l.Ports, []model.PortRange{{From: 135, To: 135}})
}

func newRule(out bool, r *policy.Rule) rule {
	x := rule{direction: "Inbound", protocol: protocol(r.Transport), flow: r.Name()}
	own, peer := r.Ports, r.SourcePorts
	if out {
		x.direction, own, peer = "Outbound", peer, own
	}
	x.local, x.remote = portTexts(own), portTexts(peer)
	if r.Permit != nil {
		c := r.Permit.Connection
		x.purpose = c.Flow.Purpose
		if names := processes(c); !out && r.Permit.Back == "" && len(names) > 0 {
			x.purpose += " (" + strings.Join(names, ", ") + ")"
		}
		switch {
		case out || r.Permit.Back != "" || r.Answer:
		case isRPC(c):
			x.local = []string{"RPC"}
		case isMapper(c.Listener) && r.Transport == "tcp":
			x.local = []string{"RPCEPMap"}
		}
	}
	for _, m := range r.ICMP {
		text := fmt.Sprint(m.Type)
		if m.Code != nil {
			text += fmt.Sprintf(":%d", *m.Code)
		}
		x.icmp = append(x.icmp, text)
	}
	everybody := 0
	for _, c := range policy.Disjoint([]*policy.Rule{{Peers: r.Peers}}) {
		if c.Addresses.All() {
			everybody++
		}
		x.addresses = append(x.addresses, addressText(c.Addresses))
	}
	if everybody == 2 {
		x.addresses = nil
	}
	return x
}

// processes returns the names of the processes that open the listener on Windows. Vendors
// give a display name or a short name, never a path, so the names are for readers of the
// rule and do not limit it.
func processes(c *model.Connection) []string {
	if names := c.Listener.Processes["windows"]; len(names) > 0 {
		return names
	}
	return c.To.Processes["windows"]
}

// addressText returns a span of addresses as Windows reads it. Windows does not accept a
// network of length 0.
func addressText(r policy.AddressRange) string {
	if r.All() {
		return r.From.String() + "-" + r.To.String()
	}
	return r.String()
}

func portTexts(ports []model.PortRange) []string {
	var all []string
	for _, p := range ports {
		all = append(all, p.String())
	}
	return all
}

func protocol(transport string) string {
	switch transport {
	case "tcp":
		return "TCP"
	case "udp":
		return "UDP"
	case "icmp":
		return "ICMPv4"
	case "icmpv6":
		return "ICMPv6"
	}
	return fmt.Sprint(model.ProtocolNumber(transport))
}

// script returns the file of a host.
func script(site *model.Site, p *policy.Policy, rules []rule) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n\n", gen.Header)
	b.WriteString(gen.CommentLines("#", append([]string{fmt.Sprintf("Host %s of site %s.", p.Host.ID, site.ID)}, policy.LackLines(p.Lacking)...)))
	b.Write(head)
	fmt.Fprintf(&b, "$outbound = %s\n\n$rules = @(\n", quoted(map[string]string{"free": "Allow", "listed": "Block"}[site.Firewall.Outbound]))
	var texts gen.Distinct
	for _, r := range rules {
		texts.Add(r.text())
	}
	for _, t := range texts.All {
		fmt.Fprintf(&b, "\t%s\n", t)
	}
	b.WriteString(")\n")
	b.Write(set)
	return b.Bytes()
}

// text returns the rule as a table of arguments of New-NetFirewallRule.
func (r rule) text() string {
	var b strings.Builder
	add := func(name string, values ...string) {
		switch {
		case len(values) == 0 || values[0] == "":
			return
		case len(values) == 1:
			fmt.Fprintf(&b, "; %s = %s", name, quoted(values[0]))
		default:
			var all []string
			for _, v := range values {
				all = append(all, quoted(v))
			}
			fmt.Fprintf(&b, "; %s = @(%s)", name, strings.Join(all, ", "))
		}
	}
	add("Direction", r.direction)
	add("Protocol", r.protocol)
	add("LocalPort", r.local...)
	add("RemotePort", r.remote...)
	add("IcmpType", r.icmp...)
	add("RemoteAddress", r.addresses...)
	add("DisplayName", cut(r.flow, maxName))
	add("Description", cut(r.purpose, maxDescription))
	sum := sha256.Sum256([]byte(b.String()))
	return "@{ Name = " + quoted("portspec-"+hex.EncodeToString(sum[:8])) + b.String() + " }"
}
