package windows

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/portspec/portspec/gen"
)

// How long names and descriptions of rules may be. Windows takes more; the console
// shows less.
const maxName, maxDescription = 200, 500

// quoted is a text as PowerShell reads it, of ASCII alone: Windows PowerShell takes a
// file without a mark for one in the system's code page, in which parts of other
// letters are quotes. Within single quotes nothing but a quote means anything.
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

// cut is a text of at most n bytes, in which everything can be seen.
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
