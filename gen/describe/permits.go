package describe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// PermitCondition tells when a permit is needed, apart from being optional; "" for always.
// Features do not appear, because the site has decided them.
func PermitCondition(p *model.Permit) string {
	c := p.Connection
	var when []string
	add := func(is bool, format string, args ...any) {
		if is {
			when = append(when, fmt.Sprintf(format, args...))
		}
	}
	add(c.Phase != "", "only during %s", gen.PhaseName(c.Phase))
	add(c.Listener.OffUntil != "", "off until: %s", c.Listener.OffUntil)
	add(c.Flow.TLSInspection != "", "TLS inspection %s", c.Flow.TLSInspection)
	add(len(c.Flow.InsteadOf) > 0, "only where %s does not work", strings.Join(c.Flow.InsteadOf, " or "))
	add(c.Flow.Suffices == "one", "one of the ports and transports of flow %s is enough", c.Flow.ID)
	return strings.Join(when, "; ")
}

// PermitThrough names the gateways on the way of a permit; "" for none.
func PermitThrough(p *model.Permit) string {
	var through []string
	for _, e := range p.Via {
		if via := p.Connection.Product.Component(e.Place.Component()); via != nil && !slices.Contains(through, via.Name) {
			through = append(through, via.Name)
		}
	}
	return strings.Join(through, ", ")
}

// PermitPurpose tells what a permit is for, and which part of the flow it is.
func PermitPurpose(p *model.Permit) string {
	words := p.Connection.Flow.Purpose
	if back := gen.BackText[p.Back]; back != "" {
		words += " (" + back + ")"
	}
	if through := PermitThrough(p); through != "" {
		words += " (through " + through + ")"
	}
	return words
}
