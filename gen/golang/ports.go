package golang

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// planListener plans the declarations for a listener.
//
//	one port        UMSServerWebPort = 8443
//	a range         AgentPortFirst = 5000, AgentPortLast = 5010
//	several         func AgentPorts() []int
//	several ranges  func AgentPorts() []PortRange
//	a setting + 1   AgentPortBase = 8000, AgentPort = AgentPortBase + 1
//	another's + 5   AgentDataPort = AgentPort + 5
//	a fallback      AgentPort = 443, AgentPortFallback = 80
//	a rule          AgentPortSameHost = 8444
//	unknown         nothing, and a finding
//
// Several ports are not numbered constants, because AgentPort2 would become another port when
// one is inserted before it.
func (p *section) planListener(n *namer, l *model.Listener) {
	var usual *symbol // the constant that a constant for a rule replaces
	switch ports := fixed(l); {
	case l.Offset != nil && l.Offset.PlusTo == nil && len(ports) == 1:
		usual = p.planOffset(n, l)
	case len(ports) == 1 && ports[0].From == ports[0].To:
		usual = p.planPort(n, l, ports[0].From)
	case len(ports) == 1:
		p.planRange(n, l, ports[0])
	case len(ports) > 1:
		p.function(n.listener(p.component, l, "Ports"), ports, func(d *docComment, name string) {
			d.paragraph(name + " returns the " + p.subject(l, "ports") + ": " + l.Purpose)
			d.items(p.facts(l)...)
		})
	}
	p.ports[l.ID] = usual
	p.planFallback(n, l)
	for _, r := range p.product.Rules {
		if port, ok := r.Move[p.component.ID][l.ID]; ok {
			p.planMove(n, l, r, port, usual)
		}
	}
}

// fixed returns the ports for constants, without duplicates: the fixed ports or the ranges of a
// dynamic port.
func fixed(l *model.Listener) []model.PortRange {
	if l.Dynamic == nil {
		return l.Ports
	}
	var ranges []model.PortRange
	for _, r := range l.Dynamic.Ranges {
		if !slices.Contains(ranges, r.PortRange) {
			ranges = append(ranges, r.PortRange)
		}
	}
	return ranges
}

func (p *section) planPort(n *namer, l *model.Listener, port int) *symbol {
	s := n.listener(p.component, l, "Port")
	p.constant(s, strconv.Itoa(port), func(d *docComment, name string) {
		d.paragraph(name + " is " + p.subject(l, "port") + ": " + l.Purpose)
		d.items(p.facts(l)...)
	})
	return s
}

func (p *section) planRange(n *namer, l *model.Listener, r model.PortRange) {
	first := n.listener(p.component, l, "PortFirst")
	last := n.listener(p.component, l, "PortLast")
	p.constant(first, strconv.Itoa(r.From), func(d *docComment, name string) {
		d.paragraph(fmt.Sprintf("%s begins a range of %s: %s", name, p.subject(l, "ports"), l.Purpose))
		d.items(p.facts(l)...)
	})
	p.constant(last, strconv.Itoa(r.To), func(d *docComment, name string) {
		d.paragraph(name + " ends the range that begins with [" + first.name + "]")
	})
}

func (p *section) planOffset(n *namer, l *model.Listener) *symbol {
	port := n.listener(p.component, l, "Port")
	if of := l.Offset.Of; of != "" {
		p.planSum(l, port, func() *symbol { return p.ports[of] })
		return port
	}
	base := n.listener(p.component, l, "PortBase")
	p.constant(base, strconv.Itoa(l.Offset.Base), func(d *docComment, name string) {
		d.paragraph(name + " is the default of the setting that [" + port.name + "] follows from: " + gen.SettingText(p.product, l.Offset))
	})
	p.planSum(l, port, func() *symbol { return base })
	return port
}

// planSum plans a port that is calculated from another constant, if that exists when all names
// are chosen.
func (p *section) planSum(l *model.Listener, port *symbol, base func() *symbol) {
	sum := func() string {
		from := base()
		switch {
		case from == nil || from.name == "":
			return strconv.Itoa(l.Ports[0].From)
		case l.Offset.Times > 1:
			return fmt.Sprintf("%d*%s + %d", l.Offset.Times, from.name, l.Offset.Plus)
		case l.Offset.Plus < 0:
			return from.name + " - " + strconv.Itoa(-l.Offset.Plus)
		}
		return from.name + " + " + strconv.Itoa(l.Offset.Plus)
	}
	p.constants = append(p.constants, constant{port, sum, func(d *docComment, name string) {
		d.paragraph(name + " is " + p.subject(l, "port") + ": " + l.Purpose)
		if from := base(); l.Offset.Of != "" && from != nil && from.name != "" {
			d.paragraph("If [" + from.name + "] changes, this port changes with it.")
		}
		d.items(p.facts(l)...)
	}})
}

func (p *section) planFallback(n *namer, l *model.Listener) {
	main := "the others do"
	if len(l.Ports) == 1 {
		main = fmt.Sprintf("%d does", l.Ports[0].From)
	}
	switch {
	case len(l.Fallback) == 1 && l.Fallback[0].From == l.Fallback[0].To:
		p.constant(n.listener(p.component, l, "PortFallback"), strconv.Itoa(l.Fallback[0].From), func(d *docComment, name string) {
			d.paragraph(name + " is " + p.subject(l, "port") + " that is tried where " + main + " not answer")
		})
	case len(l.Fallback) > 0:
		p.function(n.listener(p.component, l, "PortFallbacks"), l.Fallback, func(d *docComment, name string) {
			d.paragraph(name + " returns the " + p.subject(l, "ports") + " that are tried where " + main + " not answer")
		})
	}
}

func (p *section) planMove(n *namer, l *model.Listener, r *model.Rule, port int, usual *symbol) {
	s := n.listener(p.component, l, "Port", r.ID)
	p.constant(s, strconv.Itoa(port), func(d *docComment, name string) {
		is := " is " + p.subject(l, "port")
		if usual != nil && usual.name != "" {
			is = " takes the place of [" + usual.name + "]"
		}
		d.paragraph(name + is + " on a host that runs " + strings.Join(r.Together, " and ") + ": " + r.Reason)
		d.items(append(whenText(r.When), "Rule: "+r.ID, "Source: "+p.evidence.citeText(r.Cite))...)
	})
}

// unnamed returns why a listener has no constant; "" if it has one, or needs none because its
// transport has no ports.
func unnamed(l *model.Listener) string {
	switch {
	case len(l.Transports) > 0 && !model.HasPorts(l.Transports[0]), len(fixed(l)) > 0:
		return ""
	case l.Dynamic != nil:
		return "its port is chosen at run time, from an unknown range"
	case l.Count > 0:
		return fmt.Sprintf("only the number of its ports is known, %d", l.Count)
	case l.Unknown.Has(model.AspectPort):
		return "its port is not documented: " + l.Unknown[model.AspectPort]
	}
	return "it has no port"
}

func (p *section) unnamedFinding(l *model.Listener, why string) diag.Finding {
	path := listenerPath(p.component, l)
	return diag.Finding{
		Code: diag.NotInGo, Severity: diag.Info,
		Position: p.product.Positions.At(path...),
		Path:     dataPath(path),
		Message:  fmt.Sprintf("listener %s of %s in %s has no Go constant, as %s", l.ID, p.component.ID, p.product.ID, why),
		Hint:     "Listeners() and Flows() of the generated package have it; if the vendor names a port or a range, write it here",
	}
}
