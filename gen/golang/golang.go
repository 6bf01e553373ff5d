// Package golang generates Go: a package for each product, with its ports as constants and
// its listeners, flows, features and rules as tables.
//
// [Generate] writes these files of each package:
//
//	doc.go         the package comment, with the listeners that have no constant
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

// Generate makes a package for every product, like [Options.Generate] with the zero Options.
func Generate(c *model.Catalog) ([]gen.File, diag.List) { return Options{}.Generate(c) }

// A generation makes the package of a product.
type generation struct {
	product  *model.Product
	pkg      string
	evidence evidence
	sections []*section
	features []featureSymbols
	findings diag.List
	options  Options
	view     view
	single   bool // a single file, in a package that may contain others
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

// adopted are the files of package tables that are copied to every package.
var adopted = []string{"types.go", "copy.go", "where.go"}

// fixedNames are declared in every package, in addition to those of the adopted files.
var fixedNames = []string{
	"ProductID", "ProductName", "Vendor", "Version",
	"Components", "Listeners", "Flows", "Features", "Rules", "Errata",
}

// reserved has the names that every package declares. The map must not be changed.
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

// adoptedText returns the text of an adopted file.
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

// render makes a file of declarations. Only doc.go has the package comment.
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

// renamed returns a file with another package name.
func renamed(text, from, to string) []byte {
	_, rest, _ := strings.Cut(text, "package "+from+"\n")
	above := "// " + gen.Header + "\n\npackage " + to + "\n"
	return append(append(make([]byte, 0, len(above)+len(rest)), above...), rest...)
}

// dataPath returns the data path of a value in the product.
func dataPath(path []string) model.Path { return model.PathOf("product").Below(path...) }

func sorted[V any](m map[string]V) []string {
	if len(m) == 0 { // as most are
		return nil
	}
	return slices.Sorted(maps.Keys(m))
}
