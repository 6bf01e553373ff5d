package golang

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"

	"github.com/portspec/portspec/gen"
)

// source returns a Go file with declarations, and a package comment unless that is "".
func source(pkg, comment string, decls []string) []byte {
	above := "// " + gen.Header + "\n\n"
	if comment != "" {
		above += comment + "\n"
	}
	above += "package " + pkg + "\n"
	size := len(above)
	for _, d := range decls {
		size += len("\n\n") + len(d)
	}
	data := append(make([]byte, 0, size), above...)
	for _, d := range decls {
		data = append(data, '\n')
		data = append(data, d...)
		data = append(data, '\n')
	}
	return data
}

// declaration formats a function or a type with gofmt. This takes a hundred times as long as
// filling in a template, so it is not called for each product.
func declaration(code *jen.Statement) string {
	var b strings.Builder
	if err := code.Render(&b); err != nil {
		panic(err) // without anything of a product
	}
	return b.String()
}

// A lister makes functions without arguments that return a slice of some type. Functions of a
// type differ only in names and items, so one is formatted as a template for the others.
type lister struct {
	typ    string
	sample func() string
}

// Placeholders in the template.
const sampleName, sampleItem = "sampleName", "sampleItem"

func newLister(typ string) lister {
	return lister{typ, sync.OnceValue(func() string {
		return declaration(jen.Func().Id(sampleName).Params().Index().Id(typ).Block(
			jen.Return(jen.Index().Id(typ).Values(jen.Id(sampleItem)))))
	})}
}

// Listers for components: texts, ports, and ranges of ports.
var (
	listTexts  = newLister("string")
	listPorts  = newLister("int")
	listRanges = newLister("PortRange")
)

// of returns the function with a name, items and doc comment.
func (l lister) of(doc, name string, items []string) string {
	before, rest, _ := strings.Cut(l.sample(), sampleName)
	between, after, _ := strings.Cut(rest, sampleItem)
	return doc + "\n" + before + name + between + strings.Join(items, ", ") + after
}

// A table is a variable and the function that copies it, which is the same in every package.
type table struct {
	typ, variable string
	function      func() string
}

// newTable returns a table with rows of a type. Callers cannot change the data:
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
		return d.String() + "\n" + declaration(jen.Func().Id(function).Params().Index().Id(typ).Block(
			jen.Return(jen.Id("copyEach").Call(jen.Id(variable), jen.Parens(jen.Op("*").Id(typ)).Dot("own"))),
		))
	})}
}

// of returns the declarations of the table with rows that fill writes.
func (t table) of(fill func(*record)) []string {
	return []string{t.function(), rowsOf(t.variable, t.typ, fill)}
}

// A constantLine is a constant in a block. Without a comment above it, it directly follows the
// previous one and is aligned with it.
type constantLine struct {
	doc, name, typ, value, aside string
}

// constants returns a block of constants with a comment.
//
//	// The hosts of the site.
//	const (
//		UMS1 HostID = "ums1" // windows, 10.1.1.11
//	)
func constants(doc string, all []constantLine) string {
	size := len(doc)
	for _, c := range all {
		size += 2*len(c.doc) + 2*len(c.name) + len(c.value) + len(c.aside) + 64
	}
	var b strings.Builder
	b.Grow(size)
	b.WriteString(doc)
	b.WriteString("\nconst (\n")
	for i := 0; i < len(all); {
		end := i + 1
		for end < len(all) && all[end].doc == "" {
			end++
		}
		if i > 0 {
			b.WriteString("\n")
		}
		if doc := all[i].doc; doc != "" {
			for line := range strings.SplitSeq(doc, "\n") {
				b.WriteByte('\t')
				b.WriteString(line)
				b.WriteByte('\n')
			}
		}
		align(&b, all[i:end])
		i = end
	}
	b.WriteString(")")
	return b.String()
}

// align writes lines in columns of minimal width.
func align(b *strings.Builder, group []constantLine) {
	var name, typ, value int
	for _, c := range group {
		name, typ, value = max(name, len(c.name)), max(typ, len(c.typ)), max(value, utf8.RuneCountInString(c.value))
	}
	for _, c := range group {
		b.WriteByte('\t')
		b.WriteString(c.name)
		pad(b, name-len(c.name)+1)
		if typ > 0 {
			b.WriteString(c.typ)
			pad(b, typ-len(c.typ)+1)
		}
		b.WriteString("= ")
		b.WriteString(c.value)
		if c.aside != "" {
			pad(b, value-utf8.RuneCountInString(c.value)+1)
			b.WriteString(c.aside)
		}
		b.WriteString("\n")
	}
}

// pad writes blanks.
func pad(b *strings.Builder, n int) {
	for ; n > len(blanks); n -= len(blanks) {
		b.WriteString(blanks)
	}
	b.WriteString(blanks[:n])
}

const blanks = "                                "
