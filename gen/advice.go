package gen

import (
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// DestinationAdvice returns advice for a destination without an address.
func DestinationAdvice(p *model.Permit) string {
	at := p.To[0].Endpoints() // all ends belong to one component
	switch {
	case at == nil || p.Back != "":
		return ""
	case len(at.ServiceTags) > 0 && len(at.Addresses)+len(at.Networks) == 0:
		return "The destination is a service tag of a cloud: other firewalls need the networks that its provider publishes for it."
	case len(at.URLs) > 0:
		return "Firewalls that filter packets do not see the path of " + strings.Join(at.URLs, ", ") + ": permit the host, or have a proxy filter the path."
	}
	return ""
}

// RunTimeAdvice returns advice for a dynamic port without a range. Firewalls can follow such
// ports only through port mappers.
func RunTimeAdvice(p *model.Permit) string {
	c := p.Connection
	conf, mapper := c.Configurable(), c.Listener.Dynamic != nil && c.Listener.Dynamic.Mapper != ""
	words := "The port is chosen at run time, and no range is known. "
	switch {
	case p.Back == "" && mapper:
		return words + "Have the firewall follow the connection to the port mapper, or permit the ports from 1024 up between these two sides."
	case p.Back == "" && conf != nil && conf.Allowed && conf.How != "":
		return words + "Fix it (" + strings.TrimSuffix(conf.How, ".") + ") and permit that one; until then, permit the ports from 1024 up between these two sides."
	}
	return words + "Permit the ports from 1024 up between these two sides."
}
