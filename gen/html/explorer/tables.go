package explorer

import (
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/markdown/inline"
	"github.com/portspec/portspec/internal/model"
)

func (f *part) addProduct(p *model.Product, page string) {
	all := p.Connections()
	name := gen.Visible(p.Name)
	note(f.inMarkdown, inline.Comment, name+" "+p.Version)
	note(f.inCSV, gen.CSVCell, name+" "+p.Version)
	f.products.column("id").text(p.ID)
	f.products.column("version").text(p.Version)
	note(f.inView, gen.Visible, p.Version)
	f.products.column("name").text(name)
	f.products.column("called").text(p.Called())
	f.products.column("page").text(page)
	f.products.column("flows").any(len(all))
	f.products.column("components").any(len(p.Components))
	f.products.column("features").any(len(p.Features))
	for _, c := range p.Components {
		f.addComponent(c)
	}
	for _, x := range p.Features {
		f.addFeature(x)
	}
	made := scenarios(p, all)
	f.products.column("scenarios").any(len(made))
	for _, s := range made {
		f.scenarios.column("id").text(s.id)
		f.scenarios.column("name").text(s.name)
		f.scenarios.column("flows").any(s.flows.list())
	}
}

func (f *part) addComponent(c *model.Component) {
	name, host, os := gen.Visible(c.Name), "", ""
	if gen.HasHost(c) {
		host, os = gen.HostID(c.ID), gen.SystemOf(c)
	}
	note(f.inMarkdown, inline.Comment, name)
	note(f.inCSV, gen.CSVCell, name)
	f.components.column("id").text(c.ID)
	f.components.column("name").text(name)
	f.components.column("service").text(c.Service)
	f.components.column("host").text(host) // host that runs it; "" if none does
	f.components.column("os").text(os)     // of the host
	f.components.column("located").any(c.Service != "" && c.At == nil)
	f.components.column("when").any(c.When)
}

func (f *part) addFeature(x *model.Feature) {
	name := gen.Visible(x.Name)
	note(f.inMarkdown, inline.Comment, name)
	f.features.column("id").text(x.ID)
	f.features.column("name").text(name)
	f.features.column("switch").any(len(x.Choices) == 0)
	f.features.column("several").any(x.Several)
	f.features.column("default").text(x.Default)
	f.features.column("needs").any(x.Needs)
	f.features.column("values").any(len(x.Values()))
	for _, v := range x.Values() {
		name := valueName(x, v)
		note(f.inMarkdown, inline.Comment, name)
		f.values.column("id").text(v)
		f.values.column("name").text(name)
	}
}

func valueName(f *model.Feature, value string) string {
	for _, c := range f.Choices {
		if c.ID == value {
			return gen.Visible(c.Name)
		}
	}
	return value
}

// note records the encoded form of a text if it differs from the text.
func note(into map[string]string, encode func(string) string, s string) {
	if e := encode(s); e != s {
		into[strings.Clone(s)] = e
	}
}

// noteAll is like note, for each value of a column.
func noteAll(into map[string]string, encode func(string) string, c *column) {
	for n := range c.values.Len() {
		note(into, encode, string(c.values.At(n)))
	}
}
