package changes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diff"
)

// rulePorts returns the ports of a rule: those before and after if they differ.
func rulePorts(x *diff.SiteChange) string {
	r := x.Rule()
	ports := gen.Dash(gen.PortsText(r.Ports, r.Dynamic))
	if x.Before != nil && x.After != nil {
		if before := gen.Dash(gen.PortsText(x.Before.Ports, x.Before.Dynamic)); before != ports {
			ports = before + " → " + ports
		}
	}
	return ports
}

// ruleDiffers describes what differs in a rule, except for ports.
func ruleDiffers(x *diff.SiteChange) []string {
	if x.Before == nil || x.After == nil {
		return nil
	}
	return differing(ruleWordings, x.Aspects, x.Before, x.After)
}

// ruleText describes the change of a rule in one line.
func ruleText(x *diff.SiteChange) string {
	r := x.Rule()
	line := fmt.Sprintf("%s %s %s", r.Direction, r.Transport, rulePorts(x))
	switch r.Direction {
	case "inbound":
		line += " from " + r.Peer
	case "outbound":
		line += " to " + r.Peer
	}
	if len(r.Addresses) > 0 && !slices.Contains(x.Aspects, "addresses") {
		line += " (" + gen.Few(r.Addresses[:min(len(r.Addresses), gen.ShownPeers)], len(r.Addresses)) + ")"
	}
	line += fmt.Sprintf("  %s/%s.%s", r.Product, r.Component, r.Listener)
	if r.Flow != "" {
		line += " " + r.Flow
	}
	if r.Optional && !slices.Contains(x.Aspects, "optional") {
		line += ", optional"
	}
	if differs := ruleDiffers(x); len(differs) > 0 {
		line += " [" + strings.Join(differs, "; ") + "]"
	}
	return line
}
