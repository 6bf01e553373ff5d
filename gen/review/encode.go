package review

import (
	"github.com/portspec/portspec/gen/markdown"
)

// longest limits the characters of a text.
const longest = 300

// text encodes spec text for Markdown.
func text(s string) string {
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest]) + "…"
	}
	return markdown.Comment(s)
}

// code formats an id or a file name as code; "" for "".
func code(s string) string {
	if s == "" {
		return ""
	}
	return "<code>" + text(s) + "</code>"
}
