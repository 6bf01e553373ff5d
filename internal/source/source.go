// Package source turns text into syntax that knows its places: an [Index] of the
// fields of CUE files, and [Fields] of files in YAML and JSON. [Span] and [At]
// are where a node or a position of CUE is in its file.
package source

import (
	"bytes"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/portspec/portspec/internal/diag"
)

// Span is where a node starts and ends.
func Span(n ast.Node) diag.Position {
	at := At(n.Pos())
	if end := n.End().Position(); end.Line >= at.Line {
		at.EndColumn = end.Column
		if end.Line > at.Line {
			at.EndLine = end.Line
		}
	}
	return at
}

// At is a position of CUE.
func At(pos token.Pos) diag.Position {
	p := pos.Position()
	return diag.Position{File: strings.TrimPrefix(p.Filename, "/"), Line: p.Line, Column: p.Column}
}

// Start is a position without its end.
func Start(at diag.Position) diag.Position {
	at.EndLine, at.EndColumn = 0, 0
	return at
}

// Text is what is at a position of a file, or "" where that is on no single
// line.
func Text(data []byte, at diag.Position) string {
	lines := strings.Split(string(data), "\n")
	if at.Line < 1 || at.Line > len(lines) || at.EndLine > 0 || at.EndColumn == 0 || at.EndColumn-1 > len(lines[at.Line-1]) {
		return ""
	}
	return lines[at.Line-1][at.Column-1 : at.EndColumn-1]
}

// LF returns a text with lines that end as on Unix. What a checkout on Windows does to
// the ends of lines is not a change of a text. Lines and columns stay as they are.
func LF(data []byte) []byte {
	if !bytes.Contains(data, []byte("\r\n")) {
		return data
	}
	return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
}
