package diag

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode/utf8"

	"github.com/portspec/portspec/internal/screen"
)

// A Printer shows findings to people: one line for each, the source line with a
// marker under the relevant text, related positions, and the hint.
type Printer struct {
	Files fs.FS               // the source files; nil shows no source lines
	Color bool                // for terminals
	Name  func(string) string // returns the name to show for a file; nil shows it unchanged

	lines map[string][][]byte // of the files read so far
}

// Print writes the findings.
func (p *Printer) Print(w io.Writer, list List) {
	b := bufio.NewWriter(screen.Styled(w))
	defer b.Flush()
	for _, f := range list {
		if f.Position.IsValid() {
			fmt.Fprintf(b, "%s: ", p.paint(screen.Bold, p.place(f.Position)))
		}
		fmt.Fprintf(b, "%s %s: %s\n", p.paint(severityColor[f.Severity], string(f.Severity)), f.Code, screen.Visible(f.Message))
		p.source(b, f)
		for _, r := range f.Related {
			fmt.Fprintf(b, "  %s: %s\n", p.place(r.Position), screen.Visible(r.Message))
		}
		if f.Hint != "" {
			fmt.Fprintf(b, "  %s: %s\n", p.paint(screen.Cyan, "hint"), screen.Visible(f.Hint))
		}
	}
}

func (p *Printer) place(at Position) string {
	if p.Name != nil {
		at.File = p.Name(at.File)
	}
	return screen.Visible(at.String())
}

// source prints the source line of a finding with a marker under it.
func (p *Printer) source(w io.Writer, f Finding) {
	at := f.Position
	line, ok := p.line(at)
	if !ok || at.Column < 1 || at.Column > len(line)+1 {
		return
	}
	end := at.EndColumn
	if at.EndLine > at.Line { // it continues below
		end = len(line) + 1
	}
	if end <= at.Column || end > len(line)+1 {
		end = at.Column + 1
	}
	line, at.Column, end = window(line, at.Column, end)
	// Tabs before the marker are kept, so that it is under its text.
	indent := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, screen.Visible(line[:at.Column-1]))
	width := max(1, len([]rune(screen.Visible(line[at.Column-1:min(end-1, len(line))]))))
	number := fmt.Sprintf("%5d", at.Line)
	fmt.Fprintf(w, "%s | %s\n", number, screen.Visible(line))
	fmt.Fprintf(w, "%s | %s%s\n", strings.Repeat(" ", len(number)), indent,
		p.paint(severityColor[f.Severity], strings.Repeat("^", width)))
}

// maxLine limits the bytes of a source line that are shown.
const maxLine = 240

// window returns the part of a line around the marked text, and the marker's columns in it.
func window(line string, column, end int) (string, int, int) {
	if len(line) <= maxLine {
		return line, column, end
	}
	from := max(0, min(column-1-maxLine/3, len(line)-maxLine))
	for from > 0 && !utf8.RuneStart(line[from]) {
		from--
	}
	to := min(len(line), from+maxLine)
	for to < len(line) && !utf8.RuneStart(line[to]) {
		to++
	}
	part, column, end := line[from:to], column-from, min(end-from, to-from+1)
	if from > 0 {
		part, column, end = "…"+part, column+len("…"), end+len("…")
	}
	if to < len(line) {
		part += "…"
	}
	return part, column, end
}

func (p *Printer) line(at Position) (string, bool) {
	if p.Files == nil || at.Line < 1 {
		return "", false
	}
	lines, known := p.lines[at.File]
	if !known {
		if data, err := fs.ReadFile(p.Files, at.File); err == nil {
			lines = bytes.Split(data, []byte("\n"))
		}
		if p.lines == nil {
			p.lines = make(map[string][][]byte)
		}
		p.lines[at.File] = lines
	}
	if at.Line > len(lines) {
		return "", false
	}
	return strings.TrimSuffix(string(lines[at.Line-1]), "\r"), true
}

var severityColor = map[Severity]string{Error: screen.Red, Warning: screen.Yellow, Info: screen.Blue}

func (p *Printer) paint(color, s string) string {
	if !p.Color {
		return s
	}
	return screen.Paint(color, s)
}
