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
func ruleText(x *diff.SiteChange) Columns {
	r := x.Rule()
	traffic := fmt.Sprintf("%s %s %s", r.Direction, r.Transport, rulePorts(x))
	switch r.Direction {
	case "inbound":
		traffic += " from " + r.Peer
	case "outbound":
		traffic += " to " + r.Peer
	}
	if len(r.Addresses) > 0 && !slices.Contains(x.Aspects, "addresses") {
		traffic += " (" + gen.Few(r.Addresses[:min(len(r.Addresses), gen.ShownPeers)], len(r.Addresses)) + ")"
	}
	use := fmt.Sprintf("%s/%s.%s", r.Product, r.Component, r.Listener)
	if r.Flow != "" {
		use += " " + r.Flow
	}
	if r.Optional && !slices.Contains(x.Aspects, "optional") {
		use += ", optional"
	}
	if differs := ruleDiffers(x); len(differs) > 0 {
		use += " [" + strings.Join(differs, "; ") + "]"
	}
	return Columns{traffic, use}
}
