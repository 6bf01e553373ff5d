package review

import (
	"strings"

	"github.com/portspec/portspec/gen/markdown"
)

// longest is how many characters of one text are shown.
const longest = 300

// text shows a text of a spec as it stands.
func text(s string) string {
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest]) + "…"
	}
	return markdown.Comment(s)
}

// code shows an id or a file in the type of code; "" for nothing.
func code(s string) string {
	if s == "" {
		return ""
	}
	return "<code>" + text(s) + "</code>"
}

// columns is a line whose columns are two spaces apart, which Markdown does not keep:
//
//	tcp 443  agent → server  report on api  →  tcp 443: agent → server; report on api
func columns(line string) string {
	return text(strings.Replace(strings.Replace(line, "  ", ": ", 1), "  ", "; ", 1))
}
