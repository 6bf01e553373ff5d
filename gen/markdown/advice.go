package markdown

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

func (a asked) narrowed() []string {
	var all []string
	if a.isBroadcast() {
		all = append(all, "within one network")
	}
	if a.dynamic && len(a.ports) > 0 {
		all = append(all, "one port of the range, taken at run time")
	}
	if len(a.source) > 0 {
		all = append(all, "from port "+model.FormatPorts(a.source))
	}
	switch a.family {
	case "ipv4":
		all = append(all, "IPv4 only")
	case "ipv6":
		all = append(all, "IPv6 only")
	}
	return all
}

// todo describes what to do about something that a rule cannot express.
func (a asked) todo(uses []*use) []string {
	var all []string
	if a.isBroadcast() {
		all = append(all, "Broadcast: routers do not pass it on, and a rule between networks does nothing. Inside the network, the destination's own firewall has to let it in.")
		for _, u := range uses {
			if note := u.permit.Connection.Flow.Note; note != "" && !slices.Contains(all, note) {
				all = append(all, note)
			}
		}
	} else if len(a.groups) > 0 {
		all = append(all, "Multicast to "+strings.Join(a.groups, ", ")+": routers pass it on only where multicast routing is set up. Permit the groups as the destination.")
	}
	for _, u := range uses {
		if words := gen.DestinationAdvice(u.permit); words != "" && !slices.Contains(all, words) {
			all = append(all, words)
		}
	}
	switch {
	case len(a.ports) > 0 || !model.HasPorts(a.transport):
	case a.dynamic:
		for _, u := range uses {
			if words := gen.RunTimeAdvice(u.permit); !slices.Contains(all, words) {
				all = append(all, words)
			}
		}
	default:
		all = append(all, "The vendor does not name the port. Look at the running system, or ask the vendor, before asking for it.")
	}
	return all
}

func (a asked) isBroadcast() bool { return len(a.groups) == 1 && a.groups[0] == "broadcast" }
