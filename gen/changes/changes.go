// Package changes describes in words what differs between two models: as text for
// people ([Text]), as notes for an upgrade in Markdown ([Markdown]), and line by
// line for a review ([Actions], [All], [Rules]).
package changes

import (
	"strings"

	"github.com/portspec/portspec/internal/diff"
)

// A Line describes one change, or several similar ones.
type Line struct {
	Class   diff.Class
	Product string // its id; "" for none
	Text    Columns
	Count   int // how many changes it is
}

// A RuleLine describes one changed rule, or several similar ones, and names their
// hosts.
type RuleLine struct {
	Class diff.Class
	Text  Columns
	Hosts []string
	Count int // how many rules it is
}

// Columns are the parts of a line, for example the port, the ends and the flow.
type Columns []string

// String returns the line as plain text has it, with columns two spaces apart.
func (c Columns) String() string { return strings.Join(c, "  ") }
