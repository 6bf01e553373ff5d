package mermaid

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/portspec/portspec/gen"
)

// nameLength is the number of characters of a name that a box shows, with an ellipsis in
// place of the rest. A hundred take five lines of a box.
const nameLength = 100

// lineBreak is the only markup in a label apart from bold and italic type.
const lineBreak = "<br/>"

// join separates two characters that would be syntax together. It is
// U+2060 WORD JOINER: no width, no break.
const join = "#8288;"

// text encodes any text as one line of a quoted label or of an accTitle.
//
//	UMS "Server" <b>    →    UMS #34;Server#34; #60;b#62;
//
// Letters, digits and the punctuation of plain prose are not changed; everything else
// becomes an entity, which Mermaid turns into that character and nothing more. White space
// is shown as one space, as in a browser. Invisible characters, such as a NUL or a
// right-to-left mark, are shown by their numbers: [U+202E].
func text(s string) string {
	if isAllPlain(s) {
		return s
	}
	plain := gen.Visible(s)
	b := make([]byte, 0, len(plain)+32)
	for i, r := range plain {
		if isPlain(r) && !endsDirection(plain, i) {
			b = utf8.AppendRune(b, r)
		} else {
			b = append(strconv.AppendInt(append(b, '#'), int64(r), 10), ';')
		}
		if joins(plain[i:]) {
			b = append(b, join...)
		}
	}
	return string(b)
}

// isAllPlain reports whether a text needs no encoding, as most do not.
func isAllPlain[T string | []byte](s T) bool {
	last := byte(' ') // the character before; spaces at the ends, and two in a row, are collapsed
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || !isPlain(rune(s[i])) || s[i] == ' ' && last == ' ' || endsDirection(s, i) {
			return false
		}
		last = s[i]
	}
	return last != ' ' || len(s) == 0
}

// isPlain reports whether a character has no meaning in Mermaid.
func isPlain(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9' || strings.IndexByte(" ,.()[]/+-_=!?'", byte(r)) >= 0
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)
}

// endsDirection reports whether the character at i is the space after the word "direction".
// Mermaid takes a line that contains "direction TB" anywhere, even within quotes,
// for a statement.
func endsDirection[T string | []byte](s T, i int) bool {
	const word = "direction"
	return s[i] == ' ' && i >= len(word) && string(s[i-len(word):i]) == word
}

// joins reports whether s begins with characters that are syntax even as entities,
// because Mermaid decodes the text of a box before it looks for them: a line break,
// a formula, an icon, or ﬂ° and ¶ß, between which Mermaid puts an entity while it
// works on the text.
func joins(s string) bool {
	syntax := ""
	switch s[0] {
	case '\\':
		syntax = `\n`
	case '$':
		syntax = "$$"
	case ':':
		syntax = ":fa-"
	case "ﬂ"[0]:
		syntax = "ﬂ°"
	case "¶"[0]:
		syntax = "¶ß"
	default:
		return false
	}
	return strings.HasPrefix(s, syntax)
}

// shorten cuts a name to what a box has room for. The result is never empty, because
// Mermaid refuses empty labels.
func shorten(s string) string {
	plain := gen.Visible(s)
	switch {
	case plain == "":
		return "(blank)"
	case utf8.RuneCountInString(plain) > nameLength:
		return strings.TrimSpace(string([]rune(plain)[:nameLength])) + "…"
	}
	return plain
}

// isCut reports whether [shorten] omits something.
func isCut(s string) bool { return utf8.RuneCountInString(gen.Visible(s)) > nameLength }

// nodeID returns an id for Mermaid that is not one of its keywords, such as "end" or
// "default": nodeID("c", "igel-ums", "end") is "c_igel_umsZend". Different ids stay
// different: a hyphen becomes an underscore, Z is between two ids, and every other
// character is X, its number, X.
func nodeID(kind string, ids ...string) string {
	var b strings.Builder
	b.Grow(64)
	b.WriteString(kind)
	b.WriteByte('_')
	for i, id := range ids {
		if i > 0 {
			b.WriteByte('Z')
		}
		for _, r := range id {
			switch {
			case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
				b.WriteRune(r)
			case r == '-':
				b.WriteByte('_')
			default:
				fmt.Fprintf(&b, "X%xX", r)
			}
		}
	}
	return b.String()
}
