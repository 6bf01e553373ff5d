package explorer

import (
	"bytes"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// script returns a classic script that sets a global variable to a value, because pages from
// disk cannot fetch anything. The JSON is in a string, which browsers parse several times faster
// than literals. The script is ASCII, so that the encoding that a server declares does not
// matter, and no text can end the string, the line, or the element of a page that the script is
// copied into:
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
		default: // not ASCII; JSON has already escaped characters below U+0020
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, "\\u%04x", unit)
			}
		}
		text = text[size:]
	}
	b.WriteString("')\n")
	return b.Bytes()
}
