package explorer

import (
	"bytes"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// script is a classic script that sets a global variable to a value, for pages from disk,
// which cannot fetch anything. The JSON is in a string, as browsers parse that several
// times faster than literals. All of it is ASCII, so that it reads the same however a
// server declares its encoding, and no text can end the string, the line or the element
// of a page that it is copied into:
//
//	it's </script>  →  self.name=JSON.parse('"it\'s \\u003c/script\\u003e"')
func script(name string, value any) []byte {
	text := marshal(value)
	var b bytes.Buffer
	b.Grow(len(text) + len(text)/8)
	b.WriteString("self." + name + "=JSON.parse('")
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == '\\' || r == '\'':
			b.WriteByte('\\')
			b.WriteByte(text[0])
		case r >= ' ' && r <= '~':
			b.WriteByte(text[0])
		default: // beyond ASCII; below U+0020 JSON has escaped it
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, "\\u%04x", unit)
			}
		}
		text = text[size:]
	}
	b.WriteString("')\n")
	return b.Bytes()
}
