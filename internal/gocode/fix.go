package gocode

import (
	"bytes"
	"cmp"
	"fmt"
	"go/format"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/output"
	"github.com/portspec/portspec/internal/screen"
)

// A finding is a finding in Go code, with a path relative to the current folder, and the
// edits of one file that fix it. There are no edits if there is not exactly one choice.
type finding struct {
	diag.Finding
	file   string
	module string   // folder of the file's module
	advice []string // how to make the package that it names available
	edits  []edit
}

func (g *files) finding(act *checker.Action, d analysis.Diagnostic) *finding {
	p := act.Package
	f := &finding{Finding: diag.Finding{
		Code: diag.Code(d.Category), Severity: diag.Warning, Message: d.Message,
		Position: g.position(p, g.place(p, d.Pos), g.place(p, d.End)),
	}}
	for _, r := range d.Related {
		f.advice = append(f.advice, r.Message)
	}
	if len(d.SuggestedFixes) != 1 {
		return f
	}
	for _, e := range d.SuggestedFixes[0].TextEdits {
		at := p.Fset.PositionFor(e.Pos, false)
		if !slices.Contains(p.GoFiles, at.Filename) {
			return f // in a file that the go command generated
		}
		f.file, f.module = at.Filename, moduleOf(p, at.Filename)
		f.edits = append(f.edits, edit{at.Offset, p.Fset.PositionFor(e.End, false).Offset, string(e.NewText)})
	}
	return f
}

// An edit replaces part of a file.
type edit struct {
	from, to int
	text     string
}

// conflicts reports whether two edits of a file cannot both be made. Identical edits are
// made once, and insertions at the same place follow each other.
func (e edit) conflicts(f edit) bool {
	return e != f && e.from < f.to && f.from < e.to
}

// Fix makes the edits file by file, removes the fixed findings, and returns how many were
// fixed.
func (c *Code) Fix(log io.Writer) (fixed int, err error) {
	var left []*finding
	files := make(map[string][]edit)
	modules, outside := make(map[string]string), make(map[string]bool)
	later := 0
	for _, f := range c.found {
		made := files[f.file]
		switch {
		case len(f.edits) == 0 || outside[f.file]:
			left = append(left, f)
		case len(made) == 0 && !isInModule(f):
			fmt.Fprintf(log, "%s was not changed: only regular files of the module are rewritten\n", f.file)
			outside[f.file] = true
			left = append(left, f)
		case slices.ContainsFunc(f.edits, func(e edit) bool { return slices.ContainsFunc(made, e.conflicts) }):
			left = append(left, f)
			later++
		default:
			files[f.file] = append(made, f.edits...)
			modules[f.file] = f.module
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := fixFile(modules[name], name, files[name]); err != nil {
			return 0, err
		}
		fmt.Fprintf(log, "fixed %s\n", screen.Cell(name))
	}
	if later > 0 {
		fmt.Fprintf(log, "%s overlapped with others; run the command again\n", english.Count(later, "edit"))
	}
	fixed = len(c.found) - len(left)
	c.found = left
	return fixed, nil
}

func isInModule(f *finding) bool {
	_, err := inModule(f.module, f.file)
	return err == nil
}

// fixFile makes the edits of a file, and replaces it atomically.
func fixFile(module, name string, edits []edit) error {
	inside, err := inModule(module, name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	slices.SortFunc(edits, func(a, b edit) int {
		return cmp.Or(a.from-b.from, a.to-b.to, strings.Compare(a.text, b.text))
	})
	var out bytes.Buffer
	at := 0
	for _, e := range slices.Compact(edits) {
		if e.from < at || e.to > len(data) {
			return fmt.Errorf("%s has changed since it was read, and was not rewritten", name)
		}
		out.Write(data[at:e.from])
		text := e.text
		if bytes.Contains(data, []byte("\r\n")) {
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
		out.WriteString(text)
		at = e.to
	}
	out.Write(data[at:])
	formatted, err := formatAs(data, out.Bytes())
	if err != nil {
		return fmt.Errorf("the fix of %s produces invalid Go; the file is unchanged: %w", name, err)
	}
	if err := output.Rewrite(module, inside, formatted); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// formatAs formats a file if it was formatted before, and only checks its syntax
// otherwise, so that lines unrelated to a fix are not changed.
func formatAs(before, after []byte) ([]byte, error) {
	formatted, err := format.Source(after)
	if err != nil {
		return nil, err
	}
	if was, err := format.Source(before); err != nil || !bytes.Equal(was, before) {
		return after, nil
	}
	return formatted, nil
}
