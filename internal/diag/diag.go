// Package diag defines [Finding], what the compiler reports about a spec, and
// [List], a sorted set of findings without repeats.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Position is a place in a file. Its zero value is not a place at all.
type Position struct {
	File   string `json:"file"`   // slash-separated, relative to the workspace
	Line   int    `json:"line"`   // from 1
	Column int    `json:"column"` // from 1, in bytes
	// EndLine is the line where what is meant ends; 0 where that is the same one.
	EndLine int `json:"end_line,omitempty"`
	// EndColumn is the column after the last byte of what is meant, on the line
	// where it ends; 0 where only the start is known.
	EndColumn int `json:"end_column,omitempty"`
}

// IsValid reports whether p is a place.
func (p Position) IsValid() bool { return p.File != "" }

// String is file:line:column, as editors understand it.
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

// Holds reports whether what is meant at p is around the start of q.
func (p Position) Holds(q Position) bool {
	end := max(p.Line, p.EndLine)
	return p.File == q.File && (q.Line > p.Line || q.Line == p.Line && q.Column >= p.Column) &&
		(q.Line < end || q.Line == end && q.Column < p.EndColumn)
}

// A Severity says how much a finding matters.
type Severity string

// An error makes a spec unusable; a warning is most likely a mistake; an info
// is worth knowing.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Rank is higher for what matters more.
func (s Severity) Rank() int {
	switch s {
	case Error:
		return 2
	case Warning:
		return 1
	}
	return 0
}

// A Finding is one thing that is wrong, where, and how to fix it.
type Finding struct {
	Code     Code      `json:"code"` // PS and four digits; never used for anything else
	Severity Severity  `json:"severity"`
	Position Position  `json:"position"`
	Path     Path      `json:"path,omitempty"` // the data path: product.flows.web.from.0
	Message  string    `json:"message"`
	Related  []Related `json:"related,omitempty"` // the other lines that took part
	Hint     string    `json:"hint,omitempty"`    // how to fix it
	// Suppressed says why the finding is accepted; nil where it is not.
	Suppressed *Suppressed `json:"suppressed,omitempty"`
}

// Suppressed is what a spec says of a finding that is accepted.
type Suppressed struct {
	Position Position `json:"position"` // where the spec says so
	ID       string   `json:"id"`
	Reason   string   `json:"reason"`
	Until    string   `json:"until,omitempty"` // the last day; "" is for ever
}

// Related is another line that took part in a finding.
type Related struct {
	Position Position `json:"position"`
	Message  string   `json:"message,omitempty"`
}

// A List is a set of findings.
type List []Finding

// maxWords is how many bytes of a message or a hint are kept: they may hold text of a spec,
// and nobody reads more.
const maxWords = 2000

// cut is a text without what is too much of it.
func cut(text string) string {
	if len(text) <= maxWords {
		return text
	}
	return strings.ToValidUTF8(text[:maxWords], "") + "…"
}

// Sort orders the findings by position, code and message, drops repeats, and cuts what is
// too long to be read.
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

// Split takes the findings that are suppressed out of the list.
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

// AtLeast keeps the findings of a severity and above.
func (l List) AtLeast(least Severity) List {
	return slices.DeleteFunc(slices.Clone(l), func(f Finding) bool { return f.Severity.Rank() < least.Rank() })
}

// Worst is the highest severity in the list, or "" where it is empty.
func (l List) Worst() Severity {
	var worst Severity
	for _, f := range l {
		if worst == "" || f.Severity.Rank() > worst.Rank() {
			worst = f.Severity
		}
	}
	return worst
}

// HasErrors reports whether a finding of the list is an error.
func (l List) HasErrors() bool { return l.Worst() == Error }
