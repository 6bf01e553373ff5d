// Package lintgo finds port numbers in Go code that are, or contradict, a
// port of a product that portspec knows. [Analyzer] is for go vet, golangci-lint
// and gopls; [New] makes one with options.
//
// What counts as a port is a literal where a port is expected: an argument, field, variable
// or constant called port, a number after a colon in an address, a URL or a format. The ports
// and the names of their constants come from the packages that portspec generated, in the
// module of the code and in other modules that it imports. If there are none, they come from
// the products that are built into portspec.
//
// Some numbers are reported only where a name or host beside the literal, or the function or
// package around it, names the product or component: numbers below 1024, numbers that much
// other software uses (8080, 8443, 5432), and ports of shared services.
//
// Generated files are left out, and so are lines with //nolint:portspec, or with
// //portspec:ignore and a reason, on them or above. Files that import C have findings, but
// no fixes, because cmd/cgo rewrites them before the analyzer sees them.
package lintgo

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/portspec/portspec/internal/diag"
)

// Categories of diagnostics, which are codes of findings.
const (
	Literal     = string(diag.LiteralPort)       // a literal that is a port of a product
	Contradicts = string(diag.ContradictingPort) // a literal that is named after a port and is another number
)

// tableVariable is an environment variable that names a table. When go vet decides whether its
// results are still valid, it considers this table; of a tool's flags, it considers only the
// names of files.
const tableVariable = "PORTSPEC_TABLE"

// Options determine what an analyzer looks for.
type Options struct {
	Products  []string // ids; none for all
	Packages  []string // import paths of generated packages to take constants from; none for all
	Table     *Table   // used instead of what is found in the module
	TableFile string   // a file with such a table; "" for the file that $PORTSPEC_TABLE names, if any
	Known     *Table   // products besides those in the module, instead of those that come with portspec
	SkipTests bool     // leave out test files
}

// Analyzer is the analyzer with default options, which its flags change.
var Analyzer = New(&Options{})

// New makes an analyzer. Its flags change the options.
func New(o *Options) *analysis.Analyzer {
	a := &analysis.Analyzer{
		Name:             "portspec",
		Doc:              "find port numbers that are, or contradict, ports of products that portspec knows\n\nThey are better written as the constants of the generated package, which change with the product.",
		URL:              "https://github.com/portspec/portspec",
		Run:              o.run,
		RunDespiteErrors: true,
	}
	a.Flags.Var((*list)(&o.Products), "products", "only these products, as in igel-ums,shopping")
	a.Flags.Var((*list)(&o.Packages), "package", "only these generated packages, by import path")
	a.Flags.StringVar(&o.TableFile, "table", o.TableFile, "a file that portspec lint-go --print-table wrote, in place of the packages in the module (default $"+tableVariable+")")
	a.Flags.BoolVar(&o.SkipTests, "skip-tests", o.SkipTests, "leave out test files")
	return a
}

// A list is a flag whose values are separated by commas.
type list []string

// String implements [flag.Value].
func (l *list) String() string { return strings.Join(*l, ",") }

// Set implements [flag.Value].
func (l *list) Set(s string) error {
	*l = strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
	return nil
}

func (o *Options) run(pass *analysis.Pass) (any, error) {
	var table *Table
	advised := make(map[*Package]bool)
	for _, file := range pass.Files {
		name := nameOf(pass.Fset, file)
		if isGenerated(pass.Fset, file) || o.SkipTests && strings.HasSuffix(name, "_test.go") {
			continue
		}
		uses := find(pass, file)
		if len(uses) == 0 {
			continue // without reading the disk
		}
		m := moduleOf(filepath.Dir(name))
		if table == nil {
			var err error
			if table, err = o.table(pass, m); err != nil {
				return nil, err
			}
		}
		ignored := ignores(pass, file)
		j := &judge{pass: pass, file: file, module: m, table: table, advised: advised}
		for _, u := range uses {
			if !ignored(u.lit.Pos()) {
				j.judge(u)
			}
		}
	}
	return nil, nil
}

// table returns the table of the options or, without one, a table of the packages that
// o.packages returns. It is limited to the products and packages that the options name.
func (o *Options) table(pass *analysis.Pass, m *goModule) (*Table, error) {
	all := &Table{}
	file := cmp.Or(o.TableFile, os.Getenv(tableVariable))
	switch {
	case o.Table != nil:
		all = o.Table
	case file != "":
		t, err := readTable(file)
		if err != nil {
			return nil, err
		}
		all = t
	default:
		all = &Table{Packages: o.packages(pass, m)}
	}
	chosen := &Table{}
	for _, p := range all.Packages {
		if (len(o.Products) == 0 || slices.Contains(o.Products, p.Product)) && (len(o.Packages) == 0 || slices.Contains(o.Packages, p.Path)) {
			chosen.Packages = append(chosen.Packages, p)
		}
	}
	for _, id := range o.Products {
		if !slices.ContainsFunc(all.Packages, func(p *Package) bool { return p.Product == id }) {
			return nil, fmt.Errorf("no product %s; use %s", id, strings.Join(products(all), ", "))
		}
	}
	for _, path := range o.Packages {
		if !hasPath(all, path) {
			return nil, fmt.Errorf("no package %s that portspec generated; generate it into this module or one that go.mod requires, or give a table", path)
		}
	}
	return chosen, nil
}

// packages returns the packages to use without a table: those that portspec generated in the
// module, and those of other modules that are imported or that the options name. It adds the
// products of o.Known or, if that is nil and packages are missing, those that come with
// portspec.
func (o *Options) packages(pass *analysis.Pass, m *goModule) []*Package {
	var all []*Package
	add := func(p *Package) {
		if p != nil && !slices.ContainsFunc(all, func(q *Package) bool { return q.Path == p.Path }) {
			all = append(all, p)
		}
	}
	if m != nil {
		for _, p := range m.packages() {
			add(p)
		}
	}
	for _, p := range imports(pass) {
		add(p)
	}
	for _, path := range o.Packages {
		if m != nil && !hasPath(&Table{all}, path) {
			add(m.required(path))
		}
	}
	known := func(id string) bool {
		return slices.ContainsFunc(all, func(p *Package) bool { return p.Product == id })
	}
	unknown := func(id string) bool { return !known(id) }
	more := o.Known
	if more == nil {
		if len(all) > 0 && !slices.ContainsFunc(o.Products, unknown) &&
			!slices.ContainsFunc(o.Packages, func(path string) bool { return !hasPath(&Table{all}, path) }) {
			return all
		}
		more = Builtin()
	}
	found := slices.Clone(all) // a product may have several packages
	for _, p := range more.Packages {
		if !slices.ContainsFunc(found, func(q *Package) bool { return q.Product == p.Product }) || slices.Contains(o.Packages, p.Path) {
			all = append(all, p)
		}
	}
	return all
}

func hasPath(t *Table, path string) bool {
	return slices.ContainsFunc(t.Packages, func(p *Package) bool { return p.Path == path })
}

func products(t *Table) []string {
	var all []string
	for _, p := range t.Packages {
		all = append(all, p.Product)
	}
	return all
}
