package explorer

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// A script is a classic script that sets a global variable to a value, because pages from
// disk cannot fetch anything. The JSON is in a string, which browsers parse several times faster
// than literals. The script is ASCII, so that the encoding that a server declares does not
// matter, and no text can end the string, the line, or the element of a page that the script is
// copied into:
//
//	it's </script>  →  self.name=JSON.parse('"it\'s \\u003c/script\\u003e"')
type script struct{ code []byte }

// newScript begins a script, after what the file begins with.
func newScript(head, name string) *script {
	return &script{[]byte(head + "self." + name + "=JSON.parse('")}
}

// json adds a part of the JSON, which does not end inside a character.
func (s *script) json(text string) {
	for len(text) > 0 {
		switch c := text[0]; {
		case c == '\\' || c == '\'':
			s.code = append(s.code, '\\', c)
		case c >= ' ' && c <= '~':
			s.code = append(s.code, c)
		default: // not ASCII; JSON has already escaped characters below U+0020
			r, size := utf8.DecodeRuneInString(text)
			for _, unit := range utf16.Encode([]rune{r}) {
				s.code = fmt.Appendf(s.code, "\\u%04x", unit)
			}
			text = text[size:]
			continue
		}
		text = text[1:]
	}
}

// end returns the script.
func (s *script) end() []byte { return append(s.code, "')\n"...) }
