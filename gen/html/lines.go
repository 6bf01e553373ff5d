package html

import (
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// lineTable adds a table of connections. hide is a feature that the table is about; it is
// left out of the conditions.
func (v *view) lineTable(title string, lines []*describe.Line, hide string) {
	t := table{class: "flows", title: title, head: []hyper{"From", "To", "Port", "When", "Why", "Source"}}
	for _, l := range lines {
		t.rows = append(t.rows, row{cells: []hyper{
			v.from(l, nil), v.toward(l, nil), v.port(l), v.words.Needed(l, hide), v.why(l),
			v.evidence(l.Flow.Cite, ofFlow(l.Flow.ID)),
		}})
	}
	v.table(t)
}

// from shows who starts, and the ports that it sends from where the vendor names them.
func (v *view) from(l *describe.Line, self *model.Component) hyper {
	return describe.Join(", ", v.parties(l.From, self), v.words.FromNotes(l))
}

// toward shows who listens, and how packets get there.
func (v *view) toward(l *describe.Line, self *model.Component) hyper {
	return describe.Join(", ", v.parties(l.To, self), v.words.ToNotes(l))
}

// port shows where the destination listens, and what rules make of that.
func (v *view) port(l *describe.Line) hyper {
	words := `<span class="port">` + v.words.PortCell(l) + "</span>"
	return describe.Join(", ", words, v.words.PortNotes(l))
}

// why is what a line is for, with a link to the flow.
func (v *view) why(l *describe.Line) hyper {
	return v.link(v.to(flowsName, anchor("flow", l.Flow.ID)), v.words.Purpose(l))
}

// change tells whether the port can be changed, and how.
func (v *view) change(l *describe.Line) hyper {
	if l.Ways == describe.Answer {
		return ""
	}
	return v.words.ChangeHow(l.Connection.Configurable())
}
