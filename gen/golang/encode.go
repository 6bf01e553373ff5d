package golang

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/portspec/portspec/internal/pattern"
	"github.com/portspec/portspec/internal/screen"
)

// width is how far the lines of a doc comment reach, without the indent.
const width = 80

// literal is a string literal: Go's own quoting, which escapes everything that
// is not printable, direction marks among it.
func literal(text string) string { return strconv.Quote(text) }

// visible is text as a doc comment can hold it: one line, without anything that
// Go or its tools take for more than text.
//
//   - White space, line breaks among it, becomes single spaces.
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

// tame reports whether nothing can be wrong with a text, as with most.
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

// neighbours reports whether a byte like that at i is beside it.
func neighbours(text string, i int, c byte) bool {
	return i > 0 && text[i-1] == c || i+1 < len(text) && text[i+1] == c
}

// A docComment is a doc comment that is being written. Every text of a spec
// gets into comments through paragraph and item, which make it visible.
type docComment struct{ lines []string }

// paragraph adds a paragraph. It ends in a punctuation mark, as one line
// without any is a heading to older Go:
//
//	// UMSServerWebPort is the TCP port of UMS Server for https: the web
//	// interface.
func (d *docComment) paragraph(text string) {
	if len(d.lines) > 0 {
		d.lines = append(d.lines, "//")
	}
	d.lines = append(d.lines, wrap(sentence(visible(text)), "// ", "// ")...)
}

// items adds a list, and each item begins with a word. A blank line above it keeps it apart from the text:
//
//	//
//	//   - Loopback only.
func (d *docComment) items(texts ...string) {
	if len(texts) > 0 && len(d.lines) > 0 {
		d.lines = append(d.lines, "//")
	}
	for _, text := range texts {
		d.lines = append(d.lines, wrap(sentence(quoteMark(visible(text))), "//   - ", "//     ")...)
	}
}

// heading adds a heading of ours; no text of a spec may get into one.
func (d *docComment) heading(text string) {
	d.lines = append(d.lines, "//", "// # "+text)
}

// code adds lines of ours that stand as they are; no text of a spec may get
// into them.
func (d *docComment) code(lines ...string) {
	d.lines = append(d.lines, "//")
	for _, line := range lines {
		d.lines = append(d.lines, strings.TrimRight("//\t"+line, "\t"))
	}
}

// String is the whole comment.
func (d *docComment) String() string { return strings.Join(d.lines, "\n") }

// aside is a comment behind a declaration, on its line.
func aside(text string) string {
	return strings.TrimRight("// "+quoteMark(visible(text)), " ")
}

// quoteMark puts a text that begins with a mark, such as "+build", "[x]: url" or
// "Deprecated:", into quotation marks. It is for texts that stand alone; in a
// paragraph, words of ours come first.
func quoteMark(text string) string {
	first, _, _ := strings.Cut(text, " ")
	if text == "" || harmless(first) && !strings.HasPrefix(first, "Deprecated:") {
		return text
	}
	return "“" + text + "”"
}

// sentence ends a text in a full stop unless it ends in a mark already.
func sentence(text string) string {
	if text == "" || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") ||
		strings.HasSuffix(text, "?") || strings.HasSuffix(text, ":") {
		return text
	}
	return text + "."
}

// wrap breaks a text into lines. A line begins with a word that can only be
// text: not with a sign that makes a list, a heading, a link or a build
// constraint ("+build") of it, and not with a mark such as "BUG(who)". Rather
// than begin with one, the line before grows longer.
func wrap(text, first, next string) []string {
	var lines []string
	indent, start, long := first, 0, len(first)
	for at := 0; at <= len(text); {
		word, _, _ := strings.Cut(text[at:], " ")
		runes := utf8.RuneCountInString(word)
		if long+runes >= width && at > start && harmless(word) {
			lines = append(lines, strings.TrimRight(indent+text[start:at], " "))
			indent, start, long = next, at, len(next)
		}
		at += len(word) + 1
		long += runes + 1
	}
	return append(lines, strings.TrimRight(indent+text[start:], " "))
}

// harmless reports whether a line of a comment may begin with the word: one
// that begins with a letter, or a link to a name of the package.
func harmless(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsLetter(r) && !strings.Contains(word, "(") || r == '[' && docLink().MatchString(word)
}

// docLink is a link as this generator writes it. With a colon behind it, it
// could begin the definition of another link.
var docLink = pattern.New(`^\[[A-Za-z0-9_.]+\][,;.]?$`)
