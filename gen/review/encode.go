package review

import (
	"strings"

	"github.com/portspec/portspec/gen/changes"
	"github.com/portspec/portspec/gen/markdown/inline"
)

// longest is the maximum number of characters of a text that are shown.
const longest = 300

// text encodes a text of a spec, so that it is shown literally.
func text(s string) string {
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest]) + "…"
	}
	return inline.Comment(s)
}

// code encodes an id or a file name as code; it returns "" for "".
func code(s string) string {
	if s == "" {
		return ""
	}
	return "<code>" + text(s) + "</code>"
}

// columns encodes a line, whose columns Markdown would not show:
//
//	tcp 443  agent → server  report on api  →  tcp 443: agent → server; report on api
func columns(line changes.Columns) string {
	if len(line) == 1 {
		return text(line[0])
	}
	return text(line[0] + ": " + strings.Join(line[1:], "; "))
}
