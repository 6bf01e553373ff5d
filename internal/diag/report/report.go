// Package report writes a [Report] of findings in formats that other programs read;
// [Formats] lists them.
package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/screen"
)

// A Report is a list of findings with the context needed to write them. Nothing in it
// depends on the time or the machine, so the same findings give the same bytes.
type Report struct {
	// Findings are sorted and include suppressed ones.
	Findings diag.List
	// Files contains the source files, in whose lines columns are counted.
	Files fs.FS
	// Place locates the file of a position.
	Place   func(file string) Place
	Version string // of portspec

	lines    map[string][][]byte // of the files read so far
	ordinals map[string]int      // how often each fingerprint was used
}

// A Place is the location of a file, as seen by the program that reads a report.
type Place struct {
	// Path is slash-separated: relative to the repository, or absolute outside it.
	Path string
	// Binary means that the file is embedded in portspec and not in the repository.
	Binary bool
}

// A Format is a file format for reports.
type Format struct {
	Name  string
	write func(*Report, io.Writer) error
}

// Formats lists all formats, sorted by name.
var Formats = []Format{
	{"github", (*Report).github},
	{"gitlab", (*Report).gitlab},
	{"junit", (*Report).junit},
	{"sarif", (*Report).sarif},
}

// Write writes the whole document, even if there are no findings.
func (f Format) Write(w io.Writer, r Report) error {
	r.lines, r.ordinals = make(map[string][][]byte), make(map[string]int)
	var b bytes.Buffer
	if err := f.write(&r, &b); err != nil {
		return err
	}
	if f.Name == "github" {
		w = screen.Commands(w)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// at returns the position of a finding. Some formats require one, so a finding about the
// whole workspace gets that of its module file.
func at(f diag.Finding) diag.Position {
	if f.Position.IsValid() {
		return f.Position
	}
	return diag.Position{File: "cue.mod/module.cue", Line: 1}
}

// A region is part of a file: lines and columns from 1, columns in UTF-16 code units, the
// end column exclusive. If columns are not known, they are 0 and endLine is line.
type region struct{ line, column, endLine, endColumn int }

func (r *Report) region(p diag.Position) region {
	all := region{line: p.Line, endLine: p.Line}
	line, ok := r.line(p.File, p.Line)
	if !ok || p.Column < 1 || p.Column > len(line)+1 {
		return all
	}
	all.column = units(line[:p.Column-1]) + 1
	endLine := max(p.Line, p.EndLine)
	last, ok := r.line(p.File, endLine)
	if ok && p.EndColumn > 0 && p.EndColumn <= len(last)+1 && (endLine > p.Line || p.EndColumn > p.Column) {
		all.endLine, all.endColumn = endLine, units(last[:p.EndColumn-1])+1
	}
	return all
}

func (r *Report) line(file string, number int) ([]byte, bool) {
	if r.Files == nil || number < 1 {
		return nil, false
	}
	lines, known := r.lines[file]
	if !known {
		if data, err := fs.ReadFile(r.Files, file); err == nil {
			lines = bytes.Split(data, []byte("\n"))
		}
		r.lines[file] = lines
	}
	if number > len(lines) {
		return nil, false
	}
	return lines[number-1], true
}

// units returns the length of a text in UTF-16 code units; an invalid byte counts as one,
// like the replacement character that readers show.
func units(text []byte) int {
	n := 0
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		n += utf16.RuneLen(r)
		text = text[size:]
	}
	return n
}

// fingerprint returns an identifier of a finding that is unique in the report. It stays the
// same when lines move, when the finding moves to another file of its package, and when
// other findings come or go. Identical findings are numbered.
func (r *Report) fingerprint(f diag.Finding) string {
	owner := r.Place(at(f).File).Path
	if path.Ext(owner) == ".cue" {
		owner = path.Dir(owner)
	}
	key := strings.Join([]string{string(f.Code), owner, string(f.Path), f.Message}, "\x00")
	r.ordinals[key]++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, r.ordinals[key]))
	return fmt.Sprintf("%x", sum[:16])
}

// oneLine puts a text on one line and makes invisible characters visible.
func oneLine(text string) string { return screen.Visible(strings.Join(strings.Fields(text), " ")) }

// messageAndHint returns the message of a finding and its hint.
func messageAndHint(f diag.Finding) string {
	if f.Hint == "" {
		return oneLine(f.Message)
	}
	return oneLine(f.Message) + "\nHint: " + oneLine(f.Hint)
}

// name returns a short name for a finding: its data path or, without one, its message.
func name(f diag.Finding) string { return oneLine(cmp.Or(string(f.Path), f.Message)) }
