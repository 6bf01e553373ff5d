package review

import (
	"strings"

	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/internal/pattern"
)

// longest is how many characters of one text are shown.
const longest = 300

// GitHub makes mentions and references of what it finds in the text of a comment
// after it has read the Markdown. A character without width keeps them apart.
const joiner = "&#8288;"

var (
	apart = strings.NewReplacer("&#64;", "&#64;"+joiner, "&#35;", "&#35;"+joiner)
	issue = pattern.New(`(?i)\bgh-`)
)

// text shows a text of a spec as it stands.
func text(s string) string {
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest]) + "…"
	}
	return apart.Replace(issue().ReplaceAllString(markdown.Text(s), "${0}"+joiner))
}

// code shows an id or a file in the type of code; "" for nothing.
func code(s string) string {
	if s == "" {
		return ""
	}
	return "<code>" + text(s) + "</code>"
}
