package windows

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/portspec/portspec/gen"
)

// The greatest lengths of names and descriptions of rules. Windows accepts longer ones;
// the console shows less.
const maxName, maxDescription = 200, 500

// quoted quotes a text for PowerShell, in ASCII: Windows PowerShell reads a file without
// a byte-order mark in the system's code page, in which bytes of other letters may be
// quotes. Within single quotes, only quotes have a meaning.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	plain := true
	for _, c := range s {
		switch {
		case c == '\'':
			b.WriteString("''")
		case c >= ' ' && c <= '~':
			b.WriteRune(c)
		case c < ' ' || c == 0x7f || c == utf8.RuneError:
			b.WriteByte(' ')
		default:
			plain = false
			for _, unit := range utf16.Encode([]rune{c}) {
				fmt.Fprintf(&b, "' + [char]0x%04x + '", unit)
			}
		}
	}
	b.WriteByte('\'')
	if plain {
		return b.String()
	}
	return "(" + b.String() + ")"
}

// cut returns a text of at most n bytes, all of it visible.
func cut(s string, n int) string {
	s = gen.Visible(s)
	if len(s) <= n {
		return s
	}
	n -= len("…")
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
