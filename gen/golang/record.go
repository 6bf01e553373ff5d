package golang

import (
	"strconv"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A record builds a struct literal. Fields with their zero value are left out.
//
// Rows are most of the output. For speed, they are written directly in gofmt's format instead of
// being built as a syntax tree and printed. TestFormatted compares them with gofmt.
type record []field

// mostFields is the initial capacity for fields.
const mostFields = 16

// A field is a name and an expression. Texts in expressions are quoted, so line breaks are
// always part of the syntax.
type field struct{ name, value string }

// widest is the length from which gofmt does not align a field with others.
const widest = 1_000_000

// alone reports whether gofmt does not align the field with others, because it takes several
// lines or is too long.
func (f field) alone() bool {
	return strings.Contains(f.value, "\n") || len(f.name)+len(": ")+len(f.value) > widest
}

// block returns the literal with a line for each field, as a row of a table:
//
//	{
//		ID:   "web",
//		Bind: "any",
//	}
func (r record) block() string {
	if len(r) == 0 {
		return "{}"
	}
	var b strings.Builder
	b.Grow(64 * len(r))
	b.WriteString("{\n")
	for i := 0; i < len(r); {
		end, width := i+1, len(r[i].name)
		for !r[i].alone() && end < len(r) && !r[end].alone() {
			width = max(width, len(r[end].name))
			end++
		}
		for _, f := range r[i:end] {
			b.WriteString("\t\t")
			b.WriteString(f.name)
			b.WriteByte(':')
			pad(&b, width-len(f.name)+1)
			b.WriteString(strings.ReplaceAll(f.value, "\n", "\n\t\t"))
			b.WriteString(",\n")
		}
		i = end
	}
	b.WriteString("\t}")
	return b.String()
}

// pad writes blanks.
func pad(b *strings.Builder, n int) {
	for ; n > len(blanks); n -= len(blanks) {
		b.WriteString(blanks)
	}
	b.WriteString(blanks[:n])
}

const blanks = "                                "

// line returns the literal on one line: {ID: "web", Bind: "any"}.
func (r record) line() string {
	parts := make([]string, 0, 4*len(r)+2)
	parts = append(parts, "{")
	for i, f := range r {
		if i > 0 {
			parts = append(parts, ", ")
		}
		parts = append(parts, f.name, ": ", f.value)
	}
	return strings.Join(append(parts, "}"), "")
}

// list returns items in braces, on one line.
func list(items []string) string { return "{" + strings.Join(items, ", ") + "}" }

// lines returns a text followed by items in braces, with a line for each.
func lines(front string, items []string) string {
	if len(items) == 0 {
		return front + "{}"
	}
	size := len(front) + len("{\n}")
	for _, item := range items {
		size += len("\t,\n") + len(item)
	}
	var b strings.Builder
	b.Grow(size)
	b.WriteString(front)
	b.WriteString("{\n")
	for _, item := range items {
		b.WriteByte('\t')
		b.WriteString(item)
		b.WriteString(",\n")
	}
	b.WriteByte('}')
	return b.String()
}

func (r *record) field(name, value string) { *r = append(*r, field{name, value}) }

func (r *record) text(name, value string) {
	if value != "" {
		r.field(name, literal(value))
	}
}

func (r *record) flag(name string, value bool) {
	if value {
		r.field(name, "true")
	}
}

func (r *record) number(name string, value int) {
	if value != 0 {
		r.field(name, strconv.Itoa(value))
	}
}

func (r *record) texts(name string, values []string) {
	r.list(name, "string", literals(values))
}

func literals(values []string) []string { return each(values, literal) }

func (r *record) ports(name string, ports []model.PortRange) {
	r.list(name, "PortRange", each(ports, portRange))
}

// portRange returns {First: 5000, Last: 5010}.
func portRange(p model.PortRange) string {
	return "{First: " + strconv.Itoa(p.From) + ", Last: " + strconv.Itoa(p.To) + "}"
}

// list adds a slice on one line: []PortRange{{First: 88, Last: 88}}.
func (r *record) list(name, typ string, items []string) {
	if len(items) > 0 {
		r.field(name, "[]"+typ+list(items))
	}
}

// lines adds a slice with a line for each item.
func (r *record) lines(name, typ string, items []string) {
	if len(items) > 0 {
		r.field(name, lines("[]"+typ, items))
	}
}

// inner adds a struct as a field: Offset: &Offset{…}, for typ "&Offset".
func (r *record) inner(name, typ string, fields record) {
	if typ[0] == '&' || len(fields) > 0 {
		r.field(name, typ+fields.line())
	}
}

func each[T any](items []T, code func(T) string) []string {
	codes := make([]string, len(items))
	for i, item := range items {
		codes[i] = code(item)
	}
	return codes
}
