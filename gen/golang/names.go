package golang

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/pattern"
)

// A symbol is something that gets a name in the package.
type symbol struct {
	name string // chosen by [resolve]; "" if no name was left
	// wanted are possible names, the nicest first. The last one is unique for every id, at the
	// price of underscores.
	wanted []string
	tried  int    // index in wanted of the current name
	what   string // what it names, for findings: "port of listener web of ums-server"
	path   []string
}

// A namer makes the symbols for a product's package.
type namer struct {
	spell   spelling
	spelled map[string][]string // words by id, computed when needed; spell must not change afterwards
	symbols []*symbol
}

// words returns the words of an id for Go names. The result must not be changed.
func (n *namer) words(id string) []string {
	words, ok := n.spelled[id]
	if !ok {
		if n.spelled == nil {
			n.spelled = make(map[string][]string)
		}
		words = n.spell.words(id)
		n.spelled[id] = words
	}
	return words
}

// name joins ids to a Go name.
func (n *namer) name(ids ...string) string {
	if len(ids) == 1 {
		return strings.Join(n.words(ids[0]), "")
	}
	var b strings.Builder
	for _, id := range ids {
		for _, w := range n.words(id) {
			b.WriteString(w)
		}
	}
	return b.String()
}

// component returns a symbol for something of a component: UMSServerHost.
func (n *namer) component(c *model.Component, suffix string) *symbol {
	return n.add("component "+c.ID+" ("+suffix+")", []string{"components", c.ID},
		n.name(c.ID)+suffix,
		underscores(n.words(c.ID), suffix),
	)
}

// listener returns a symbol for something of a listener: UMSServerWebPort. The id of a rule can
// be added: UMSServerWebPortHASameHost.
func (n *namer) listener(c *model.Component, l *model.Listener, suffix string, rule ...string) *symbol {
	suffix += n.name(rule...)
	return n.add("listener "+l.ID+" of "+c.ID+" ("+suffix+")", listenerPath(c, l),
		n.name(c.ID, elide(c.ID, l.ID))+suffix,
		n.name(c.ID, l.ID)+suffix,
		n.name(c.ID)+"_"+n.name(l.ID)+suffix,
		underscores(n.words(c.ID), "", strings.Join(n.words(l.ID), "_"), "", suffix),
	)
}

// feature returns the symbol for a feature's id: FeatureHighAvailability.
func (n *namer) feature(f *model.Feature) *symbol {
	return n.add("feature "+f.ID, []string{"features", f.ID},
		"Feature"+n.name(f.ID),
		underscores([]string{"Feature"}, n.words(f.ID)...),
	)
}

// choice returns the symbol for a feature's value: DatabaseOracle.
func (n *namer) choice(f *model.Feature, c model.Choice) *symbol {
	return n.add("choice "+c.ID+" of "+f.ID, []string{"features", f.ID, "choices", c.ID},
		n.name(f.ID, c.ID),
		"Feature"+n.name(f.ID, c.ID),
		underscores(append([]string{"Feature"}, n.words(f.ID)...), append([]string{""}, n.words(c.ID)...)...),
	)
}

// value returns the symbol for a value of a switch: HighAvailabilityOn.
func (n *namer) value(f *model.Feature, value string) *symbol {
	s := n.choice(f, model.Choice{ID: value})
	s.what, s.path = value+" of "+f.ID, []string{"features", f.ID}
	return s
}

func (n *namer) add(what string, path []string, wanted ...string) *symbol {
	for i, name := range wanted {
		// Names must begin with a letter; protocol buffers for Go use X as well.
		if name == "" || name[0] < 'A' || name[0] > 'Z' {
			wanted[i] = "X" + name
		}
	}
	s := &symbol{wanted: slices.Compact(wanted), what: what, path: path}
	n.symbols = append(n.symbols, s)
	return s
}

// underscores joins words so that different lists of words become different names.
func underscores(words []string, more ...string) string {
	return strings.Join(append(slices.Clone(words), more...), "_")
}

func listenerPath(c *model.Component, l *model.Listener) []string {
	return []string{"components", c.ID, "listeners", l.ID}
}

// resolve chooses the names of symbols. All symbols that want the same name, or a reserved one,
// use their next name instead, so that the result does not depend on their order. It calls
// report for each group of clashing symbols.
func resolve(symbols []*symbol, reserved map[string]bool, report func(clash string, group []*symbol)) {
	first := make(map[*symbol]string)
	for again := true; again; {
		again = false
		for name, group := range byName(symbols) {
			if len(group) == 1 && !reserved[name] {
				continue
			}
			for _, s := range group {
				if first[s] == "" {
					first[s] = name
				}
				s.tried++
				again = true
			}
		}
	}
	clashes := make(map[string][]*symbol)
	for _, s := range symbols {
		if s.tried < len(s.wanted) {
			s.name = s.wanted[s.tried]
		}
		if name := first[s]; name != "" {
			clashes[name] = append(clashes[name], s)
		}
	}
	for _, name := range sorted(clashes) {
		report(name, clashes[name])
	}
}

// byName groups the symbols by their current names.
func byName(symbols []*symbol) map[string][]*symbol {
	groups := make(map[string][]*symbol)
	for _, s := range symbols {
		if s.tried < len(s.wanted) {
			groups[s.wanted[s.tried]] = append(groups[s.wanted[s.tried]], s)
		}
	}
	return groups
}

// clashFinding returns a finding about symbols of a product that wanted the same name.
func clashFinding(p *model.Product, clash string, group []*symbol) diag.Finding {
	f := diag.Finding{
		Code: diag.NotInGo, Severity: diag.Info,
		Position: p.Positions.At(group[0].path...),
		Path:     dataPath(group[0].path),
		Hint:     "give one of them another id, if the names matter to you",
	}
	var outcome []string
	for i, s := range group {
		if i > 0 {
			f.Related = append(f.Related, diag.Related{Position: p.Positions.At(s.path...), Message: s.what})
		}
		if s.name == "" {
			f.Severity = diag.Warning
			outcome = append(outcome, s.what+" has none")
			continue
		}
		outcome = append(outcome, s.what+" is "+s.name)
	}
	f.Message = fmt.Sprintf("the Go name %s in %s is needed twice or already in use, so %s", clash, p.ID, strings.Join(outcome, ", "))
	return f
}

// packageNames returns the name of each product's package: its id without hyphens, with
// underscores for them if two names would be the same, or with "ports" added if Go has
// another meaning for it. An older release also has its version in the name.
func packageNames(products []*model.Product) []string {
	symbols := make([]*symbol, len(products))
	for i, p := range products {
		symbols[i] = &symbol{wanted: []string{
			packageOf(p, strings.Join(split(p.ID), "")),
			packageOf(p, strings.Join(split(p.ID), "_")),
			packageOf(p, strings.Join(split(p.ID), "_")+"_ports"),
		}}
	}
	resolve(symbols, nil, func(string, []*symbol) {})
	names := make([]string, len(products))
	for i, s := range symbols {
		names[i] = s.name
	}
	return names
}

// packageOf returns the name of a release's package: igelums, or igelums_12_01 for an older
// one.
func packageOf(p *model.Product, name string) string {
	name = packageName(name)
	if p.Older == "" {
		return name
	}
	return packageName(name + "_" + strings.Join(split(p.Older), "_"))
}

// PackageName converts any word, such as the name of a folder, to a package name.
func PackageName(word string) string {
	return packageName(strings.Join(split(strings.ToLower(word)), ""))
}

// packageName converts a word to a package name. It avoids folder names that the go command
// ignores, and names that look like tests.
func packageName(name string) string {
	switch name {
	case "main", "internal", "vendor", "testdata", "documentation", "cmd", "init":
		return name + "ports"
	}
	switch {
	case token.IsKeyword(name), strings.HasSuffix(name, "_test"), device().MatchString(name):
		return name + "ports"
	case name == "" || name[0] >= '0' && name[0] <= '9':
		return "ports" + name
	}
	return name
}

// declared lists the top-level names that a Go file declares.
func declared(source string) map[string]bool {
	file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.SkipObjectResolution)
	if err != nil {
		panic(err) // our own file, embedded in this program
	}
	names := make(map[string]bool)
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				names[d.Name.Name] = true
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					names[spec.Name.Name] = true
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						names[name.Name] = true
					}
				}
			}
		}
	}
	return names
}

// device matches names that Windows reserves for devices: no folder can have such a name there,
// so git cannot check it out.
var device = pattern.New(`^(con|prn|aux|nul|(com|lpt)[0-9])$`)
