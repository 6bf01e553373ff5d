package screen

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Hidden reports whether a character shows as nothing, as something else, or
// drives what shows it: controls, format characters (those that turn the
// direction of text among them), white space other than the space, variation
// selectors, letters that are drawn as nothing, private use, and what Unicode has
// not assigned.
func Hidden(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r == 0x7f
	}
	return !unicode.IsPrint(r) || r == '\u2800' ||
		unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// Visible is foreign text as a part of a line: what is hidden, and bytes that are
// not UTF-8, become escapes, as in \u202e and \xff. Tabs stay.
func Visible(s string) string {
	if isPlain(s) {
		return s
	}
	b := make([]byte, 0, len(s)+16)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b = fmt.Appendf(b, `\x%02x`, s[i])
		case Hidden(r) && r != '\t':
			b = escape(b, r)
		default:
			b = append(b, s[i:i+size]...)
		}
		i += size
	}
	return string(b)
}

// Cell is [Visible] for a column of a table, where a tab is a space.
func Cell(s string) string { return Visible(strings.ReplaceAll(s, "\t", " ")) }

// escape appends a character by its number, as Go and CUE write it.
func escape(b []byte, r rune) []byte {
	if r > 0xffff {
		return fmt.Appendf(b, `\U%08x`, r)
	}
	return fmt.Appendf(b, `\u%04x`, r)
}

// isPlain reports whether a text is of printable ASCII alone, as nearly all are.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// Spelled is foreign text for files that are generated, on one line: white space
// collapsed, and what is hidden shown by its number in a form such as
// "[U+%04X]". Characters for which keep is true stay; nil keeps none.
func Spelled(s, form string, keep func(rune) bool) string {
	if IsWords(s) {
		return s
	}
	var b strings.Builder
	for _, r := range strings.Join(strings.FieldsFunc(s, unicode.IsSpace), " ") {
		if Hidden(r) && (keep == nil || !keep(r)) {
			fmt.Fprintf(&b, form, r)
		} else {
			b.WriteRune(r) // bytes that are not UTF-8 come as U+FFFD
		}
	}
	return b.String()
}

// IsWords reports whether a text is words of ASCII with a space between them, as
// most are: to be shown as it is.
func IsWords(s string) bool {
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
