package gen

import "strings"

// CommentLine returns a text that stays within a one-line comment in any syntax whose comments
// run to the end of the line: printable ASCII without backslashes, which may continue a line.
func CommentLine(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' || c == '\\' {
			return '_'
		}
		return c
	}, s)
}
