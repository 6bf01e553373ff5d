package mermaid

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A box is a component or a shared service.
type box struct {
	id    string
	lines []string // of the label, encoded
	kind  kind
	extra bool // not there by default
}

// placesShown is how many of its places on the network a box lists.
const placesShown = 3

// boxOf draws a component: its name, and where the product fixes them its
// places on the network, which firewall rules are made of.
func boxOf(id string, c *model.Component) box {
	b := box{id: id, lines: []string{name(strings.TrimSpace(c.Name + " " + c.Version))}, kind: kindOf(c)}
	places := c.At.All()
	for _, place := range places[:min(len(places), placesShown)] {
		b.lines = append(b.lines, name(place))
	}
	if len(places) > placesShown {
		b.lines = append(b.lines, "and more")
	}
	return b
}

// serviceBox draws a shared service.
func serviceBox(id string, s *model.Service) box {
	b := box{id: id, lines: []string{name(s.Name)}, kind: service}
	if isDatabase(s.Listeners) {
		b.kind = database
	}
	return b
}

// A kind is what a box stands for. It has a shape of its own, so that the
// picture can be read without colours, and a colour.
type kind struct {
	class       string
	left, right string // Mermaid's brackets around the label
	style       string
}

// Text is on a light ground with at least 7:1, whatever the theme behind
// it; borders have 3:1 against white and against a dark page.
var (
	software = kind{"software", `["`, `"]`, "fill:#dbeafe,stroke:#3b82f6,color:#172554"}
	database = kind{"database", `[("`, `")]`, "fill:#fef3c7,stroke:#b7791f,color:#451a03"}
	service  = kind{"service", `[["`, `"]]`, "fill:#fef3c7,stroke:#b7791f,color:#451a03"}
	device   = kind{"device", `(["`, `"])`, "fill:#dcfce7,stroke:#16a34a,color:#052e16"}
	external = kind{"external", `("`, `")`, "fill:#e5e7eb,stroke:#6b7280,color:#111827"}
	zone     = kind{"zone", `[/"`, `"/]`, "fill:#f3e8ff,stroke:#a855f7,color:#3b0764"}
	anybody  = kind{"anybody", `{{"`, `"}}`, "fill:#f3e8ff,stroke:#a855f7,color:#3b0764"}
	unknown  = kind{"unknown", `>"`, `"]`, "fill:#f3e8ff,stroke:#a855f7,color:#3b0764"}
	legend   = kind{"legend", `["`, `"]`, "fill:#ffffff,stroke:#6b7280,color:#111827"}

	kinds = []kind{software, database, service, device, external, zone, anybody, unknown, legend}
)

// Styles of what is not a box: frames let the page through, an arrow that the
// subject of the diagram adds stands out.
const (
	frameStyle = "fill:none,stroke:#7a8699"
	addedStyle = "stroke:#ea580c,stroke-width:3px"
	extraStyle = "stroke-dasharray:4 3"
)

// kindOf is how a component is drawn.
func kindOf(c *model.Component) kind {
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

// isDatabase reports whether all that is offered is a database.
func isDatabase(listeners []*model.Listener) bool {
	return len(listeners) > 0 && !slices.ContainsFunc(listeners, func(l *model.Listener) bool {
		return !slices.Contains(databaseProtocols, l.App)
	})
}

// A frame is a group of boxes.
type frame struct {
	id    string
	title []string // lines, encoded
	boxes []box
}

// productFrames are the frames of a product's diagram in the order in which
// they are written, which is the order that the layout prefers. The product's
// own is titled by its name.
var productFrames = []struct{ id, title string }{
	{"clients", "Clients"},
	{"devices", "Devices"},
	{"product", ""},
	{"services", "Shared services"},
	{"external", "External systems"},
	{"zones", "Zones"},
	{"elsewhere", "Anywhere or not named"},
}

// frameOf is the frame that a component is in, given whether it starts
// connections and whether it takes any: others' programs that only use the
// product are before it, those that it uses behind it.
func frameOf(c *model.Component, talks, listens bool) string {
	switch {
	case c.Service != "":
		return "services"
	case c.Kind == model.Device:
		return "devices"
	case c.Kind == model.Zone:
		return "zones"
	case c.Kind == model.Any || c.Kind == model.UnknownKind:
		return "elsewhere"
	case c.Kind == model.External && talks && !listens:
		return "clients"
	case c.Kind == model.External:
		return "external"
	}
	return "product"
}
