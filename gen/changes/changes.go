// Package changes describes in words what differs between two models: as text for
// people ([Text]), as notes for an upgrade in Markdown ([Markdown]), and line by
// line for a review ([Actions], [All], [Rules]).
package changes

import (
	"github.com/portspec/portspec/internal/diff"
)

// A Line describes one change, or several similar ones.
type Line struct {
	Class   diff.Class
	Product string // its id; "" for none
	Text    string
	Count   int // how many changes it is
}

// A RuleLine describes one changed rule, or several similar ones, and names their
// hosts.
type RuleLine struct {
	Class diff.Class
	Text  string
	Hosts []string
	Count int // how many rules it is
}
