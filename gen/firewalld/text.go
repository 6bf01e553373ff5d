package firewalld

import (
	"strings"

	"github.com/portspec/portspec/gen/hostrules"
)

// zone returns the zone that the host's interfaces are in. Its target drops what no rule
// accepts, and forwarded packets unless somebody else's policy accepts them.
func (c *config) zone() []byte {
	return document("<zone target=\"DROP\">\n" + c.about() + written(c.in) + "</zone>\n")
}

// outbound returns the policy for what the host sends.
func (c *config) outbound() []byte {
	target := "REJECT"
	if c.Observe {
		target = "CONTINUE"
	}
	return document("<policy target=\"" + target + "\">\n" + c.about() +
		"  <ingress-zone name=\"HOST\"/>\n  <egress-zone name=\"ANY\"/>\n" + written(c.out) + "</policy>\n")
}

// about returns the name and the description, which an administrator reads first.
func (c *config) about() string {
	lines := hostrules.Head(c.site, c.policy, c.Settings,
		"sh firewall.sh apply copies the folder into /etc/firewalld, reloads firewalld with portspec as its",
		"default zone, and rolls back unless confirmed. Interfaces that have a zone of their own are not in it.")
	for i, l := range lines {
		lines[i] = escaped(l)
	}
	return "  <short>portspec</short>\n  <description>" + strings.Join(lines, "\n") + "</description>\n"
}

func written(rules []rule) string {
	var b strings.Builder
	for _, r := range rules {
		b.WriteString("  <rule" + r.attributes() + ">\n")
		if r.source != "" {
			b.WriteString("    <source " + r.source + "/>\n")
		}
		if r.destination != "" {
			b.WriteString("    <destination " + r.destination + "/>\n")
		}
		if r.element != "" {
			b.WriteString("    " + r.element + "\n")
		}
		if r.log != "" {
			b.WriteString("    <log " + attribute("prefix", r.log) + " level=\"info\">\n      <limit value=\"10/s\"/>\n    </log>\n")
		}
		if r.action != "" {
			b.WriteString("    <" + r.action + "/>\n")
		}
		b.WriteString("  </rule>\n")
	}
	return b.String()
}
