package gen

import (
	"strings"
	"unicode"
)

// RightToLeft reports whether a text has letters that are written from right to left. Text
// beside it, such as an address in brackets, changes places with it unless it is isolated.
func RightToLeft(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return r >= 0x590 && unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Samaritan, unicode.Mandaic, unicode.Adlam)
	})
}
