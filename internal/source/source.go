// Package source turns text into syntax with positions: an [Index] of the fields of CUE
// files, and [Fields] of files in YAML and JSON. [Span] and [At] convert positions of CUE.
package source

import (
	"bytes"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"github.com/portspec/portspec/internal/diag"
)

// Span returns the start and end of a node.
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

// At converts a position of CUE.
func At(pos token.Pos) diag.Position {
	p := pos.Position()
	return diag.Position{File: strings.TrimPrefix(p.Filename, "/"), Line: p.Line, Column: p.Column}
}

// Start returns a position without its end.
func Start(at diag.Position) diag.Position {
	at.EndLine, at.EndColumn = 0, 0
	return at
}

// Text returns the text at a position of a file, or "" if it is not on a single line.
func Text(data []byte, at diag.Position) string {
	lines := strings.Split(string(data), "\n")
	if at.Line < 1 || at.Line > len(lines) || at.EndLine > 0 || at.EndColumn == 0 || at.EndColumn-1 > len(lines[at.Line-1]) {
		return ""
	}
	return lines[at.Line-1][at.Column-1 : at.EndColumn-1]
}

// LF converts line endings to those of Unix, because a checkout on Windows may change
// them. Lines and columns stay the same.
func LF(data []byte) []byte {
	if !bytes.Contains(data, []byte("\r\n")) {
		return data
	}
	return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
}
