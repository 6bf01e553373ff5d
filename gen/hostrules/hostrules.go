// Package hostrules has what the targets for Linux hosts share: the script that sets
// rules with rollback, the words of heads and comments, and the list of the flows
// behind rules.
package hostrules

import (
	"embed"
	"fmt"
	"slices"
	"sync"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

//go:embed firewall/*.sh
var parts embed.FS

// Script returns the file firewall.sh, which sets rules on a host, rolls them back unless they
// are confirmed, and sets confirmed rules again when the host starts.
var Script = sync.OnceValue(func() gen.File {
	text := []byte("# " + gen.Header + "\n")
	for i, name := range []string{"head", "nftables", "iptables", "firewalld", "ufw", "trial", "words"} {
		part, err := parts.ReadFile("firewall/" + name + ".sh")
		if err != nil {
			panic(err) // it is embedded
		}
		if i > 0 {
			text = append(text, '\n')
		}
		text = append(text, part...)
	}
	return gen.File{Path: "firewall.sh", Data: text}
})

// For reports whether a host has rules of the targets for Linux.
func For(_ *model.Site, h *model.Host) bool { return h.OS == "linux" }

// Policies calls [policy.ForHosts] with the Linux hosts among the given ones.
func Policies(d *model.Deployment, hosts []*model.Deployed, target string, s policy.Settings, adapt func(*policy.Policy)) ([]*policy.Policy, diag.List) {
	hosts = slices.DeleteFunc(slices.Clone(hosts), func(h *model.Deployed) bool { return !For(d.Site, h.Host) })
	return policy.ForHosts(d, hosts, target, s, adapt)
}

// Head returns the lines at the top of a file of rules: which host they are for, how to
// load them, and what they leave out.
func Head(site *model.Site, p *policy.Policy, s policy.Settings, loading ...string) []string {
	lines := []string{
		fmt.Sprintf("Host %s of site %s. It lets in what flows and management need, and drops the rest.", p.Host.ID, site.ID),
	}
	if !site.Firewall.Free() {
		lines[0] = fmt.Sprintf("Host %s of site %s. It lets in and out what flows and management need, and nothing else.", p.Host.ID, site.ID)
	}
	if s.Observe {
		lines = append(lines, "It only observes: what would be dropped is logged, and passes.")
	}
	lines = append(append(lines, ""), loading...)
	return append(lines, policy.LackLines(p.Lacking)...)
}

// Comment returns the name of the first flow behind a rule and the number of the others,
// in at most the given number of bytes. It contains only characters that ids may have.
func Comment(rules []*policy.Rule, most int) string {
	more := ""
	if n := len(rules) - 1; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	name := Word(rules[0].Name())
	if room := most - len(more); len(name) > room {
		name = name[:room-3] + "..."
	}
	return name + more
}

// Word replaces all characters but letters, digits, hyphens, dots and slashes.
func Word(s string) string { return gen.Plain(s, "-/.") }

// LogPrefix returns the prefix of log lines about dropped packets.
func LogPrefix(direction string, observe bool) string {
	if observe {
		return "portspec " + direction + " would drop: "
	}
	return "portspec " + direction + " dropped: "
}

// Multicast reports whether a host takes part in multicast, for which it has to join
// groups.
func Multicast(p *policy.Policy) bool {
	return slices.ContainsFunc(slices.Concat(p.In, p.Out), func(r *policy.Rule) bool {
		return len(r.Permit.Groups) > 0 && r.Permit.Groups[0] != "broadcast"
	})
}
