package golang

import (
	"bytes"
	"strconv"

	"github.com/portspec/portspec/internal/model"
)

// A record writes the rows of a table: struct literals, in which fields with their zero value are
// left out.
//
// Rows are most of the output. For speed, they are written directly in gofmt's format instead of
// being built as a syntax tree and printed, and all rows of a table use the same memory.
// TestFormatted compares them with gofmt.
type record struct {
	rows   []byte  // those that are complete
	fields []field // of the current row
	values []byte  // of these fields, one after the other
	inside int     // how many literals are open; their fields are part of the row's
}

// A field of a row is a name, and where its expression begins in values. Texts in expressions are
// quoted, so line breaks are always part of the syntax.
type field struct {
	name  string
	start int
}

// widest is the length from which gofmt does not align a field with others.
const widest = 1_000_000

// value returns the expression of a field.
func (r *record) value(i int) []byte {
	if i+1 < len(r.fields) {
		return r.values[r.fields[i].start:r.fields[i+1].start]
	}
	return r.values[r.fields[i].start:]
}

// alone reports whether gofmt does not align a field with others, because it takes several lines
// or is too long.
func (r *record) alone(i int) bool {
	value := r.value(i)
	return bytes.IndexByte(value, '\n') >= 0 || len(r.fields[i].name)+len(": ")+len(value) > widest
}

// end completes a row, with a line for each field:
//
//	{
//		ID:   "web",
//		Bind: "any",
//	},
func (r *record) end() {
	b := append(r.rows, "\t{"...)
	for i := 0; i < len(r.fields); {
		end, width := i+1, len(r.fields[i].name)
		for !r.alone(i) && end < len(r.fields) && !r.alone(end) {
			width = max(width, len(r.fields[end].name))
			end++
		}
		for ; i < end; i++ {
			name := r.fields[i].name
			b = append(append(append(b, "\n\t\t"...), name...), ':')
			for range width - len(name) + 1 {
				b = append(b, ' ')
			}
			b = append(append(b, r.value(i)...), ',')
		}
	}
	if len(r.fields) > 0 {
		b = append(b, "\n\t"...)
	}
	r.rows = append(b, "},\n"...)
	r.fields, r.values = r.fields[:0], r.values[:0]
}

// rowsOf declares a table, whose rows fill writes.
func rowsOf(variable, typ string, fill func(*record)) string {
	var r record
	fill(&r)
	front := "var " + variable + " = []" + typ
	if len(r.rows) == 0 {
		return front + "{}"
	}
	return front + "{\n" + string(r.rows) + "}"
}

// name begins a field. Its expression is what is added until the next.
func (r *record) name(name string) {
	if r.inside == 0 {
		r.fields = append(r.fields, field{name, len(r.values)})
		return
	}
	r.item()
	r.add(name)
	r.add(": ")
}

// item begins an item in braces.
func (r *record) item() {
	if r.values[len(r.values)-1] != '{' {
		r.add(", ")
	}
}

func (r *record) add(code string) { r.values = append(r.values, code...) }

func (r *record) literal(text string) { r.values = strconv.AppendQuote(r.values, text) }

func (r *record) int(value int) { r.values = strconv.AppendInt(r.values, int64(value), 10) }

// braces adds a literal on one line: {ID: "web", Bind: "any"}.
func (r *record) braces(inner func()) {
	r.add("{")
	r.inside++
	inner()
	r.inside--
	r.add("}")
}

func (r *record) field(name, value string) {
	r.name(name)
	r.add(value)
}

func (r *record) text(name, value string) {
	if value != "" {
		r.name(name)
		r.literal(value)
	}
}

func (r *record) flag(name string, value bool) {
	if value {
		r.field(name, "true")
	}
}

func (r *record) number(name string, value int) {
	if value != 0 {
		r.name(name)
		r.int(value)
	}
}

func (r *record) texts(name string, values []string) { list(r, name, "[]string", values, r.literal) }

func (r *record) ports(name string, ports []model.PortRange) {
	list(r, name, "[]PortRange", ports, r.portRange)
}

// portRange adds {First: 5000, Last: 5010}.
func (r *record) portRange(p model.PortRange) {
	r.add("{First: ")
	r.int(p.From)
	r.add(", Last: ")
	r.int(p.To)
	r.add("}")
}

// inner adds a struct or a list on one line as a field, such as Offset: &Offset{…}. It leaves it
// out if it is empty, unless it is a pointer.
func (r *record) inner(name, typ string, inner func()) {
	fields, values := len(r.fields), len(r.values)
	r.field(name, typ)
	before := len(r.values)
	r.braces(inner)
	if len(r.values) == before+len("{}") && typ[0] != '&' {
		r.fields, r.values = r.fields[:fields], r.values[:values]
	}
}

// list adds a slice on one line: []PortRange{{First: 88, Last: 88}}.
func list[T any](r *record, name, typ string, items []T, add func(T)) {
	if len(items) == 0 {
		return
	}
	r.inner(name, typ, func() {
		for _, item := range items {
			r.item()
			add(item)
		}
	})
}

// lines adds a slice of literals with a line for each.
func lines[T any](r *record, name, typ string, items []T, add func(T)) {
	if len(items) == 0 {
		return
	}
	r.inner(name, typ, func() {
		for _, item := range items {
			r.add("\n\t\t\t")
			r.braces(func() { add(item) })
			r.add(",")
		}
		r.add("\n\t\t")
	})
}
