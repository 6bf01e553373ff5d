package screen

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Hidden reports whether a character is invisible, looks like another, or controls how
// text is displayed: control characters, format characters (including those that change
// the direction of text), white space other than the space, variation selectors, letters
// without a shape, private-use characters, and code points that Unicode has not assigned.
func Hidden(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r == 0x7f
	}
	return !unicode.IsPrint(r) || r == '\u2800' ||
		unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// Visible makes foreign text safe as part of a line: hidden characters and invalid bytes
// become escapes such as \u202e and \xff. Tabs are kept.
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

// Cell is like [Visible], but replaces tabs by spaces, for a column of a table.
func Cell(s string) string { return Visible(strings.ReplaceAll(s, "\t", " ")) }

// escape appends the escape of a character, as Go and CUE write it.
func escape(b []byte, r rune) []byte {
	if r > 0xffff {
		return fmt.Appendf(b, `\U%08x`, r)
	}
	return fmt.Appendf(b, `\u%04x`, r)
}

// isPlain reports whether a text is printable ASCII, as nearly all are.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// Spelled makes foreign text safe for generated files: white space is collapsed to single
// spaces, and hidden characters are formatted with form, such as "[U+%04X]", except those
// for which keep returns true; nil keeps none.
func Spelled(s, form string, keep func(rune) bool) string {
	if IsWords(s) {
		return s
	}
	var b strings.Builder
	for _, r := range strings.Join(strings.FieldsFunc(s, unicode.IsSpace), " ") {
		if Hidden(r) && (keep == nil || !keep(r)) {
			fmt.Fprintf(&b, form, r)
		} else {
			b.WriteRune(r) // invalid bytes become U+FFFD
		}
	}
	return b.String()
}

// IsWords reports whether a text consists of ASCII words separated by single spaces, as
// most do, so that it needs no encoding.
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
