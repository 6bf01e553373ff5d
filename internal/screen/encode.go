package screen

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// A kind is a set of things that may pass besides plain text.
type kind uint8

const (
	plain  kind = 0
	styled kind = 1 << iota
	commands
	inJSON
	raw
)

// Text encodes lines of foreign text as a [Writer] does.
func Text(s string) string {
	var e encoder
	return string(append(e.encode([]byte(s), plain), e.rest()...))
}

// An encoder encodes a stream of text. It keeps track of how the current line begins,
// because CI runners treat lines as commands that contain
//
//	  ::name::    at their beginning, after any white space (GitHub)
//	##[name]    anywhere, and ##vso[name] or ##teamcity[name] (others)
type encoder struct {
	held   []byte // an incomplete character or colour sequence
	line   lineState
	hashes hashState
}

type lineState uint8

const (
	lineBlank lineState = iota // nothing but white space so far
	lineColon                  // and one colon
	lineText
)

type hashState uint8

const (
	hashNone  hashState = iota
	hashOne             // #
	hashTwo             // ##
	hashNamed           // ##name
)

// encode returns the encoding of data, which may end in the middle of a character.
func (e *encoder) encode(data []byte, k kind) []byte {
	if len(e.held) > 0 {
		data = append(e.held, data...)
		e.held = nil
	}
	if k&raw != 0 {
		return data
	}
	out := make([]byte, 0, len(data)+16)
	for i := 0; i < len(data); {
		rest := data[i:]
		if n, wait := e.passes(rest, k); wait {
			e.held = slices.Clone(rest)
			break
		} else if n > 0 {
			out = append(out, rest[:n]...)
			i += n
			continue
		}
		r, size := rune(rest[0]), 1
		if r >= utf8.RuneSelf {
			if !utf8.FullRune(rest) {
				e.held = slices.Clone(rest)
				break
			}
			r, size = utf8.DecodeRune(rest)
		}
		switch {
		case r == utf8.RuneError && size == 1:
			out = escapeByte(out, rest[0], k)
			e.follow('x')
		case r == '\n' || r == '\t':
			e.follow(r)
			out = append(out, byte(r))
		case Hidden(r), e.commands(r):
			out = escapeIn(out, r, k)
			e.follow('x')
		default:
			e.follow(r)
			out = append(out, rest[:size]...)
		}
		i += size
	}
	return out
}

// rest returns the encoding of bytes that were held back and never completed.
func (e *encoder) rest() (out []byte) {
	for _, c := range e.held {
		out = escapeByte(out, c, plain)
	}
	e.held = nil
	return out
}

// passes returns how many bytes of text pass unchanged because of the kind; wait reports
// that more bytes are needed to decide.
func (e *encoder) passes(text []byte, k kind) (n int, wait bool) {
	if k&styled != 0 && text[0] == '\x1b' {
		for _, color := range colors {
			if bytes.HasPrefix(text, color) {
				return len(color), false
			}
			wait = wait || bytes.HasPrefix(color, text)
		}
		return 0, wait
	}
	if k&commands != 0 && text[0] == ':' && e.line == lineBlank {
		for _, command := range annotations {
			if bytes.HasPrefix(text, command) {
				e.line = lineText
				return len(command), false
			}
		}
	}
	return 0, false
}

var colors = [][]byte{[]byte(sgr(reset)), []byte(sgr(Bold)), []byte(sgr(Red)), []byte(sgr(Yellow)), []byte(sgr(Blue)), []byte(sgr(Cyan))}

var annotations = [][]byte{[]byte("::error "), []byte("::warning "), []byte("::notice ")}

// commands reports whether writing r would make the line a command to a runner.
func (e *encoder) commands(r rune) bool {
	return r == ':' && e.line == lineColon || r == '[' && e.hashes >= hashTwo
}

// follow updates the state after r was written.
func (e *encoder) follow(r rune) {
	switch {
	case r == '\n':
		e.line = lineBlank
	case r == ':' && e.line == lineBlank:
		e.line = lineColon
	case e.line == lineBlank && (r == ' ' || r == '\t'):
	default:
		e.line = lineText
	}
	switch {
	case r == '#' && (e.hashes == hashNone || e.hashes == hashNamed):
		e.hashes = hashOne
	case r == '#':
		e.hashes = hashTwo
	case e.hashes >= hashTwo && ('a' <= r|0x20 && r|0x20 <= 'z'):
		e.hashes = hashNamed
	default:
		e.hashes = hashNone
	}
}

// escapeByte appends the escape of an invalid byte. JSON has none, so there it becomes
// the replacement character.
func escapeByte(b []byte, c byte, k kind) []byte {
	switch {
	case c < utf8.RuneSelf:
		return escape(b, rune(c))
	case k&inJSON != 0:
		return escape(b, utf8.RuneError)
	}
	return fmt.Appendf(b, `\x%02x`, c)
}

func escapeIn(b []byte, r rune, k kind) []byte {
	if k&inJSON != 0 && r > 0xffff {
		high, low := utf16.EncodeRune(r)
		return fmt.Appendf(b, `\u%04x\u%04x`, high, low)
	}
	return escape(b, r)
}
