package golang

import (
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// featureSymbols are the symbols for a feature's id and values.
type featureSymbols struct {
	feature *model.Feature
	id      *symbol
	choices []*symbol // empty for a switch
	on, off *symbol   // of a switch
}

func planFeatures(n *namer, p *model.Product) []featureSymbols {
	var all []featureSymbols
	for _, f := range p.Features {
		s := featureSymbols{feature: f, id: n.feature(f)}
		for _, c := range f.Choices {
			s.choices = append(s.choices, n.choice(f, c))
		}
		if len(f.Choices) == 0 {
			s.on, s.off = n.value(f, "on"), n.value(f, "off")
		}
		all = append(all, s)
	}
	return all
}

// featureDecls returns the declarations of features.go.
func (g *generation) featureDecls() []string {
	return append(g.featureConstants(), featureTable.of(func(r *record) {
		for _, f := range g.view.features {
			r.feature(f)
		}
	})...)
}

// featureConstants returns constants for the ids of features and their values. Without tables,
// there is nothing to pass a value to, so the ids of choices are plain strings.
func (g *generation) featureConstants() []string {
	var decls []string
	for _, f := range g.features {
		switch {
		case f.id.name == "":
		case g.options.Only == OnlyConstants:
			decls = append(decls, f.constants(g.evidence, ""))
		default:
			decls = append(decls, f.constants(g.evidence, f.typ()), f.typeDecl())
		}
	}
	return decls
}

// typ returns the type of the feature's values. It is not exported, so that other packages cannot
// make values.
func (f featureSymbols) typ() string { return "setting" + strings.TrimPrefix(f.id.name, "Feature") }

// typeDecl declares the type of the feature's values:
//
//	// settingDatabase is a value of [FeatureDatabase].
//	type settingDatabase string
//
//	func (v settingDatabase) chosen() chosen {
//		return chosen{FeatureDatabase, string(v)}
//	}
func (f featureSymbols) typeDecl() string {
	return "// " + f.typ() + " is a value of [" + f.id.name + "].\ntype " + f.typ() + " string\n\n" +
		"func (v " + f.typ() + ") chosen() chosen {\n\treturn chosen{" + f.id.name + ", string(v)}\n}"
}

// constants returns constants for the id of a feature and its values:
//
//	// FeatureDatabase is a choice, Database: Where the server keeps its data.
//	const (
//		FeatureDatabase = "database"
//
//		// DatabaseOracle is Oracle Database.
//		DatabaseOracle settingDatabase = "oracle"
//	)
func (f featureSymbols) constants(e evidence, typ string) string {
	all := []constantLine{{name: f.id.name, value: literal(f.feature.ID)}}
	value := func(s *symbol, id, text string) {
		if s.name != "" {
			var d docComment
			d.paragraph(s.name + " " + text)
			all = append(all, constantLine{doc: d.String(), name: s.name, typ: typ, value: literal(id)})
		}
	}
	for i, s := range f.choices {
		c := f.feature.Choices[i]
		text := "is " + c.Name
		if c.Description != "" {
			text += ": " + c.Description
		}
		value(s, c.ID, text)
	}
	if len(f.choices) == 0 && typ != "" {
		value(f.on, "on", "has ["+f.id.name+"] on")
		value(f.off, "off", "has ["+f.id.name+"] off")
	}
	if len(all) == 1 {
		return f.comment(e) + "\nconst " + f.id.name + " = " + literal(f.feature.ID)
	}
	return constants(f.comment(e), all)
}

// comment returns a comment that describes the feature.
func (f featureSymbols) comment(e evidence) string {
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
	return d.String()
}

func (r *record) feature(f *model.Feature) {
	r.text("ID", f.ID)
	r.text("Name", f.Name)
	r.text("Description", f.Description)
	lines(r, "Choices", "[]Choice", f.Choices, func(c model.Choice) {
		r.text("ID", c.ID)
		r.text("Name", c.Name)
		r.text("Description", c.Description)
		r.texts("Cite", c.Cite)
	})
	r.flag("Several", f.Several)
	r.text("Default", f.Default)
	r.when("Needs", f.Needs)
	r.texts("Cite", f.Cite)
	r.end()
}
