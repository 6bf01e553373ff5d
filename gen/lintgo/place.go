package lintgo

import (
	"fmt"
	"go/token"
	"path/filepath"
	"strings"
	"unicode"

	"golang.org/x/tools/go/analysis"

	"github.com/portspec/portspec/internal/screen"
)

// report passes a diagnostic to the driver, which prints texts and places unchanged, including
// places that //line comments give. If the name of the file would control a terminal or be a
// command in a workflow's log, the diagnostic is placed at the start of a file with a harmless
// name.
func (j *judge) report(d analysis.Diagnostic) {
	d.Message = printable(d.Message)
	for i := range d.Related {
		d.Related[i].Message = printable(d.Related[i].Message)
	}
	if !j.harmless(d.Pos) {
		at := j.pass.Fset.PositionFor(d.Pos, false)
		d.Message = fmt.Sprintf("in %+q, line %d: %s", filepath.Base(at.Filename), at.Line, d.Message)
		d.Pos, d.End = j.file.FileStart, token.NoPos // //line takes effect after it
		for _, other := range j.pass.Files {
			if !j.harmless(d.Pos) {
				d.Pos = other.FileStart
			}
		}
		if !j.harmless(d.Pos) {
			return // no file of the package has a printable name
		}
		d.Related = nil
	}
	j.pass.Report(d)
}

// harmless reports whether a place can be printed unchanged.
func (j *judge) harmless(pos token.Pos) bool {
	name := j.pass.Fset.Position(pos).Filename
	return !strings.Contains(name, "::") && !strings.Contains(name, "##") &&
		!strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar })
}

func printable(text string) string { return screen.Text(screen.Visible(text)) }
