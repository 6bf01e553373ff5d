// Package inline encodes text of specs as inline Markdown: what paragraphs, headings and cells of
// tables contain. [Text] is for pages, whose links and anchors a [Form] writes; [Escape] and
// [Comment] are for Markdown without them.
//
// Whatever the text, it does not become markup in any of the programs that show the pages.
package inline

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/screen"
)

// Markdown is inline Markdown, in which links, anchors and breaks may be marks that only
// [Form.Write] replaces. Constants are the generator's own text; text of a spec becomes Markdown
// only through functions of this package.
type Markdown string

// Text returns Markdown that shows a string of a spec unchanged. Every character with a meaning
// in GitHub, Hugo, MkDocs or one of their usual extensions is written as a character reference,
// the one escape that all of them know:
//
//	a|b <script> {{ x }}  →  a&#124;b &lt;script&gt; &#123;&#123; x &#125;&#125;
//
// Where that does not keep generators from taking text for a link or an escape, there is also a
// mark.
func Text(s string) Markdown {
	if screen.IsWords(s) { // like most texts; none of these is written from right to left
		return escape(s, breakMark)
	}
	return apartIf(s, escape(Visible(s), breakMark))
}

// apartIf isolates text that is written from right to left. The characters that start and end
// an isolate (UAX 9) are references, so that they are visible in the source:
//
//	שרת (10.1.1.11)  →  &#8296;שרת&#8297; (10.1.1.11)
func apartIf(s string, escaped Markdown) Markdown {
	if gen.RightToLeft(s) {
		return "&#8296;" + escaped + "&#8297;"
	}
	return escaped
}

// escape writes character references, and a mark where they are not enough.
func escape(s, mark string) Markdown {
	var b []byte
	done := 0 // how much of s is written; text without markup is copied in one piece
	for i := range len(s) {
		if !couldBeMarkup[s[i]] || !isMarkup(s, i) {
			continue
		}
		if b == nil {
			b = make([]byte, 0, len(s)+32)
		}
		b = append(b, s[done:i]...)
		done = i + 1
		before, after := "", ""
		switch {
		case s[i] == '@': // an address of mail
			before = mark
		case s[i] == '\\', s[i] == ':' && (strings.HasPrefix(s[i+1:], "//") || isEmoji(s[i+1:])): // an escape, a URL, an emoji name
			after = mark
		case s[i] == '.' && i >= 3: // the end of www, inside which the mark must be
			b = append(append(b[:len(b)-2], mark...), s[i-2:i]...)
		}
		b = append(b, before...)
		switch s[i] {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		default:
			b = strconv.AppendUint(append(b, "&#"...), uint64(s[i]), 10)
			b = append(b, ';')
		}
		b = append(b, after...)
	}
	if done == 0 {
		return Markdown(s)
	}
	return Markdown(append(b, s[done:]...))
}

// Escape is like [Text], for Markdown that [Form.Write] does not write: it has no marks.
func Escape(s string) string { return string(apartIf(s, escape(Visible(s), ""))) }

// Visible makes a string safe to read: white space is collapsed, as Markdown does anyway, and
// hidden characters, which could deceive reviewers, are replaced, as in "(U+202E)".
func Visible(s string) string {
	shown := screen.Spelled(s, "(U+%04X)", nil)
	if shown == "" && s != "" {
		return "(blank)"
	}
	return shown
}

// couldBeMarkup has the bytes that [isMarkup] has to look at.
var couldBeMarkup = func() (all [256]bool) {
	for _, c := range []byte("&<>|`*_~^[]{}\\#$@:-=+.)!?%/") {
		all[c] = true
	}
	return all
}()

// isMarkup reports whether the byte at i is a character with a meaning in Markdown.
// Letters, digits, most punctuation inside a sentence, and everything beyond ASCII have
// none.
func isMarkup(s string, i int) bool {
	r := s[i]
	next, last := byte(' '), byte(' ')
	if i+1 < len(s) {
		next = s[i+1]
	}
	if i > 0 {
		last = s[i-1]
	}
	switch r {
	case '&', '<', '>', '|', '`', '*', '_', '~', '^', '[', ']', '{', '}', '\\', '#', '$', '@':
		return true
	case ':': // a URL, an emoji name
		return i == 0 || next != ' '
	case '-', '=', '+': // a rule, a dash, a highlight, a label
		return i == 0 || next == r || last == r || r == '=' && last == ')'
	case '.', ')': // a list, a URL
		return next == ' ' && isListMarker(s[:i]) || strings.EqualFold(s[max(0, i-3):i], "www")
	case '!', '?', '%': // a note, a comment
		return i == 0
	case '/': // a block
		return i == 0 && next == r
	}
	return false
}

// isEmoji reports whether what follows a colon could be the name of an emoji, as in ":100:", which
// can be a part of an address as well.
func isEmoji(s string) bool {
	end := strings.IndexFunc(s, func(r rune) bool { return !isAlphanumeric(r) && !strings.ContainsRune("_+-", r) })
	return end > 0 && s[end] == ':'
}

// isListMarker reports whether a dot or a bracket behind the characters makes
// them the number of a list item.
func isListMarker(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return len(s) == 1 && isAlphanumeric(r)
		}
	}
	return s != ""
}

// Literal returns an address, a network or a name of hosts. If it contains characters with a
// meaning in Markdown, it becomes code, which is easier to read than references:
//
//	2001:db8::1  →  `2001:db8::1`
func Literal(s string) Markdown {
	shown := Text(s)
	if string(shown) == s || !isLiteral(s) {
		return shown
	}
	return Markdown("`" + s + "`")
}

// isLiteral reports whether a text can be code: addresses, networks, and names that begin
// with a wildcard.
func isLiteral(s string) bool {
	host, _, _ := strings.Cut(s, "/")
	if _, err := netip.ParseAddr(host); err == nil && !strings.ContainsAny(s, "%`|") {
		_, err := netip.ParsePrefix(s)
		return err == nil || host == s
	}
	name, ok := strings.CutPrefix(s, "*.")
	return ok && name != "" && !strings.ContainsFunc(name, func(r rune) bool { return !isAlphanumeric(r) && r != '-' && r != '.' })
}

func isAlphanumeric(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// Target returns a URL as the destination of a link, with everything that could end it
// percent-encoded. ok is false if it is not a web address, and must not become a link.
func Target(url string) (dest Markdown, ok bool) {
	if !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
		return "", false
	}
	var b strings.Builder
	for _, c := range []byte(url) {
		switch {
		case isAlphanumeric(rune(c)) || strings.IndexByte("-._~:/?#@!+,;=%", c) >= 0:
			b.WriteByte(c)
		case c == '&':
			b.WriteString("&amp;")
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return Markdown(b.String()), true
}

// Fragment returns an id as a part of an anchor or of a file's name. Ids and row numbers
// contain only characters that it does not change.
func Fragment(id string) Markdown {
	is := func(r rune) bool { return isAlphanumeric(r) || r == '-' || r == '.' || r == '_' }
	for i := range len(id) {
		if !is(rune(id[i])) {
			return Markdown(strings.Map(func(r rune) rune {
				if is(r) {
					return r
				}
				return '_'
			}, id))
		}
	}
	return Markdown(id)
}
