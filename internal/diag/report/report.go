// Package report writes findings in the formats that other programs read. A
// [Report] is what all of them are made of; [Formats] lists them.
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

// A Report is findings with what programs want to know of them. Nothing in it
// depends on the time or the machine, so the same findings give the same bytes.
type Report struct {
	// Findings are sorted; those that are suppressed are among them.
	Findings diag.List
	// Files is where the source lines are, which columns are counted in.
	Files fs.FS
	// Place says where a file of a position is.
	Place   func(file string) Place
	Version string // of portspec

	lines    map[string][][]byte // of files that were read
	ordinals map[string]int      // how often a fingerprint was given
}

// A Place is where a file is for the program that reads a report.
type Place struct {
	// Path is slash-separated: relative to the repository, or absolute outside.
	Path string
	// Binary says that the file is in portspec itself and in no repository.
	Binary bool
}

// A Format is one way to write a report.
type Format struct {
	Name  string
	write func(*Report, io.Writer) error
}

// Formats lists all of them, sorted.
var Formats = []Format{
	{"github", (*Report).github},
	{"gitlab", (*Report).gitlab},
	{"junit", (*Report).junit},
	{"sarif", (*Report).sarif},
}

// Write writes the whole document, also where nothing was found.
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

// at is where a finding is. One that is of the whole workspace is at the file
// that makes it one, as some formats want a place for everything.
func at(f diag.Finding) diag.Position {
	if f.Position.IsValid() {
		return f.Position
	}
	return diag.Position{File: "cue.mod/module.cue", Line: 1}
}

// A region is what of a file is meant: lines and columns from 1, the end column
// excluded, in UTF-16 code units. Columns are 0 where they are not known, and the
// last line is the first one then.
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

// units is the length of a text in UTF-16; a byte that is not UTF-8 counts as
// the one character that readers put in its place.
func units(text []byte) int {
	n := 0
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		n += utf16.RuneLen(r)
		text = text[size:]
	}
	return n
}

// fingerprint tells a finding from all others and stays the same when lines
// move, when the finding moves to another file of its package, and when others
// come or go. Findings that are alike are counted.
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

// line is a text on one line, in which nothing is invisible.
func oneLine(text string) string { return screen.Visible(strings.Join(strings.Fields(text), " ")) }

// said is the message of a finding, with the hint.
func said(f diag.Finding) string {
	if f.Hint == "" {
		return oneLine(f.Message)
	}
	return oneLine(f.Message) + "\nHint: " + oneLine(f.Hint)
}

// name is what a finding is about: its data path or else its message.
func name(f diag.Finding) string { return oneLine(cmp.Or(string(f.Path), f.Message)) }
