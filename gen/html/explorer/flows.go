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
	"github.com/portspec/portspec/gen/rows"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/spool"
)

// Path is the path of the data in the site.
const Path = "assets/flows.js"

// Flows collects what the explorer shows: the flows of all products, as listed by portspec
// flows, in columns. Products may be added by several goroutines and in any order; their models
// are not kept.
type Flows struct {
	sites []*site

	mu     sync.Mutex
	all    *part         // mostly in the spool
	merged int           // number of products in all
	early  map[int]*part // products that wait for earlier ones
	spool  spool.Spool
}

// A part is the flows of a product, or of all products so far.
type part struct {
	json     []*column // by field
	csv      []*column
	markdown []*column
	shown    table
	flows    int
	sites    []ranges // flows of each site

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

// fields are the fields of [rows.Flow], in their order.
var fields = sync.OnceValue(func() []field {
	var all []field
	of := reflect.TypeFor[rows.Flow]()
	for i := range of.NumField() {
		name, options, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		all = append(all, field{i, name, options == "omitempty"})
	}
	return all
})

// A table has its columns by name.
type table struct {
	columns map[string]*column
	spool   *spool.Spool
}

func (t table) column(name string) *column {
	if t.columns[name] == nil {
		t.columns[name] = newColumn(t.spool)
	}
	return t.columns[name]
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
	f.all = f.newPart(&f.spool)
	return f
}

// newPart returns an empty part, with most of it in a spool unless that is nil.
func (f *Flows) newPart(in *spool.Spool) *part {
	empty := func() table { return table{make(map[string]*column), in} }
	p := &part{
		shown: empty(), products: empty(), components: empty(), features: empty(), values: empty(), scenarios: empty(),
		sites: make([]ranges, len(f.sites)), inCSV: make(map[string]string), inMarkdown: make(map[string]string), inView: make(map[string]string),
	}
	for range fields() {
		p.json = append(p.json, newColumn(in))
	}
	for range rows.FlowColumns {
		p.csv = append(p.csv, newColumn(in))
	}
	for range rows.FlowMarkdownColumns {
		p.markdown = append(p.markdown, newColumn(in))
	}
	return p
}

// Add adds the flows of a product, given its number among all products, the path of its page,
// and the anchors of flows on the page flows.html next to that.
func (f *Flows) Add(number int, p *model.Product, page string, anchor func(flow string) string) {
	own := f.newPart(nil)
	own.addProduct(p, page)
	for _, c := range p.Connections() {
		for i, s := range f.sites {
			if s.uses[connectionOf(c)] {
				own.sites[i].add(own.flows)
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
		for name, c := range t[1].columns {
			t[0].column(name).merge(c)
		}
	}
	for i := range other.sites {
		for n := range other.sites[i].all() {
			f.sites[i].add(f.flows + n)
		}
	}
	f.flows += other.flows
	maps.Copy(f.inCSV, other.inCSV)
	maps.Copy(f.inMarkdown, other.inMarkdown)
	maps.Copy(f.inView, other.inView)
}

func (f *part) addFlow(c *model.Connection) {
	of := reflect.ValueOf(rows.NewFlow(c))
	for i, x := range fields() {
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
