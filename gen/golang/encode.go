package golang

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/portspec/portspec/internal/pattern"
	"github.com/portspec/portspec/internal/screen"
)

// width is the maximum length of lines in a doc comment, without indentation.
const width = 80

// literal returns a string literal. Go's quoting escapes everything that is not printable,
// including direction marks.
func literal(text string) string { return strconv.Quote(text) }

// visible makes text safe for a doc comment: one line, without anything that Go or its tools
// interpret.
//
//   - White space, including line breaks, becomes single spaces.
//   - What is not printable is written as Go's escape: \u202e, \x00.
//   - Repeated quotes and backquotes, which gofmt joins into one double
//     quotation mark, become typographic ones that look alike.
func visible(text string) string {
	if tame(text) {
		return text
	}
	var b strings.Builder
	text = strings.Join(strings.Fields(text), " ")
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x` + strconv.FormatUint(uint64(text[i])|0x100, 16)[1:])
		case screen.Hidden(r):
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		case (r == '\'' || r == '`') && neighbours(text, i, byte(r)):
			b.WriteRune(map[rune]rune{'\'': '’', '`': '‘'}[r])
		default:
			b.WriteRune(r)
		}
		i += size
	}
	return b.String()
}

// tame reports whether a text needs no encoding, as most do not.
func tame(text string) bool {
	last := byte(' ')
	for i := range len(text) {
		c := text[i]
		if c < ' ' || c > '~' || c == '\'' || c == '`' || c == ' ' && last == ' ' {
			return false
		}
		last = c
	}
	return text == "" || last != ' '
}

// neighbours reports whether one of the bytes next to i equals c.
func neighbours(text string, i int, c byte) bool {
	return i > 0 && text[i-1] == c || i+1 < len(text) && text[i+1] == c
}

// A docComment builds a doc comment. Spec text gets into comments only through paragraph and
// items, which encode it with visible.
type docComment struct{ text []byte }

// paragraph adds a paragraph. It ends with a punctuation mark, because older versions of Go
// treat a single line without one as a heading:
//
//	// UMSServerWebPort is the TCP port of UMS Server for https: the web
//	// interface.
func (d *docComment) paragraph(text string) {
	if len(d.text) > 0 {
		d.line("//", "")
	}
	d.wrap(sentence(visible(text)), "// ", "// ")
}

// items adds a list. Each item begins with a word. A blank line separates the list from the text
// above:
//
//	//
//	//   - Loopback only.
func (d *docComment) items(texts ...string) {
	if len(texts) > 0 && len(d.text) > 0 {
		d.line("//", "")
	}
	for _, text := range texts {
		d.wrap(sentence(quoteMark(visible(text))), "//   - ", "//     ")
	}
}

// heading adds a heading, which must not contain spec text.
func (d *docComment) heading(text string) {
	d.line("//", "")
	d.line("// # ", text)
}

// code adds lines of code, which must not contain spec text.
func (d *docComment) code(lines ...string) {
	d.line("//", "")
	for _, line := range lines {
		d.line("//\t", line)
	}
}

// String returns the comment.
func (d *docComment) String() string { return string(d.text) }

// line adds a line, without white space at its end.
func (d *docComment) line(indent, text string) {
	if len(d.text) > 0 {
		d.text = append(d.text, '\n')
	}
	d.text = bytes.TrimRight(append(append(d.text, indent...), text...), " \t")
}

// aside returns a comment after a declaration, on the same line.
func aside(text string) string {
	return strings.TrimRight("// "+quoteMark(visible(text)), " ")
}

// quoteMark puts a text that begins with a mark, such as "+build", "[x]: url" or
// "Deprecated:", into quotation marks. It is for texts that stand alone; in a paragraph,
// the generator's own words come first.
func quoteMark(text string) string {
	first, _, _ := strings.Cut(text, " ")
	if text == "" || harmless(first) && !strings.HasPrefix(first, "Deprecated:") {
		return text
	}
	return "“" + text + "”"
}

// sentence adds a full stop unless the text already ends with a punctuation mark.
func sentence(text string) string {
	if text == "" || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") ||
		strings.HasSuffix(text, "?") || strings.HasSuffix(text, ":") {
		return text
	}
	return text + "."
}

// wrap adds a text, broken into lines. A line begins with a word that is only text: not with a
// sign of a list, a heading, a link or a build constraint ("+build"), and not with a mark
// such as "BUG(who)". If necessary, the line before becomes longer instead.
func (d *docComment) wrap(text, first, next string) {
	indent, start, long := first, 0, len(first)
	for at := 0; at <= len(text); {
		word, _, _ := strings.Cut(text[at:], " ")
		runes := utf8.RuneCountInString(word)
		if long+runes >= width && at > start && harmless(word) {
			d.line(indent, text[start:at])
			indent, start, long = next, at, len(next)
		}
		at += len(word) + 1
		long += runes + 1
	}
	d.line(indent, text[start:])
}

// harmless reports whether a line of a comment may begin with the word: one that begins
// with a letter, or a link to a name of the package.
func harmless(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsLetter(r) && !strings.Contains(word, "(") || r == '[' && docLink().MatchString(word)
}

// docLink matches a link as written by this generator. Followed by a colon, it could begin the
// definition of a link.
var docLink = pattern.New(`^\[[A-Za-z0-9_.]+\][,;.]?$`)
