package mermaid

import (
	"slices"

	"github.com/portspec/portspec/gen/matrix"
	"github.com/portspec/portspec/internal/model"
)

// A figure is one party of a matrix as diagrams draw it.
type figure struct {
	id    string // of its box
	name  string // text of a spec or site
	note  string // a line below the name: "5000 machines", or ""
	kind  *kind
	width int // of the name, cached by [figure.nameWidth]; 0 if not yet measured
	// choice lists, for features that have one value at a time, the values with which the
	// figure can reach others or be reached.
	choice map[string][]string
}

// A graph is what diagrams show: who reaches whom, and how each is drawn.
type graph struct {
	*matrix.Matrix
	title   string
	figures []figure
	lists   map[*matrix.Cell]portLists // cached by [graph.between]
	buffer  []byte                     // of [graph.text]
}

// A kind is what a box stands for. It has a colour, and a shape by which it is recognized
// without colours. Services and external systems have the same shape, because both belong to
// others.
// No shape has two braces, because some people run template languages over pages.
type kind struct {
	class       string
	left, right string // Mermaid's brackets around the label
	room        int    // how much wider than its text the box is, in pixels
	slant       int    // how much wider it is for each line, in pixels
	style       string
}

// Text has a contrast of at least 7:1 to its box, whatever the theme of the page. Borders have at
// least 3:1 to a white and to a dark page.
var (
	software = &kind{"software", `["`, `"]`, 32, 0, "fill:#dbeafe,stroke:#3b82f6,color:#172554"}
	device   = &kind{"device", `("`, `")`, 32, 0, "fill:#dcfce7,stroke:#16a34a,color:#052e16"}
	database = &kind{"database", `[("`, `")]`, 32, 0, "fill:#fef3c7,stroke:#b7791f,color:#451a03"}
	service  = &kind{"service", `[["`, `"]]`, 32, 0, "fill:#fef3c7,stroke:#b7791f,color:#451a03"}
	external = &kind{"external", `[["`, `"]]`, 32, 0, "fill:#e5e7eb,stroke:#6b7280,color:#111827"}
	zone     = &kind{"zone", `[/"`, `"/]`, 40, 24, "fill:#f3e8ff,stroke:#a855f7,color:#3b0764"}
	anybody  = &kind{"anybody", `(["`, `"])`, 40, 16, "fill:#f3e8ff,stroke:#a855f7,color:#3b0764"}
	unknown  = &kind{"unknown", `>"`, `"]`, 40, 16, "fill:#f3e8ff,stroke:#a855f7,color:#3b0764"}
	// A component of any kind.
	neutral = &kind{"component", `["`, `"]`, 32, 0, "fill:#f6f8fa,stroke:#6b7280,color:#111827"}

	kinds = []*kind{software, device, database, service, external, zone, anybody, unknown, neutral}
)

// subjectStyle makes the subject of a diagram stand out.
const subjectStyle = "fill:#1e40af,stroke:#3b82f6,color:#ffffff"

// kindOf returns how a component is drawn.
func kindOf(c *model.Component) *kind {
	switch {
	case isDatabase(c.Listeners):
		return database
	case c.Service != "":
		return service
	}
	switch c.Kind {
	case model.Device:
		return device
	case model.External:
		return external
	case model.Zone:
		return zone
	case model.Any:
		return anybody
	case model.UnknownKind:
		return unknown
	}
	return software
}

// databaseProtocols are the application protocols that only databases speak.
var databaseProtocols = []string{"drda", "mongodb", "mysql", "postgresql", "redis", "tds", "tns"}

// isDatabase reports whether all listeners are those of a database.
func isDatabase(listeners []*model.Listener) bool {
	return len(listeners) > 0 && !slices.ContainsFunc(listeners, func(l *model.Listener) bool {
		return !slices.Contains(databaseProtocols, l.App)
	})
}

// connected returns the figures that reach any or are reached by any.
func (g *graph) connected() []int {
	return slices.DeleteFunc(indexes(g.figures), func(i int) bool { return g.IsAlone(i) })
}
