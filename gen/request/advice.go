package request

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// Narrowed lists the restrictions of w besides its ports: "from port 68", "IPv4 only".
func (w What) Narrowed() []string {
	var all []string
	if w.isBroadcast() {
		all = append(all, "within one network")
	}
	if w.Dynamic && len(w.Ports) > 0 {
		all = append(all, "one port of the range, chosen at run time")
	}
	if len(w.Source) > 0 {
		all = append(all, "from port "+model.FormatPorts(w.Source))
	}
	switch w.Family {
	case "ipv4":
		all = append(all, "IPv4 only")
	case "ipv6":
		all = append(all, "IPv6 only")
	}
	return all
}

// todo describes what to do about the parts of w that a rule cannot express.
func (w What) todo(uses []*Use) []string {
	var all []string
	if w.isBroadcast() {
		all = append(all, "Broadcast: routers do not pass it on, and a rule between networks has no effect. Inside the network, the destination's own firewall has to let it in.")
		for _, u := range uses {
			if note := u.Permit.Connection.Flow.Note; note != "" && !slices.Contains(all, note) {
				all = append(all, note)
			}
		}
	} else if len(w.Groups) > 0 {
		all = append(all, "Multicast to "+strings.Join(w.Groups, ", ")+": routers pass it on only where multicast routing is set up. Permit the groups as the destination.")
	}
	for _, u := range uses {
		if words := gen.DestinationAdvice(u.Permit); words != "" && !slices.Contains(all, words) {
			all = append(all, words)
		}
	}
	switch {
	case len(w.Ports) > 0 || !model.HasPorts(w.Transport):
	case w.Dynamic:
		for _, u := range uses {
			if words := gen.RunTimeAdvice(u.Permit); !slices.Contains(all, words) {
				all = append(all, words)
			}
		}
	default:
		all = append(all, "The vendor does not name the port. Look at the running system, or ask the vendor, before asking for it.")
	}
	return all
}

func (w What) isBroadcast() bool { return len(w.Groups) == 1 && w.Groups[0] == "broadcast" }
