// Package explorer makes the data for the explorer of flows, which scripts in gen/html/src read.
// [Flows] collects it.
package explorer

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/gen/rows"
	"github.com/portspec/portspec/internal/model"
)

// Path is the path of the data in the site.
const Path = "assets/flows.js"

// Flows collects what the explorer shows: the flows of all products, as listed by portspec
// flows, in columns. Products may be added by several goroutines and in any order; their models
// are not kept.
type Flows struct {
	sites []*site

	mu     sync.Mutex
	all    *part
	merged int           // number of products in all
	early  map[int]*part // products that wait for earlier ones
}

// A part is the flows of a product, or of all products so far.
type part struct {
	fields   []field // of [rows.Flow], in their order
	json     []*column
	csv      []*column
	markdown []*column
	shown    table
	flows    int
	sites    [][]int // flows of each site

	products, components, features, values, scenarios table

	// How texts are written in CSV and Markdown, and shown in the page, if that differs from
	// the text.
	inCSV, inMarkdown, inView map[string]string
}

// A field is a field of [rows.Flow].
type field struct {
	index     int
	name      string
	omitEmpty bool
}

// A table has its columns by name.
type table map[string]*column

func (t table) column(name string) *column {
	if t[name] == nil {
		t[name] = newColumn()
	}
	return t[name]
}

// A site has the flows that its firewalls or hosts permit.
type site struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Flows []uint32 `json:"flows"` // as [ranges]

	uses map[connection]bool
}

// A connection identifies a [model.Connection], which deployments have copies of.
type connection struct{ product, flow, to, listener, transport string }

func connectionOf(c *model.Connection) connection {
	return connection{c.Product.Ref(), c.Flow.ID, c.To.ID, c.Listener.ID, c.Transport}
}

// shown are the columns for display only: names of things.
var shown = map[string]func(*model.Connection) string{
	"product": func(c *model.Connection) string { return c.Product.Name + " " + c.Product.Version },
	"from": func(c *model.Connection) string {
		names := make([]string, len(c.From))
		for i, talker := range c.From {
			names[i] = talker.Name
		}
		return strings.Join(names, ", ")
	},
	// Shared services that start the flow, by which flows can be chosen.
	"services": func(c *model.Connection) string {
		var ids []string
		for _, talker := range c.From {
			ids = append(ids, talker.Service)
		}
		return strings.Join(ids, " ")
	},
	"to":       func(c *model.Connection) string { return c.To.Name },
	"listener": func(c *model.Connection) string { return c.Listener.Purpose },
}

// NewFlows returns an empty collection. Flows can be chosen by the sites.
func NewFlows(sites []*model.Deployment) *Flows {
	f := &Flows{sites: []*site{}, early: make(map[int]*part)}
	for _, d := range sites {
		s := &site{ID: d.Site.ID, Name: gen.Visible(d.Site.Name), uses: make(map[connection]bool)}
		for _, p := range slices.Concat(d.Permits, d.Local) {
			s.uses[connectionOf(p.Connection)] = true
		}
		f.sites = append(f.sites, s)
	}
	f.all = f.newPart()
	return f
}

func (f *Flows) newPart() *part {
	p := &part{
		shown: make(table), products: make(table), components: make(table), features: make(table), values: make(table), scenarios: make(table),
		sites: make([][]int, len(f.sites)), inCSV: make(map[string]string), inMarkdown: make(map[string]string), inView: make(map[string]string),
	}
	of := reflect.TypeFor[rows.Flow]()
	for i := range of.NumField() {
		name, options, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		p.fields = append(p.fields, field{i, name, options == "omitempty"})
		p.json = append(p.json, newColumn())
	}
	for range rows.FlowColumns {
		p.csv = append(p.csv, newColumn())
	}
	for range rows.FlowMarkdownColumns {
		p.markdown = append(p.markdown, newColumn())
	}
	return p
}

// Add adds the flows of a product, given its number among all products, the path of its page,
// and the anchors of flows on the page flows.html next to that.
func (f *Flows) Add(number int, p *model.Product, page string, anchor func(flow string) string) {
	own := f.newPart()
	own.addProduct(p, page)
	for _, c := range p.Connections() {
		for i, s := range f.sites {
			if s.uses[connectionOf(c)] {
				own.sites[i] = append(own.sites[i], own.flows)
			}
		}
		own.addFlow(c)
		a := anchor(c.Flow.ID)
		if a == "flow-"+c.Flow.ID { // true for nearly all
			a = ""
		}
		own.shown.column("anchor").text(a)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.early[number] = own
	for f.early[f.merged] != nil { // in the order of products, as in all outputs
		f.all.merge(f.early[f.merged])
		delete(f.early, f.merged)
		f.merged++
	}
}

// merge adds the product of another part.
func (f *part) merge(other *part) {
	lists := [][2][]*column{{f.json, other.json}, {f.csv, other.csv}, {f.markdown, other.markdown}}
	for _, l := range lists {
		for i, c := range l[0] {
			c.merge(l[1][i])
		}
	}
	for _, t := range [][2]table{
		{f.shown, other.shown},
		{f.products, other.products},
		{f.components, other.components},
		{f.features, other.features},
		{f.values, other.values},
		{f.scenarios, other.scenarios},
	} {
		for name, c := range t[1] {
			t[0].column(name).merge(c)
		}
	}
	for i, list := range other.sites {
		for _, n := range list {
			f.sites[i] = append(f.sites[i], f.flows+n)
		}
	}
	f.flows += other.flows
	maps.Copy(f.inCSV, other.inCSV)
	maps.Copy(f.inMarkdown, other.inMarkdown)
	maps.Copy(f.inView, other.inView)
}

func (f *part) addProduct(p *model.Product, page string) {
	all := p.Connections()
	name := gen.Visible(p.Name)
	note(f.inMarkdown, markdown.Comment, name+" "+p.Version)
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
		f.scenarios.column("flows").any(ranges(s.flows))
	}
}

func (f *part) addComponent(c *model.Component) {
	name, host, os := gen.Visible(c.Name), "", ""
	if gen.HasHost(c) {
		host, os = gen.HostID(c.ID), gen.SystemOf(c)
	}
	note(f.inMarkdown, markdown.Comment, name)
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
	note(f.inMarkdown, markdown.Comment, name)
	f.features.column("id").text(x.ID)
	f.features.column("name").text(name)
	f.features.column("switch").any(len(x.Choices) == 0)
	f.features.column("several").any(x.Several)
	f.features.column("default").text(x.Default)
	f.features.column("needs").any(x.Needs)
	f.features.column("values").any(len(x.Values()))
	for _, v := range x.Values() {
		name := valueName(x, v)
		note(f.inMarkdown, markdown.Comment, name)
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

func (f *part) addFlow(c *model.Connection) {
	of := reflect.ValueOf(rows.NewFlow(c))
	for i, x := range f.fields {
		f.json[i].field(of.Field(x.index), x.omitEmpty)
	}
	for i, cell := range rows.FlowCells(c) {
		f.csv[i].text(cell)
	}
	for i, cell := range rows.FlowMarkdown(c) {
		f.markdown[i].text(cell)
	}
	for name, cell := range shown {
		f.shown.column(name).text(gen.Visible(cell(c)))
	}
	f.flows++
}

// A scenario is an installation: the default one, or one with a different value of one feature.
// Its flows are numbers in the order of the product.
type scenario struct {
	id, name string // the id is "default" or feature=value
	flows    []int
}

// scenarios returns the default installation of a product and, for each feature on which a flow
// depends, those with other values of the feature.
func scenarios(p *model.Product, all []*model.Connection) []scenario {
	needs := make([]model.When, len(all))
	matters := make(map[string]bool)
	for i, c := range all {
		needs[i] = gen.Needs(p, c.When)
		for f := range needs[i] {
			matters[f] = true
		}
	}
	if len(matters) == 0 {
		return nil
	}
	of := func(id, name string, s gen.Setting) scenario {
		var list []int
		for i := range all {
			if s.Admits(needs[i]) {
				list = append(list, i)
			}
		}
		return scenario{id, name, list}
	}
	defaults := gen.Defaults(p)
	made := []scenario{of("default", "as installed by default", defaults)}
	for _, f := range p.Features {
		if !matters[f.ID] {
			continue
		}
		for _, v := range f.Values() {
			if v != f.Default {
				made = append(made, of(f.ID+"="+v, gen.Visible(f.Name)+": "+valueName(f, v), defaults.With(p, f.ID, v)))
			}
		}
	}
	return made
}

// ranges encodes ascending numbers as pairs: how many to skip, and how many to take.
//
//	3 4 5 9  →  3 3 3 1
func ranges(list []int) []uint32 {
	all := []uint32{}
	next := 0
	for _, n := range list {
		if n == next && len(all) > 0 {
			all[len(all)-1]++
		} else {
			all = append(all, uint32(n-next), 1)
		}
		next = n + 1
	}
	return all
}

// data is everything that the page gets. Rows of products have the numbers of their rows in
// other tables, and features those of their values.
type data struct {
	Flows int `json:"flows"`
	columns
	JSON       []named           `json:"json"`
	CSV        []named           `json:"csv"`
	Markdown   []named           `json:"markdown"`
	Shown      map[string]int    `json:"shown"`
	Products   map[string]int    `json:"products"`
	Components map[string]int    `json:"components"`
	Features   map[string]int    `json:"features"`
	Values     map[string]int    `json:"choices"`
	Scenarios  map[string]int    `json:"scenarios"`
	Services   map[string]string `json:"services"`
	Sites      []*site           `json:"sites"`
	InCSV      map[string]string `json:"inCSV"`
	InMarkdown map[string]string `json:"inMarkdown"`
	InView     map[string]string `json:"inView"`
}

// A named column has the name of a field or the heading of a column.
type named struct {
	Name   string `json:"name"`
	Column int    `json:"column"`
}

// File returns the script with all added flows. It sets a variable that the explorer reads.
func (f *Flows) File(services []*model.Service) gen.File {
	all := f.all
	d := data{Flows: all.flows, Services: make(map[string]string), Sites: f.sites, InCSV: all.inCSV, InMarkdown: all.inMarkdown, InView: all.inView}
	for i, x := range all.fields {
		d.JSON = append(d.JSON, named{x.name, d.add(all.json[i])})
	}
	for i, name := range rows.FlowColumns {
		d.CSV = append(d.CSV, named{name, d.add(all.csv[i])})
		noteAll(d.InCSV, gen.CSVCell, all.csv[i])
		noteAll(d.InView, gen.Visible, all.csv[i])
	}
	for i, name := range rows.FlowMarkdownColumns {
		d.Markdown = append(d.Markdown, named{name, d.add(all.markdown[i])})
		noteAll(d.InMarkdown, markdown.Comment, all.markdown[i])
		noteAll(d.InCSV, gen.CSVCell, all.markdown[i]) // a request has these texts in both formats
		noteAll(d.InView, gen.Visible, all.markdown[i])
	}
	for _, c := range all.shown {
		noteAll(d.InCSV, gen.CSVCell, c)
		noteAll(d.InMarkdown, markdown.Comment, c)
	}
	d.Shown = d.table(all.shown)
	d.Products, d.Components, d.Features = d.table(all.products), d.table(all.components), d.table(all.features)
	d.Values, d.Scenarios = d.table(all.values), d.table(all.scenarios)
	for _, s := range services {
		d.Services[s.ID] = gen.Visible(s.Name)
	}
	for i, s := range f.sites {
		s.Flows = ranges(all.sites[i])
	}
	return gen.File{Path: Path, Data: append([]byte("// "+gen.Header+"\n"), script("portspecFlows", d)...)}
}

// table adds the columns of a table, and returns their indexes.
func (all *columns) table(t table) map[string]int {
	at := make(map[string]int)
	for _, name := range slices.Sorted(maps.Keys(t)) {
		at[name] = all.add(t[name])
	}
	return at
}

// note records the encoded form of a text if it differs from the text.
func note(into map[string]string, encode func(string) string, s string) {
	if e := encode(s); e != s {
		into[strings.Clone(s)] = e
	}
}

func noteAll(into map[string]string, encode func(string) string, c *column) {
	for _, s := range c.keys {
		note(into, encode, s)
	}
}
