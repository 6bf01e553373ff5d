package source

import (
	"bytes"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/portspec/portspec/internal/diag"
)

// wordLength returns the length of the name, number or quoted string at the start of
// rest, the rest of a line. For anything else it is the length of one character, and 0 at
// the end of the line.
func wordLength(rest []byte) int {
	if len(rest) == 0 {
		return 0
	}
	if quote := rest[0]; quote == '"' || quote == '\'' {
		for i := 1; i < len(rest); i++ {
			switch rest[i] {
			case '\\':
				i++
			case quote:
				return i + 1
			}
		}
		return len(bytes.TrimRight(rest, " \t"))
	}
	n := bytes.IndexFunc(rest, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_#$", r)
	})
	switch {
	case n < 0:
		return len(rest)
	case n == 0:
		_, n = utf8.DecodeRune(rest)
	}
	return n
}

// Inside moves positions into their files, because CUE's may lie after the end of a file
// that ends too early. A position without an end is extended to the word there.
func Inside(files fs.FS, found diag.List) diag.List {
	lines := make(map[string][][]byte)
	move := func(at *diag.Position) {
		if at.Line == 0 {
			return
		}
		if _, known := lines[at.File]; !known {
			data, err := fs.ReadFile(files, at.File)
			if err != nil {
				data = nil
			}
			lines[at.File] = bytes.Split(data, []byte("\n"))
		}
		all := lines[at.File]
		if at.Line > len(all) {
			*at = diag.Position{File: at.File, Line: len(all), Column: len(all[len(all)-1]) + 1}
		}
		line := bytes.TrimSuffix(all[at.Line-1], []byte("\r"))
		at.Column = min(at.Column, len(line)+1)
		// The end may be outside as well, if the source is not formatted as CUE prints it.
		last := line
		if at.EndLine > at.Line {
			at.EndLine = min(at.EndLine, len(all))
			last = bytes.TrimSuffix(all[at.EndLine-1], []byte("\r"))
			if at.EndLine == at.Line {
				at.EndLine, at.EndColumn = 0, len(last)+1
			}
		}
		at.EndColumn = min(at.EndColumn, len(last)+1)
		if at.EndColumn == 0 && at.Column > 0 {
			if n := wordLength(line[at.Column-1:]); n > 0 {
				at.EndColumn = at.Column + n
			}
		}
	}
	for i := range found {
		move(&found[i].Position)
		for j := range found[i].Related {
			move(&found[i].Related[j].Position)
		}
	}
	return found
}
