package explorer

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/portspec/portspec/internal/spool"
)

// A script is a classic script that sets a global variable to a value, because pages from
// disk cannot fetch anything. The JSON is in a string, which browsers parse several times faster
// than literals. The script is ASCII, so the encoding that a server declares does not matter.
// No text can end the string, the line, or the element of a page that the script is copied
// into:
//
//	it's </script>  →  self.name=JSON.parse('"it\'s \\u003c/script\\u003e"')
type script struct{ code spool.Stream }

// newScript begins a script in a spool, after the head of the file.
func newScript(in *spool.Spool, head, name string) *script {
	s := &script{spool.Stream{Spool: in}}
	s.code.Append([]byte(head + "self." + name + "=JSON.parse('"))
	return s
}

// json adds a part of the JSON, which does not end inside a character.
func (s *script) json(text string) {
	var buffer [128]byte // enough for most
	code := buffer[:0]
	for len(text) > 0 {
		switch c := text[0]; {
		case c == '\\' || c == '\'':
			code = append(code, '\\', c)
		case c >= ' ' && c <= '~':
			code = append(code, c)
		default: // not ASCII; JSON has already escaped characters below U+0020
			r, size := utf8.DecodeRuneInString(text)
			for _, unit := range utf16.Encode([]rune{r}) {
				code = fmt.Appendf(code, "\\u%04x", unit)
			}
			text = text[size:]
			continue
		}
		text = text[1:]
	}
	s.code.Append(code)
}

// end returns the script.
func (s *script) end() []byte {
	s.code.Append([]byte("')\n"))
	code := make([]byte, 0, s.code.Len())
	for c := range s.code.Chunks() {
		code = append(code, c...)
	}
	return code
}
