package markdown

import (
	"slices"
	"strings"

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
		if words := u.destination(); words != "" && !slices.Contains(all, words) {
			all = append(all, words)
		}
	}
	switch {
	case len(a.ports) > 0 || !model.HasPorts(a.transport):
	case a.dynamic:
		for _, u := range uses {
			if words := u.takenAtRunTime(); !slices.Contains(all, words) {
				all = append(all, words)
			}
		}
	default:
		all = append(all, "The vendor does not name the port. Look at the running system, or ask the vendor, before asking for it.")
	}
	return all
}

// destination says what to do about a destination that is no address.
func (u *use) destination() string {
	at := u.permit.To[0].Endpoints() // all ends are of one component
	switch {
	case at == nil || u.permit.Back != "":
		return ""
	case len(at.ServiceTags) > 0 && len(at.Addresses)+len(at.Networks) == 0:
		return "The destination is a service tag of a cloud: other firewalls need the networks that its provider publishes for it."
	case len(at.URLs) > 0:
		return "Firewalls that filter packets do not see the path of " + strings.Join(at.URLs, ", ") + ": permit the host, or have a proxy filter the path."
	}
	return ""
}

func (a asked) isBroadcast() bool { return len(a.groups) == 1 && a.groups[0] == "broadcast" }

// takenAtRunTime says what to do about a dynamic port without a range. Firewalls
// follow port mappers and nothing else to such a port.
func (u *use) takenAtRunTime() string {
	c := u.permit.Connection
	conf, mapper := c.Configurable(), c.Listener.Dynamic != nil && c.Listener.Dynamic.Mapper != ""
	words := "The port is taken at run time and no range is known. "
	switch {
	case u.permit.Back == "" && mapper:
		return words + "Have the firewall follow the connection to the port mapper, or permit the ports from 1024 up between these two sides."
	case u.permit.Back == "" && conf != nil && conf.Allowed && conf.How != "":
		return words + "Fix it (" + strings.TrimSuffix(conf.How, ".") + ") and permit that one; until then, permit the ports from 1024 up between these two sides."
	}
	return words + "Permit the ports from 1024 up between these two sides."
}
