package cli

import (
	"bytes"
	"cmp"
	"fmt"
	"go/format"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/output"
)

// A goFinding is a finding in Go code, at a path from the current folder, and
// what mends it: edits of one file, none where there is nothing to choose or too
// much.
type goFinding struct {
	diag.Finding
	file  string
	edits []goEdit
}

func newGoFinding(act *checker.Action, d analysis.Diagnostic) *goFinding {
	fset := act.Package.Fset
	from, to := fset.Position(d.Pos), fset.Position(d.End)
	name := from.Filename
	if cwd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(cwd, name); err == nil {
			name = rel
		}
	}
	f := &goFinding{Finding: diag.Finding{
		Code: d.Category, Severity: diag.Warning, Message: d.Message,
		Position: diag.Position{File: filepath.ToSlash(name), Line: from.Line, Column: from.Column},
	}}
	if to.Line >= from.Line {
		f.Position.EndColumn = to.Column
	}
	if to.Line > from.Line {
		f.Position.EndLine = to.Line
	}
	if len(d.SuggestedFixes) == 1 {
		for _, e := range d.SuggestedFixes[0].TextEdits {
			at := fset.PositionFor(e.Pos, false)
			f.file = at.Filename
			f.edits = append(f.edits, goEdit{at.Offset, fset.PositionFor(e.End, false).Offset, string(e.NewText)})
		}
	}
	return f
}

// A goEdit replaces a part of a file.
type goEdit struct {
	from, to int
	text     string
}

// conflicts reports whether two edits of a file cannot both be made. The same one
// twice is made once, and two texts at one place stand one behind the other.
func (e goEdit) conflicts(f goEdit) bool {
	return e != f && e.from < f.to && f.from < e.to
}

// mend makes the edits of findings, file by file, and returns the findings that
// are left.
func mend(log io.Writer, found []*goFinding) (left []*goFinding, err error) {
	files := make(map[string][]goEdit)
	later := 0
	for _, f := range found {
		made := files[f.file]
		switch {
		case len(f.edits) == 0:
			left = append(left, f)
		case slices.ContainsFunc(f.edits, func(e goEdit) bool { return slices.ContainsFunc(made, e.conflicts) }):
			left = append(left, f)
			later++
		default:
			files[f.file] = append(made, f.edits...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := mendFile(name, files[name]); err != nil {
			return nil, err
		}
		fmt.Fprintf(log, "mended %s\n", shown(name))
	}
	if later > 0 {
		fmt.Fprintf(log, "%s overlapped others that were made; run it again\n", plural(later, "edit"))
	}
	return left, nil
}

// mendFile makes edits of a file, and replaces it as a whole.
func mendFile(name string, edits []goEdit) error {
	name, err := filepath.EvalSymlinks(name) // a link stays one
	if err != nil {
		return err
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	slices.SortFunc(edits, func(a, b goEdit) int {
		return cmp.Or(a.from-b.from, a.to-b.to, strings.Compare(a.text, b.text))
	})
	var out bytes.Buffer
	at := 0
	for _, e := range slices.Compact(edits) {
		if e.from < at || e.to > len(data) {
			return fmt.Errorf("%s has changed since it was read, and stays as it is", name)
		}
		out.Write(data[at:e.from])
		out.WriteString(e.text)
		at = e.to
	}
	out.Write(data[at:])
	mended, err := format.Source(out.Bytes())
	if err != nil {
		return fmt.Errorf("%s is not Go once it is mended, and stays as it is: %w", name, err)
	}
	if err := output.Rewrite(filepath.Dir(name), filepath.Base(name), mended); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
