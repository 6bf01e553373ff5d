// Package changes describes the differences between two models: as text for people
// ([Text]), as upgrade notes in Markdown ([Markdown]), and as lines for a review
// ([Actions], [All], [Rules]).
package changes

import (
	"github.com/portspec/portspec/internal/diff"
)

// A Line describes a change, or several similar ones.
type Line struct {
	Class   diff.Class
	Product string // product id; "" for none
	Text    string
	Count   int // number of changes
}

// A RuleLine describes a changed rule, or several similar ones, with their hosts.
type RuleLine struct {
	Class diff.Class
	Text  string
	Hosts []string
	Count int // number of rules
}
