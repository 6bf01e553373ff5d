// Package golang generates Go: a package a product, with its ports as
// constants and its listeners, flows, features and rules as tables.
//
// [Generate] writes these files of each package:
//
//	doc.go         what is in it, and the listeners that have no constant
//	constants.go   constants, by component: ports, hosts, processes, ids
//	features.go    features and their values; Features
//	components.go  Components
//	listeners.go   Listeners
//	flows.go       Flows
//	rules.go       Rules, Errata
//	types.go       the types of the tables; the same in every package
//	copy.go        how the tables are copied; the same in every package
//	where.go       FlowsWhere, Setting; the same in every package
package golang

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

//go:embed tables/types.go tables/copy.go tables/where.go
var sources embed.FS

// Generate makes a package of every product, as [Options.Generate] does without
// any options.
func Generate(c *model.Catalog) ([]gen.File, diag.List) { return Options{}.Generate(c) }

// A generation is the making of one product's package.
type generation struct {
	product  *model.Product
	pkg      string
	evidence evidence
	sections []*section
	features []featureSymbols
	findings diag.List
	options  Options
	view     view
	single   bool // one file, in a package that may hold others
}

func newGeneration(p *model.Product, pkg string) *generation {
	g := &generation{product: p, pkg: pkg, evidence: gather(p), view: wholeView(p)}
	n := &namer{spell: spellingOf(p)}
	for _, c := range p.Components {
		g.sections = append(g.sections, g.plan(n, c))
	}
	g.features = planFeatures(n, p)
	resolve(n.symbols, reserved(), func(clash string, group []*symbol) {
		g.findings = append(g.findings, clashFinding(p, clash, group))
	})
	return g
}

// adopted are the files of package tables that every package gets.
var adopted = []string{"types.go", "copy.go", "where.go"}

// fixedNames are in every package, besides those of the adopted files.
var fixedNames = []string{
	"ProductID", "ProductName", "Vendor", "Version",
	"Components", "Listeners", "Flows", "Features", "Rules", "Errata",
}

// reserved are the names that every package has. Nobody changes the map.
var reserved = sync.OnceValue(func() map[string]bool {
	names := make(map[string]bool)
	for _, name := range fixedNames {
		names[name] = true
	}
	for _, file := range adopted {
		maps.Copy(names, declared(adoptedText(file)))
	}
	return names
})

// adoptedText is the text of an adopted file.
func adoptedText(file string) string { return adoptedTexts()[file] }

var adoptedTexts = sync.OnceValue(func() map[string]string {
	texts := make(map[string]string)
	for _, file := range adopted {
		data, err := sources.ReadFile("tables/" + file)
		if err != nil {
			panic(err) // embedded above
		}
		texts[file] = string(data)
	}
	return texts
})

func (g *generation) files() []gen.File {
	if g.options.Only == OnlyConstants {
		return []gen.File{
			g.render("doc.go"),
			g.render("constants.go", append(g.constantDecls(), g.ownPortRange()...)...),
			g.render("features.go", g.featureConstants()...),
		}
	}
	files := []gen.File{
		g.render("doc.go"),
		g.render("constants.go", g.constantDecls()...),
		g.render("features.go", g.featureDecls()...),
		g.render("components.go", g.componentRows()...),
		g.render("listeners.go", g.listenerRows()...),
		g.render("flows.go", g.flowRows()...),
		g.render("rules.go", append(g.ruleRows(), g.erratumRows()...)...),
	}
	for _, name := range adopted {
		files = append(files, g.adopt(name))
	}
	return files
}

// render makes a file of declarations. doc.go says what the package is.
func (g *generation) render(name string, decls ...string) gen.File {
	comment := ""
	if name == "doc.go" {
		comment = g.packageComment().String()
	}
	return gen.File{Path: g.pkg + "/" + name, Data: source(g.pkg, comment, decls)}
}

func notGo(at diag.Position, path model.Path, what string, err error) diag.Finding {
	return diag.Finding{
		Code: diag.NotInGo, Severity: diag.Error, Position: at, Path: path,
		Message: fmt.Sprintf("%s is not Go: %v", what, err),
		Hint:    "this is a mistake in portspec; please report it with the spec",
	}
}

// adopt copies a file of package tables into the product's package.
func (g *generation) adopt(name string) gen.File {
	return gen.File{Path: g.pkg + "/" + name, Data: renamed(adoptedText(name), "tables", g.pkg)}
}

// renamed is a file of one package as that of another.
func renamed(text, from, to string) []byte {
	_, rest, _ := strings.Cut(text, "package "+from+"\n")
	above := "// " + gen.Header + "\n\npackage " + to + "\n"
	return append(append(make([]byte, 0, len(above)+len(rest)), above...), rest...)
}

// dataPath is the path of a value of the product.
func dataPath(path []string) model.Path { return model.PathOf("product").Below(path...) }

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
