package golang

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// subject describes a constant: "a TCP port of UMS Server for https".
func (p *section) subject(l *model.Listener, noun string) string {
	transports := p.evidence.transports(p.component, l)
	text := strings.TrimSpace(transportText(transports)+" "+noun) + " of " + p.component.Name
	if noun == "port" {
		text = article(transports) + " " + text
	}
	if l.OneOf {
		text += ", one of which is used,"
	} else if l.Per != "" {
		text += ", one for each " + l.Per + ","
	}
	if l.App != "" {
		text += " for " + l.App
	}
	return text
}

// article returns "an" if SCTP is the first transport, and "a" otherwise.
func article(transports []string) string {
	if len(transports) > 0 && transports[0] == "sctp" {
		return "an"
	}
	return "a"
}

// transportText returns "TCP and UDP"; other IP protocols are "IP/50".
func transportText(transports []string) string {
	names := make([]string, len(transports))
	for i, t := range transports {
		names[i] = strings.ToUpper(t)
	}
	if n := len(names); n > 2 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, " and ")
}

// facts returns what readers of a port's constant should know, a line each.
func (p *section) facts(l *model.Listener) []string {
	facts := p.conditions(l)
	switch {
	case len(l.Often) > 0:
		facts = append(facts, "Often "+model.FormatPorts(l.Often)+"; any other number is possible")
	case l.AnyOther:
		facts = append(facts, "Any other number is possible")
	}
	if l.Per != "" && l.Dynamic == nil && len(l.Known()) == 0 {
		facts = append(facts, "The first of as many as there are of: "+l.Per)
	}
	if l.Dynamic != nil {
		facts = append(facts, dynamicText(l.Dynamic)...)
	}
	if l.Bind == "loopback" {
		facts = append(facts, "Bound to loopback: reachable from its own host only")
	}
	if l.OffUntil != "" {
		facts = append(facts, "Off until switched on: "+l.OffUntil)
	}
	if l.OpenedByInstaller {
		facts = append(facts, "The installer opens it in the host's own firewall")
	}
	if l.SystemSocket != "" {
		facts = append(facts, "The operating system's own socket "+l.SystemSocket+": one for all who use it on a host")
	}
	for _, r := range p.product.Rules {
		if slices.Contains(r.Close[p.component.ID], l.ID) {
			facts = append(facts, "Not opened on a host that runs "+strings.Join(r.Together, " and ")+", by rule "+r.ID)
		}
	}
	if c := l.Configurable; c != nil {
		facts = append(facts, configurableText(c))
	}
	for _, a := range l.Unknown.Aspects() {
		facts = append(facts, capital(gen.UnknownWhy(l.Unknown, a)))
	}
	for _, os := range sorted(l.Processes) {
		facts = append(facts, "Opened on "+os+" by "+strings.Join(l.Processes[os], ", "))
	}
	id := listenerID{p.component.ID, l.ID}
	if from := p.evidence.from[id]; len(from) > 0 {
		facts = append(facts, "Talkers: "+strings.Join(from, ", "))
	}
	if ids := p.evidence.errata[id]; len(ids) > 0 {
		facts = append(facts, "Errata: "+strings.Join(ids, ", "))
	}
	if rows := append(slices.Clone(l.Cite), p.evidence.cites[id]...); len(rows) > 0 {
		facts = append(facts, "Source: "+p.evidence.citeText(rows))
	}
	return facts
}

// conditions describes when a listener exists, including its component's conditions.
func (p *section) conditions(l *model.Listener) []string {
	c := p.component
	facts := whenText(p.product.And(c.When, l.When))
	for _, cond := range []model.Conditions{c.Conditions, l.Conditions} {
		if text := rangeText(cond.OS, cond.Versions); text != "" {
			facts = append(facts, "Only "+text)
		}
		for _, os := range sorted(cond.OSVersions) {
			facts = append(facts, "Of "+os+" only "+cond.OSVersions[os].String())
		}
		if cond.Phase != "" {
			facts = append(facts, "Only during "+gen.PhaseName(cond.Phase))
		}
	}
	return facts
}

func whenText(w model.When) []string {
	if text := gen.WhenText(w); text != "" {
		return []string{"Only where " + text}
	}
	return nil
}

// rangeText returns "on windows or linux, from release 6.0, before release 10".
func rangeText(systems []string, v *model.Versions) string {
	var parts []string
	if len(systems) > 0 {
		parts = append(parts, "on "+strings.Join(systems, " or "))
	}
	if v != nil && v.From != "" {
		parts = append(parts, "from release "+v.From)
	}
	if v != nil && v.Before != "" {
		parts = append(parts, "before release "+v.Before)
	}
	return strings.Join(parts, ", ")
}

func dynamicText(d *model.Dynamic) []string {
	text := "Dynamic: chosen at run time"
	if d.Mapper != "" {
		text += ", asked for at listener " + d.Mapper
	}
	if d.Upward {
		text += ", the first that is free from the start of the range upward"
	}
	facts := []string{text}
	for _, r := range d.Ranges {
		if text := rangeText(r.OS, r.Versions); text != "" {
			facts = append(facts, "The range "+r.String()+" "+text)
		}
	}
	return facts
}

// capital returns a text with its first letter in upper case.
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func configurableText(c *model.Configurable) string {
	text := "Can be changed"
	switch {
	case !c.Allowed:
		text = "Cannot be changed"
	case c.At == "installation":
		text = "Can be changed at installation only"
	}
	if c.Since != "" {
		text += " since release " + c.Since
	}
	if c.How != "" {
		text += ": " + c.How
	}
	return text
}
