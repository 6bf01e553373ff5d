package gen

import (
	"fmt"
	"strings"
	"unicode"
)

// Visible is text of a spec as a reader is to see it, on one line: white space
// collapsed, and what has no picture shown by its number, as in [U+202E]. What
// deceives a reviewer must not hide in what is generated, and firewalls put
// comments on terminals and into their own files. It encodes for no syntax;
// each target does that itself.
func Visible(s string) string {
	if IsPlain(s) {
		return s
	}
	var b strings.Builder
	for _, r := range strings.Join(strings.FieldsFunc(s, unicode.IsSpace), " ") {
		switch {
		case r == '\u200c' || r == '\u200d':
			b.WriteRune(r) // joiners: Persian words and emoji need them
		case unicode.IsGraphic(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "[U+%04X]", r)
		}
	}
	return b.String()
}

// IsPlain reports whether a text is words of ASCII with a space between them, as
// most are: to be shown as it is.
func IsPlain(s string) bool {
	space := true // before the text begins
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ' && !space:
			space = true
		case c <= ' ' || c > '~':
			return false
		default:
			space = false
		}
	}
	return s == "" || !space
}
