package explain

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/ast/astutil"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/token"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
)

// Mentions counts the strings, labels and CUE names in the files of a package. Something that
// is defined but never referred to has a count of 1.
type Mentions map[string]int

// MentionsIn returns the mentions in the files of a package.
func MentionsIn(inst *build.Instance) Mentions {
	m := make(Mentions)
	for _, f := range inst.Files {
		ast.Walk(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if s, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
					m[s]++
				}
			case *ast.Ident:
				m[n.Name]++
			}
			return true
		}, nil)
	}
	return m
}

// below reports whether anything that starts with the prefix is mentioned.
func (m Mentions) below(prefix string) bool {
	for s := range m {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return false
}

// targets are the ids in a package to which references can lead.
type targets struct {
	places
	mentions  Mentions            // nil if references are not explained
	rowIDs    []string            // of the rows of all sources, as citations write them; nil until needed
	tableRows map[string][]string // by table, the data path of its rows; nil until needed
}

// rows lists the ids of the rows of all sources.
func (ts *targets) rows() []string {
	if ts.rowIDs == nil {
		ts.rowIDs = ts.readRows()
	}
	return ts.rowIDs
}

func (ts *targets) readRows() []string {
	product := ts.text([]string{"product", "id"})
	var all []string
	for _, s := range ts.Written.Keys("product", "sources") {
		for _, t := range ts.Written.Keys("product", "sources", s, "tables") {
			for _, r := range ts.Written.Keys("product", "sources", s, "tables", t, "rows") {
				all = append(all, fmt.Sprintf("%s/%s/%s", product, t, r))
			}
		}
	}
	return all
}

// tables returns the data path of the rows of each table.
func (ts *targets) tables() map[string][]string {
	if ts.tableRows != nil {
		return ts.tableRows
	}
	all := make(map[string][]string)
	for _, s := range ts.Written.Keys("product", "sources") {
		for _, t := range ts.Written.Keys("product", "sources", s, "tables") {
			all[t] = []string{"product", "sources", s, "tables", t, "rows"}
		}
	}
	ts.tableRows = all
	return all
}

// listeners lists the listeners of a component, including those of its shared service.
func (ts *targets) listeners(component string) []string {
	all := ts.Written.Keys("product", "components", component, "listeners")
	v := ts.Value.LookupPath(cue.MakePath(cue.Str("product"), cue.Str("components"), cue.Str(component), cue.Str("service"), cue.Str("listeners")))
	if iter, err := v.Fields(); err == nil {
		for iter.Next() {
			all = append(all, iter.Selector().Unquoted())
		}
	}
	return all
}

// A definition is an id that an author defined.
type definition struct {
	id string
	at diag.Position
	// as is the id as a reference writes it, if that is longer.
	as string
}

// with adds a reference to a group unless the group has one at the same place, because
// something written once may be used several times.
func with(group []reference, r reference) []reference {
	if slices.ContainsFunc(group, func(other reference) bool { return other.Position == r.Position }) {
		return group
	}
	return append(group, r)
}

// settled returns the findings for references that name the same id.
func settled(r reference, group []reference, meant definition) diag.List {
	noun := r.noun()
	var found diag.List
	if meant.id == "" || len(group) == 1 {
		for _, r := range group {
			if guess := cmp.Or(meant.as, meant.id); r.guess != guess && guess != "" {
				r.Hint = didYouMean(guess)
				r.Related = append(r.Related, diag.Related{
					Position: meant.at,
					Message:  fmt.Sprintf("nothing refers to %s %s, which is here", noun, meant.id),
				})
			}
			found = append(found, r.Finding)
		}
		return found
	}
	f := diag.Finding{
		Code: r.Code, Severity: diag.Error, Position: meant.at,
		Message: fmt.Sprintf("nothing refers to %s %s, but %d places refer to %s, which is not defined", noun, meant.id, len(group), r.wanted),
		Hint:    didYouMean(r.wanted),
	}
	for _, r := range group[:min(len(group), maxRelated)] {
		f.Related = append(f.Related, diag.Related{Position: r.Position, Message: r.wanted + " is referred to here"})
	}
	return append(found, f)
}

// maxRelated limits the related lines of a finding.
const maxRelated = 5

// noun returns the kind of thing that a reference refers to.
func (r reference) noun() string {
	switch r.kind {
	case "choice":
		return "value"
	case "affected":
		return strings.TrimSuffix(eval.Last(r.keys), "s")
	}
	return r.kind
}

// undefinedName returns the finding for an undefined CUE name, or for a field that another
// package does not have.
func undefinedName(f diag.Finding, err errors.Error) reference {
	r := reference{Finding: f, kind: "field"}
	what, isName := undefined(err)
	if isName {
		r.kind = "name"
	}
	r.wanted = what
	return r
}

// settle decides whether dangling references or a definition are misspelt. If several
// references name the same id, and a similar id is defined but never referred to, that
// definition is most likely misspelt, so settle reports one finding instead of many.
func (ts *targets) settle(dangling []reference) diag.List {
	groups := make(map[string][]reference)
	for _, r := range dangling {
		r = ts.narrowed(r)
		key := strings.Join(append([]string{r.kind, r.wanted}, r.keys...), " ")
		groups[key] = with(groups[key], r)
	}
	var found diag.List
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		group := groups[key]
		found = append(found, settled(group[0], group, ts.unmentioned(group[0]))...)
	}
	return found
}

// narrowed restricts a reference to a row to the part that is wrong: the product, the table or
// the row.
func (ts *targets) narrowed(r reference) reference {
	parts := strings.Split(r.wanted, "/")
	if r.kind != "row" || len(parts) != 3 {
		return r
	}
	if parts[0] != ts.text([]string{"product", "id"}) {
		r.kind, r.wanted = "product", parts[0]
		return r
	}
	tables := ts.tables()
	if rows, ok := tables[parts[1]]; ok {
		r.wanted, r.keys = parts[2], rows
		return r
	}
	r.kind, r.wanted = "table", parts[1]
	return r
}

// unmentioned returns the definition without references that a reference most likely means, if
// there is one.
func (ts *targets) unmentioned(r reference) definition {
	product := ts.text([]string{"product", "id"})
	var candidates []string
	switch r.kind {
	case "product":
		if ts.mentions.below(product + "/") {
			return definition{}
		}
		return definition{id: product, at: ts.label([]string{"product", "id"})}
	case "table":
		tables := ts.tables()
		for _, t := range slices.Sorted(maps.Keys(tables)) {
			if !ts.mentions.below(product + "/" + t + "/") {
				candidates = append(candidates, t)
			}
		}
		if meant := diag.Nearest(r.wanted, candidates); meant != "" {
			rows := tables[meant]
			return definition{id: meant, at: ts.label(rows[:len(rows)-1])}
		}
		return definition{}
	case "row":
		if r.keys == nil {
			return definition{}
		}
		for _, row := range ts.Written.Keys(r.keys...) {
			if ts.mentions[product+"/"+r.keys[4]+"/"+row] == 0 {
				candidates = append(candidates, row)
			}
		}
		if len(candidates) > 1 {
			return definition{} // ids of rows are too similar
		}
	default:
		for _, key := range ts.Written.Keys(r.keys...) {
			if ts.mentions[key] == 1 {
				candidates = append(candidates, key)
			}
		}
	}
	meant := diag.Nearest(r.wanted, candidates)
	if meant == "" {
		return definition{}
	}
	d := definition{id: meant, at: ts.label(append(slices.Clone(r.keys), meant))}
	if r.kind == "row" {
		d.as = product + "/" + r.keys[4] + "/" + meant
	}
	return d
}

// names returns the findings for undefined CUE names and fields.
func (ts *targets) names(all []reference) diag.List {
	groups := make(map[string][]reference)
	for _, r := range all {
		if r.guess = diag.Nearest(r.wanted, ts.nameable(r)); r.guess != "" {
			r.Hint = didYouMean(r.guess)
		}
		groups[r.wanted] = with(groups[r.wanted], r)
	}
	var found diag.List
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		group := groups[name]
		found = append(found, settled(group[0], group, ts.unnamed(group[0]))...)
	}
	return found
}

// nameable lists what a name in a package can refer to: a top-level field or, for an imported
// package, a shared service.
func (ts *targets) nameable(r reference) []string {
	if r.kind == "name" {
		return append(ts.Written.Keys(), ts.imported()...)
	}
	var all []string
	var add func(*build.Instance)
	add = func(inst *build.Instance) {
		all = append(all, ts.in.Written[inst.ImportPath].Keys("services")...)
		for _, imported := range inst.Imports {
			add(imported)
		}
	}
	add(ts.Instance)
	slices.Sort(all)
	all = slices.Compact(all)
	return all
}

// imported lists the names under which a package imports others.
func (ts *targets) imported() []string {
	var all []string
	for _, f := range ts.Instance.Files {
		for spec := range f.ImportSpecs() {
			if info, err := astutil.ParseImportSpec(spec); err == nil {
				all = append(all, info.Ident)
			}
		}
	}
	return all
}

// unnamed returns the definition without references that a name most likely means, if there is
// one.
func (ts *targets) unnamed(r reference) definition {
	if r.kind == "name" {
		return ts.unmentioned(r)
	}
	for _, path := range slices.Sorted(maps.Keys(ts.in.Written)) {
		idx := ts.in.Written[path]
		candidates := slices.DeleteFunc(idx.Keys("services"), func(id string) bool { return ts.mentions[id] > 0 })
		if meant := diag.Nearest(r.wanted, candidates); meant != "" {
			return definition{id: meant, at: idx.At("services", meant)[0].Label}
		}
	}
	return definition{}
}
