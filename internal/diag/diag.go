// Package diag defines [Finding], what the compiler reports about a spec, and
// [List], a sorted set of findings without repeats.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Position is a place in a file. The zero value is no position.
type Position struct {
	File   string `json:"file"`   // slash-separated, relative to the workspace
	Line   int    `json:"line"`   // from 1
	Column int    `json:"column"` // from 1, in bytes
	// EndLine is the line on which the marked text ends; 0 means Line.
	EndLine int `json:"end_line,omitempty"`
	// EndColumn is the column after the last byte of the marked text, on the line
	// where it ends; 0 if only the start is known.
	EndColumn int `json:"end_column,omitempty"`
}

// IsValid reports whether p is not the zero value.
func (p Position) IsValid() bool { return p.File != "" }

// String returns file:line:column, which editors understand.
func (p Position) String() string {
	switch {
	case !p.IsValid():
		return "-"
	case p.Line == 0:
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Compare orders positions by file, line and column.
func (p Position) Compare(q Position) int {
	return cmp.Or(
		cmp.Compare(p.File, q.File),
		cmp.Compare(p.Line, q.Line),
		cmp.Compare(p.Column, q.Column),
		cmp.Compare(p.EndLine, q.EndLine),
		cmp.Compare(p.EndColumn, q.EndColumn),
	)
}

// Holds reports whether the text marked by p contains the start of q.
func (p Position) Holds(q Position) bool {
	end := max(p.Line, p.EndLine)
	return p.File == q.File && (q.Line > p.Line || q.Line == p.Line && q.Column >= p.Column) &&
		(q.Line < end || q.Line == end && q.Column < p.EndColumn)
}

// A Severity is how much a finding matters.
type Severity string

// An error makes a spec unusable, a warning is most likely a mistake, and an info
// is merely worth knowing.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Rank returns a number that is higher for more serious findings.
func (s Severity) Rank() int {
	switch s {
	case Error:
		return 2
	case Warning:
		return 1
	}
	return 0
}

// A Finding is a problem, with its position and how to fix it.
type Finding struct {
	Code     Code      `json:"code"` // PS and four digits
	Severity Severity  `json:"severity"`
	Position Position  `json:"position"`
	Path     Path      `json:"path,omitempty"` // the data path: product.flows.web.from.0
	Message  string    `json:"message"`
	Related  []Related `json:"related,omitempty"` // the other lines that took part
	Hint     string    `json:"hint,omitempty"`    // how to fix it
	// Suppressed says why the finding is accepted; nil if it is not.
	Suppressed *Suppressed `json:"suppressed,omitempty"`
}

// Suppressed describes the suppression that accepts a finding.
type Suppressed struct {
	Position Position `json:"position"` // of the suppression
	ID       string   `json:"id"`
	Reason   string   `json:"reason"`
	Until    string   `json:"until,omitempty"` // the last day; "" means it never expires
}

// Related is another line that took part in a finding.
type Related struct {
	Position Position `json:"position"`
	Message  string   `json:"message,omitempty"`
}

// A List is a set of findings.
type List []Finding

// maxWords limits the bytes of a message or hint, which may contain text from a spec of
// any length.
const maxWords = 2000

// cut shortens text to maxWords bytes.
func cut(text string) string {
	if len(text) <= maxWords {
		return text
	}
	return strings.ToValidUTF8(text[:maxWords], "") + "…"
}

// Sort orders the findings by position, code and message, removes duplicates, and shortens
// overlong messages. It changes the list in place.
func (l List) Sort() List {
	for i := range l {
		f := &l[i]
		f.Message, f.Hint = cut(f.Message), cut(f.Hint)
		for j := range f.Related {
			f.Related[j].Message = cut(f.Related[j].Message)
		}
	}
	slices.SortStableFunc(l, func(a, b Finding) int {
		return cmp.Or(
			a.Position.Compare(b.Position),
			cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Path, b.Path),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.CompactFunc(l, func(a, b Finding) bool {
		return a.Position == b.Position && a.Code == b.Code && a.Message == b.Message
	})
}

// Copy replaces all texts by copies, which keep nothing else in memory: the texts of a model are
// parts of one long text.
func (l List) Copy() {
	for i := range l {
		f := &l[i]
		f.Position.File, f.Path = strings.Clone(f.Position.File), f.Path.Clone()
		f.Message, f.Hint = strings.Clone(f.Message), strings.Clone(f.Hint)
		f.Related = slices.Clone(f.Related)
		for j := range f.Related {
			r := &f.Related[j]
			r.Position.File, r.Message = strings.Clone(r.Position.File), strings.Clone(r.Message)
		}
		if f.Suppressed != nil {
			s := *f.Suppressed
			s.Position.File, s.ID, s.Reason, s.Until = strings.Clone(s.Position.File), strings.Clone(s.ID), strings.Clone(s.Reason), strings.Clone(s.Until)
			f.Suppressed = &s
		}
	}
}

// Split separates the findings that are suppressed from the others.
func (l List) Split() (open, suppressed List) {
	for _, f := range l {
		if f.Suppressed != nil {
			suppressed = append(suppressed, f)
		} else {
			open = append(open, f)
		}
	}
	return open, suppressed
}

// AtLeast returns the findings of the given severity or above.
func (l List) AtLeast(least Severity) List {
	return slices.DeleteFunc(slices.Clone(l), func(f Finding) bool { return f.Severity.Rank() < least.Rank() })
}

// Worst returns the highest severity in the list, or "" if the list is empty.
func (l List) Worst() Severity {
	var worst Severity
	for _, f := range l {
		if worst == "" || f.Severity.Rank() > worst.Rank() {
			worst = f.Severity
		}
	}
	return worst
}

// HasErrors reports whether the list contains an error.
func (l List) HasErrors() bool { return l.Worst() == Error }
