package golang

import (
	"go/format"
	"strings"
	"sync"

	"github.com/dave/jennifer/jen"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// featureSymbols are the names of a feature's id and of its choices' ids.
type featureSymbols struct {
	feature *model.Feature
	id      *symbol
	choices []*symbol
}

func planFeatures(n *namer, p *model.Product) []featureSymbols {
	var all []featureSymbols
	for _, f := range p.Features {
		s := featureSymbols{feature: f, id: n.feature(f)}
		for _, c := range f.Choices {
			s.choices = append(s.choices, n.choice(f, c))
		}
		all = append(all, s)
	}
	return all
}

// featureDecls are the declarations of features.go.
func (g *generation) featureDecls() []string {
	decls := append(g.featureConstants(), featureTable.of(each(g.view.features, featureRow))...)
	return append(decls, g.defaults())
}

// featureConstants are the ids of the features and of their choices.
func (g *generation) featureConstants() []string {
	var decls []string
	for _, f := range g.features {
		decls = append(decls, f.constants(g.evidence)...)
	}
	return decls
}

// constants are the ids of a feature and its choices:
//
//	// FeatureDatabase is a choice, Database: Where the server keeps its data.
//	const (
//		FeatureDatabase = "database"
//
//		// DatabaseOracle is Oracle Database.
//		DatabaseOracle = "oracle"
//	)
func (f featureSymbols) constants(e evidence) []string {
	if f.id.name == "" {
		return nil
	}
	var d docComment
	kind := "a switch"
	if len(f.feature.Choices) > 0 {
		kind = "a choice"
	}
	if f.feature.Several {
		kind += " of which several can hold at once"
	}
	d.paragraph(f.id.name + " is " + kind + ", " + f.feature.Name + ": " + f.feature.Description)
	var facts []string
	if f.feature.Default != "" {
		facts = append(facts, "Default: "+f.feature.Default)
	} else {
		facts = append(facts, "No default: every site has to decide")
	}
	if len(f.feature.Needs) > 0 {
		facts = append(facts, "Needs: "+gen.WhenText(f.feature.Needs))
	}
	if len(f.feature.Cite) > 0 {
		facts = append(facts, "Source: "+e.citeText(f.feature.Cite))
	}
	d.items(facts...)
	if len(f.choices) == 0 {
		return []string{d.String() + "\nconst " + f.id.name + " = " + literal(f.feature.ID)}
	}
	all := []constantLine{{name: f.id.name, value: literal(f.feature.ID)}}
	for i, s := range f.choices {
		if s.name == "" {
			continue
		}
		c := f.feature.Choices[i]
		var d docComment
		text := s.name + " is " + c.Name
		if c.Description != "" {
			text += ": " + c.Description
		}
		d.paragraph(text)
		all = append(all, constantLine{doc: d.String(), name: s.name, value: literal(c.ID)})
	}
	return []string{constants(d.String(), all)}
}

func featureRow(f *model.Feature) string {
	var r record
	r.text("ID", f.ID)
	r.text("Name", f.Name)
	r.text("Description", f.Description)
	r.lines("Choices", "Choice", each(f.Choices, func(c model.Choice) string {
		var r record
		r.text("ID", c.ID)
		r.text("Name", c.Name)
		r.text("Description", c.Description)
		r.texts("Cite", c.Cite)
		return r.line()
	}))
	r.flag("Several", f.Several)
	r.text("Default", f.Default)
	r.when("Needs", f.Needs)
	r.texts("Cite", f.Cite)
	return r.block()
}

// defaults declares what holds unless a site says otherwise:
//
//	func Defaults() map[string][]string {
//		return map[string][]string{
//			"database": {"embedded"},
//		}
//	}
func (g *generation) defaults() string {
	var d docComment
	d.paragraph("Defaults returns the value of every feature that has a default, for [When.Holds]. The map is the caller's own: put in what the site has chosen")
	var entries record
	long := false
	for _, f := range g.view.features {
		if f.Default != "" {
			entries.field(literal(f.ID), list([]string{literal(f.Default)}))
			long = long || len(literal(f.ID)) > longKey
		}
	}
	text := d.String() + "\n" + strings.Replace(defaultsFunction(), "{}", entries.block(), 1)
	if long {
		if formatted, err := format.Source([]byte(text)); err == nil {
			return string(formatted)
		}
	}
	return text
}

// longKey is the length above which gofmt looks at a key's neighbours before it
// aligns them.
const longKey = 40

// defaultsFunction is Defaults without any.
var defaultsFunction = sync.OnceValue(func() string {
	values := jen.Map(jen.String()).Index().String()
	return declaration(jen.Func().Id("Defaults").Params().Add(values).Block(jen.Return(values.Clone().Values())))
})
