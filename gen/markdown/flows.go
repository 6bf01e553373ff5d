package markdown

import (
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// flows writes a row for each flow, with details that do not fit in the tables of connections.
// Links to flows lead here.
func (v *view) flows(p *page) {
	if len(v.Flows) == 0 {
		return
	}
	p.heading(2, "flows", "Flows")
	p.paragraph("Who starts talking to whom, and what else there is to know.")
	var rows [][]md
	for _, f := range v.Flows {
		var to []*model.Component
		for _, t := range f.To {
			to = append(to, v.Component(t.Component))
		}
		rows = append(rows, []md{
			anchor(anchorID("flow", f.ID)) + text(f.ID),
			v.words.NamesOf(f.From) + " to " + v.names(to),
			join(" ", sentence(f.Purpose), sentence(f.Note), v.details(f)),
			v.evidence(f.Cite, v.flowErrata(f)),
		})
	}
	p.table([]md{"Flow", "Between", "Purpose and notes", "Rows"}, rows)
}

// sentence ends a text with a full stop unless it ends itself.
func sentence(s string) md {
	words := text(s)
	if s == "" || strings.HasSuffix(string(words), ".") || strings.HasSuffix(string(words), "!") || strings.HasSuffix(string(words), "?") {
		return words
	}
	return words + "."
}

// details lists what is out of the ordinary, set off from the author's words.
func (v *view) details(f *model.Flow) md {
	words := v.words.FlowDetails(f)
	if words == "" {
		return ""
	}
	return "(" + words + ")"
}
