package describe

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// PermitPorts sums up permits: "TCP 443, 8443; UDP 53; (TCP 80)". What is optional
// for one thing and required for another is required.
func (w *Words[T]) PermitPorts(permits []*model.Permit) T {
	type port struct {
		transport string
		number    model.PortRange // zero where there is none to sort by
		words     T
	}
	optional := make(map[port]bool)
	add := func(p port, is bool) {
		was, seen := optional[p]
		optional[p] = is && (was || !seen)
	}
	for _, p := range permits {
		if words := w.wholePort(p); words != "" || len(p.Ports) == 0 {
			add(port{p.Transport, model.PortRange{From: 1 << 16}, words}, p.Connection.Flow.Optional)
			continue
		}
		for _, r := range p.Ports {
			add(port{p.Transport, r, w.Text(r.String())}, p.Connection.Flow.Optional)
		}
	}
	sorted := slices.SortedFunc(maps.Keys(optional), func(a, b port) int {
		return cmp.Or(cmp.Compare(a.transport, b.transport), a.number.From-b.number.From, a.number.To-b.number.To, cmp.Compare(a.words, b.words))
	})
	var needed, rest []T
	for i := 0; i < len(sorted); {
		transports := sorted[i].transport
		var own, extra []T
		for ; i < len(sorted) && sorted[i].transport == transports; i++ {
			words := sorted[i].words
			if words == "" {
				words = w.Transport(transports)
			}
			if optional[sorted[i]] {
				extra = append(extra, words)
			} else {
				own = append(own, words)
			}
		}
		head := w.Transport(transports) + " "
		if !model.HasPorts(transports) {
			head = ""
		}
		if len(own) > 0 {
			needed = append(needed, head+Join(", ", own...))
		}
		if len(extra) > 0 {
			rest = append(rest, "("+head+Join(", ", extra...)+")")
		}
	}
	return Join("; ", append(needed, rest...)...)
}

// wholePort is a port that is not one of a list of numbers: "dynamic",
// "49152-65535 dynamic".
func (w *Words[T]) wholePort(p *model.Permit) T {
	switch {
	case p.Dynamic && len(p.Ports) > 0:
		return w.Text(model.FormatPorts(p.Ports)) + " dynamic"
	case p.Dynamic:
		return "dynamic"
	case len(p.Ports) == 0 && model.HasPorts(p.Transport):
		return "not known"
	}
	return ""
}

// PermitCondition is when a permit is needed, apart from being optional; "" for always. What
// features decide is decided by the site.
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

// PermitPurpose is what a permit is for, and which part of the flow it is.
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
