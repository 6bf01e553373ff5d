package html

import (
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/describe"
	"github.com/portspec/portspec/internal/model"
)

// lineTable adds a table of connections. Lines that differ only in their purpose share a row.
// hide is the feature that the table is about; conditions leave it out.
func (v *view) lineTable(title string, lines [][]*describe.Line, hide string) {
	when := hyper("When")
	if hide != "" {
		when = "Also when"
	}
	t := table{class: "flows", title: title, head: []hyper{"From", "To", "Port", when, "Why", "Source"}}
	for _, same := range lines {
		l := same[0]
		var why, source []hyper
		for _, x := range same {
			why = append(why, v.why(x))
			source = appendNew(source, v.rowLinks(x.Flow.Cite)...)
		}
		for _, x := range same {
			source = appendNew(source, v.erratumLinks(ofFlow(x.Flow.ID))...)
		}
		t.rows = append(t.rows, row{cells: []hyper{
			v.from(l, nil), v.toward(l, nil), v.port(l), v.words.Needed(l, hide), describe.Join("; ", why...), describe.Join(", ", source...),
		}})
	}
	t.dropAlways(whenColumn)
	v.table(t)
}

// whenColumn is the column of a table of connections with the conditions.
const whenColumn = 3

func appendNew(list []hyper, more ...hyper) []hyper {
	for _, m := range more {
		if !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list
}

// together groups lines that differ only in their purpose.
func (v *view) together(lines []*describe.Line, hide string) [][]*describe.Line {
	return gen.Together(lines, func(l *describe.Line) hyper { return v.key(l, hide) })
}

// key returns what readers see of a line, except its purpose and its sources.
func (v *view) key(l *describe.Line, hide string) hyper {
	return describe.Join("|", v.from(l, nil), v.toward(l, nil), v.port(l), v.words.Needed(l, hide))
}

// from shows who starts, and the source ports if the vendor names them.
func (v *view) from(l *describe.Line, self *model.Component) hyper {
	return describe.Join(", ", v.parties(l.From, self), v.words.FromNotes(l))
}

// toward shows who listens, and how packets get there.
func (v *view) toward(l *describe.Line, self *model.Component) hyper {
	return describe.Join(", ", v.parties(l.To, self), v.words.ToNotes(l))
}

// port shows where the destination listens, and how rules change that.
func (v *view) port(l *describe.Line) hyper {
	words := `<span class="port">` + v.words.PortCell(l) + "</span>"
	return describe.Join(", ", words, v.words.PortNotes(l))
}

// why shows the purpose of a line, with a link to the flow.
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
