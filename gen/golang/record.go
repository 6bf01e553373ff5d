package golang

import (
	"github.com/dave/jennifer/jen"

	"github.com/portspec/portspec/internal/model"
)

// A record is a struct literal that is being written. Fields that hold their
// zero value are left out.
type record []jen.Code

// block is the literal with a line for each field:
//
//	{
//		ID:   "web",
//		Bind: "any",
//	}
func (r record) block() *jen.Statement {
	return jen.Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, r...)
}

// line is the literal on one line: {ID: "web", Bind: "any"}.
func (r record) line() *jen.Statement { return jen.Values(r...) }

func (r *record) field(name string, value jen.Code) {
	*r = append(*r, jen.Id(name).Op(":").Add(value))
}

func (r *record) text(name, value string) {
	if value != "" {
		r.field(name, literal(value))
	}
}

func (r *record) flag(name string, value bool) {
	if value {
		r.field(name, jen.True())
	}
}

func (r *record) number(name string, value int) {
	if value != 0 {
		r.field(name, jen.Lit(value))
	}
}

func (r *record) texts(name string, values []string) {
	if len(values) > 0 {
		r.field(name, jen.Index().String().Values(literals(values)...))
	}
}

func literals(values []string) []jen.Code {
	codes := make([]jen.Code, len(values))
	for i, v := range values {
		codes[i] = literal(v)
	}
	return codes
}

func (r *record) ports(name string, ports []model.PortRange) {
	r.list(name, "PortRange", each(ports, portRange))
}

// portRange is {First: 5000, Last: 5010}.
func portRange(p model.PortRange) jen.Code {
	return record{jen.Id("First").Op(":").Lit(p.From), jen.Id("Last").Op(":").Lit(p.To)}.line()
}

// list is a slice on one line: []PortRange{{First: 88, Last: 88}}.
func (r *record) list(name, typ string, items []jen.Code) {
	if len(items) > 0 {
		r.field(name, jen.Index().Id(typ).Values(items...))
	}
}

// lines is a slice with a line for each item.
func (r *record) lines(name, typ string, items []jen.Code) {
	if len(items) > 0 {
		r.field(name, jen.Index().Id(typ).Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, items...))
	}
}

// inner is a struct that is a field: Offset: &Offset{…}, for typ "&Offset".
func (r *record) inner(name, typ string, fields record) {
	if typ[0] == '&' {
		r.field(name, jen.Op("&").Id(typ[1:]).Add(fields.line()))
		return
	}
	if len(fields) > 0 {
		r.field(name, jen.Id(typ).Add(fields.line()))
	}
}

func each[T any](items []T, code func(T) jen.Code) []jen.Code {
	codes := make([]jen.Code, len(items))
	for i, item := range items {
		codes[i] = code(item)
	}
	return codes
}
