package golang

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"

	"github.com/portspec/portspec/gen"
)

// source is a Go file of declarations, with a comment of the package or "".
func source(pkg, comment string, decls []string) []byte {
	var b strings.Builder
	b.WriteString("// " + gen.Header + "\n\n")
	if comment != "" {
		b.WriteString(comment + "\n")
	}
	b.WriteString("package " + pkg + "\n")
	for _, d := range decls {
		b.WriteString("\n" + d + "\n")
	}
	return []byte(b.String())
}

// declaration is a function or a type as gofmt leaves it, below its comment.
func declaration(doc string, code jen.Code) string {
	var b strings.Builder
	if err := jen.Add(jen.Comment(doc), jen.Line(), code).Render(&b); err != nil {
		panic(err) // of names that we made and of literals
	}
	return b.String()
}

// A table is a variable and the function that copies it, which is the same in
// every package.
type table struct {
	typ, variable string
	function      func() string
}

// newTable is a table of rows of a type. No caller can reach the data:
//
//	// Flows lists who talks to whom. The caller owns the list.
//	func Flows() []Flow { return copyEach(flows, (*Flow).own) }
//
//	var flows = []Flow{{
//		ID: "os12-websocket",
//	}}
func newTable(function, typ, variable, doc string) table {
	return table{typ, variable, sync.OnceValue(func() string {
		var d docComment
		d.paragraph(function + " " + doc + " The caller owns the list")
		return declaration(d.String(), jen.Func().Id(function).Params().Index().Id(typ).Block(
			jen.Return(jen.Id("copyEach").Call(jen.Id(variable), jen.Parens(jen.Op("*").Id(typ)).Dot("own"))),
		))
	})}
}

// of are the declarations of the table with its rows.
func (t table) of(rows []string) []string {
	return []string{t.function(), rowsOf(t.variable, t.typ, rows)}
}

// rowsOf declares the rows of a table.
func rowsOf(variable, typ string, rows []string) string {
	return "var " + variable + " = []" + typ + lines(rows)
}

// A constantLine is a constant as a block declares it. One without a comment
// above it stands right below the one before and is aligned with it.
type constantLine struct {
	doc, name, typ, value, aside string
}

// constants is a block of constants, with its comment.
//
//	// The hosts of the site.
//	const (
//		UMS1 HostID = "ums1" // windows, 10.1.1.11
//	)
func constants(doc string, all []constantLine) string {
	var b strings.Builder
	b.WriteString(doc + "\nconst (\n")
	for i := 0; i < len(all); {
		end := i + 1
		for end < len(all) && all[end].doc == "" {
			end++
		}
		if i > 0 {
			b.WriteString("\n")
		}
		if doc := all[i].doc; doc != "" {
			b.WriteString("\t" + strings.ReplaceAll(doc, "\n", "\n\t") + "\n")
		}
		align(&b, all[i:end])
		i = end
	}
	b.WriteString(")")
	return b.String()
}

// align writes lines in columns, as wide as what is widest in them.
func align(b *strings.Builder, group []constantLine) {
	var name, typ, value int
	for _, c := range group {
		name, typ, value = max(name, len(c.name)), max(typ, len(c.typ)), max(value, utf8.RuneCountInString(c.value))
	}
	for _, c := range group {
		b.WriteString("\t" + c.name)
		pad(b, name-len(c.name)+1)
		if typ > 0 {
			b.WriteString(c.typ)
			pad(b, typ-len(c.typ)+1)
		}
		b.WriteString("= " + c.value)
		if c.aside != "" {
			pad(b, value-utf8.RuneCountInString(c.value)+1)
			b.WriteString(c.aside)
		}
		b.WriteString("\n")
	}
}
