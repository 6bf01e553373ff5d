package explorer

import (
	"maps"
	"slices"
	"strconv"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/markdown/inline"
	"github.com/portspec/portspec/gen/rows"
	"github.com/portspec/portspec/internal/model"
)

// data is what the page gets besides the number of flows and the columns, which are far
// larger and are therefore written piece by piece. Products have the numbers of their rows in
// other tables, and features the numbers of their values.
type data struct {
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
// File forgets the flows.
func (f *Flows) File(services []*model.Service) gen.File {
	defer f.spool.Close()
	all, columns := f.all, newColumns()
	f.all = nil
	d := data{Services: make(map[string]string), Sites: f.sites, InCSV: all.inCSV, InMarkdown: all.inMarkdown, InView: all.inView}
	for i, x := range fields() {
		d.JSON = append(d.JSON, named{x.name, columns.add(all.json[i])})
	}
	for i, name := range rows.FlowColumns {
		d.CSV = append(d.CSV, named{name, columns.add(all.csv[i])})
		noteAll(d.InCSV, gen.CSVCell, all.csv[i])
		noteAll(d.InView, gen.Visible, all.csv[i])
	}
	for i, name := range rows.FlowMarkdownColumns {
		d.Markdown = append(d.Markdown, named{name, columns.add(all.markdown[i])})
		noteAll(d.InMarkdown, inline.Comment, all.markdown[i])
		noteAll(d.InCSV, gen.CSVCell, all.markdown[i]) // a request has these texts in both formats
		noteAll(d.InView, gen.Visible, all.markdown[i])
	}
	for _, c := range all.shown.columns {
		noteAll(d.InCSV, gen.CSVCell, c)
		noteAll(d.InMarkdown, inline.Comment, c)
	}
	d.Shown = columns.table(all.shown)
	d.Products, d.Components, d.Features = columns.table(all.products), columns.table(all.components), columns.table(all.features)
	d.Values, d.Scenarios = columns.table(all.values), columns.table(all.scenarios)
	for _, s := range services {
		d.Services[s.ID] = gen.Visible(s.Name)
	}
	for i, s := range f.sites {
		s.Flows = all.sites[i].list()
	}
	to := newScript(&f.spool, "// "+gen.Header+"\n", "portspecFlows")
	to.json(`{"flows":` + strconv.Itoa(all.flows) + ",")
	columns.write(to)
	to.json(string(marshal(d)[1:])) // without its opening brace
	return gen.File{Path: Path, Data: to.end()}
}

// table adds the columns of a table, and returns their indexes.
func (all *columns) table(t table) map[string]int {
	at := make(map[string]int)
	for _, name := range slices.Sorted(maps.Keys(t.columns)) {
		at[name] = all.add(t.columns[name])
	}
	return at
}
