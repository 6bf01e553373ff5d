// Package changes says in words what differs between two models: as text for
// people ([Text]), as notes for an upgrade in Markdown ([Markdown]), and line by
// line for a review ([Actions], [All], [Rules]).
package changes

import (
	"github.com/portspec/portspec/internal/diff"
)

// A Line is one change in words, or several that are alike.
type Line struct {
	Class   diff.Class
	Product string // its id; "" for none
	Text    string
	Count   int // how many changes it is
}

// A RuleLine is a rule that changes in words, or several that are alike, and the
// hosts that it is of.
type RuleLine struct {
	Class diff.Class
	Text  string
	Hosts []string
	Count int // how many rules it is
}
