package markdown

import (
	"strings"

	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// flowsPage writes what is known of each flow. Links to flows lead here.
//
//	## Flow os12-websocket
//
//	[IGEL OS 12 device](…) to [UMS Server](…), TCP 8443 (https).
//
//	Manage IGEL OS 12 devices over a WebSocket.
//
//	- Details: one long-lived connection, used both ways
//	- Rows: …
func (v *view) flowsPage(p *page, n int, back md) {
	p.paragraph("Details of each flow. " + back)
	for _, f := range onPage(v.Flows, n, mostFlows) {
		p.heading(2, anchorID("flow", f.ID), "Flow "+text(f.ID))
		p.paragraph(v.between(f))
		p.paragraph(join(" ", sentence(f.Purpose), sentence(f.Note)))
		var facts []md
		if details := v.words.FlowDetails(f); details != "" {
			facts = append(facts, "Details: "+details)
		}
		if when := v.words.Existence(f.Conditions); when != "" {
			facts = append(facts, "Only when: "+when)
		}
		if rows := v.evidence(f.Cite, v.flowErrata(f)); rows != "" {
			facts = append(facts, "Rows: "+rows)
		}
		p.list(facts)
	}
}

// between tells who starts talking to whom, and where they listen, with a link to each
// listener.
func (v *view) between(f *model.Flow) md {
	to := describe.List("; ", f.To, func(t model.Target) md {
		c := v.Component(t.Component)
		return v.componentLink(c) + " at " + describe.List(", ", v.linesOf[f], func(l *describe.Line) md {
			if l.Connection.To != c {
				return ""
			}
			return v.listenerLink(c, l.Listener, v.socket(l))
		})
	})
	return v.words.NamesOf(f.From) + " to " + to + "."
}

// sentence adds a full stop to a text that does not end like a sentence.
func sentence(s string) md {
	words := text(s)
	if s == "" || strings.HasSuffix(string(words), ".") || strings.HasSuffix(string(words), "!") || strings.HasSuffix(string(words), "?") {
		return words
	}
	return words + "."
}
