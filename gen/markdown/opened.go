package markdown

import (
	"github.com/portspec/portspec/gen/describe"
)

// opened writes what readers look for first: who must reach whom at which port, in the
// default scenario. If a feature has no default, the rows tell which of its values they are
// for.
//
//	| From | To | Port | When | Why |
//	| --- | --- | --- | --- | --- |
//	| [IGEL OS 12 device](…) | [UMS Server](…) | TCP 8443 (https) | always | [Manage IGEL OS 12 devices](…#flow-os12-websocket) |
//
//	1 documented connection needs no rule: [inner](…#flow-inner).
func (v *view) opened(p *page) {
	p.heading(2, "what-to-open", "What to open")
	list, noRule, shared := v.byDefault()
	none := v.words.NoRule(noRule, func(words md) md { return link(place{page: v.layout.numbered(flowsPart, 1)}, words) })
	words := v.scenario()
	if len(list) == 0 {
		p.paragraph(join(" ", "Nothing has to be opened between hosts.", words, none))
		return
	}
	p.long(table{
		id: "what-to-open", title: "What to open",
		words: join(" ", words, link(place{"index.md", "how-to-read"}, "How to read the tables")+"."),
		head:  []md{"From", "To", "Port", "When", "Why"},
		rows:  len(list), row: func(cells []md, i int) []md {
			known := shared[list[i][0]]
			return append(append(cells, known[:]...), v.purposes(list[i]))
		},
	})
	p.paragraph(none)
}

// mostInScenario is the greatest number of features that the words about the default
// scenario name.
const mostInScenario = 8

// scenario tells which features are taken to be on: "With the default features: database is
// embedded; ssl-only and imi are on; 2 features are off."
func (v *view) scenario() md {
	var chosen, on, off, open []md
	for _, f := range v.Features {
		link := v.featureLink(f.ID)
		switch f.Default {
		case "":
			open = append(open, link)
		case "off":
			off = append(off, link)
		case "on":
			on = append(on, link)
		default:
			chosen = append(chosen, link+" is "+text(f.Default))
		}
	}
	switched := func(list []md, to md) {
		switch n := len(list); {
		case n == 0:
		case n > mostInScenario || to == "off":
			chosen = append(chosen, link(place{v.layout.main, "features"}, count(n, "feature"))+" "+areOrIs(n)+" "+to)
		default:
			chosen = append(chosen, and(list)+" "+areOrIs(n)+" "+to)
		}
	}
	if len(chosen) > mostInScenario {
		chosen = []md{link(place{v.layout.main, "features"}, count(len(chosen), "choice")) + " at their defaults"}
	}
	switched(on, "on")
	switched(off, "off")
	var words md
	if len(chosen) > 0 {
		words = "With the defaults: " + join("; ", chosen...) + "."
	}
	if len(open) > 0 {
		if len(open) > mostInScenario {
			open = []md{link(place{v.layout.main, "features"}, count(len(open), "more feature"))}
		}
		words = join(" ", words, "Every site chooses "+and(open)+".")
	}
	return words
}

func and(list []md) md {
	if len(list) < 2 {
		return join("", list...)
	}
	return join(", ", list[:len(list)-1]...) + " and " + list[len(list)-1]
}

func areOrIs(n int) md {
	if n == 1 {
		return "is"
	}
	return "are"
}

// byDefault lists the connections of the default scenario, and separately those that need
// no rule. Connections that differ only in their purpose are one row; cells has the other cells
// of each line.
func (v *view) byDefault() (open, noRule [][]*describe.Line, cells map[*describe.Line][4]md) {
	cells = make(map[*describe.Line][4]md, len(v.lines))
	open, noRule = describe.ByDefault(v.Product, v.lines, func(l *describe.Line) [4]md {
		cells[l] = [4]md{v.parties(l.From, nil), v.destination(l, nil), v.port(l), v.words.Needed(l, "")}
		return cells[l]
	})
	return open, noRule, cells
}

// purposes links the purposes of connections that differ in nothing else.
func (v *view) purposes(list []*describe.Line) md {
	return describe.List("; ", list, func(l *describe.Line) md {
		return v.part(flowsPart, anchorID("flow", l.Flow.ID), v.words.Purpose(l))
	})
}
