package golang

import (
	"cmp"
	"fmt"
	"go/build/constraint"
	"go/token"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/pattern"
)

// Options say how the packages of products are made. The zero value makes
// packages of their own, with everything in them.
type Options struct {
	// Package is the package's name, where there is one product; "" for one
	// after the product's id.
	Package string
	// Only is "constants" for a package without tables, or "".
	Only string
	// Components are those that constants are made for, with the flows from and
	// to them; none for all.
	Components []string
	// Prefix is before every name that the package declares.
	Prefix string
	// Type is that of the constants of ports: "int" or "uint16", or "" for
	// untyped ones.
	Type string
	// Tags is a build constraint as behind //go:build, or "".
	Tags string
	// Documents has a single file ([Options.File]) say what its package is: no other
	// file of the package does.
	Documents bool
}

// OnlyConstants is the value of [Options.Only].
const OnlyConstants = "constants"

var prefixes = pattern.New(`^[A-Za-z][A-Za-z0-9_]*$`)

// Validate says which option has a value that Go does not take.
func (o Options) Validate() error {
	// The go command leaves out packages named documentation, and nobody can import init.
	if o.Package != "" && (!token.IsIdentifier(o.Package) || slices.Contains([]string{"_", "init", "documentation"}, o.Package)) {
		return fmt.Errorf("package %q is not the name of a Go package, which is one word of letters and digits, such as ports", o.Package)
	}
	if o.Only != "" && o.Only != OnlyConstants {
		return fmt.Errorf("only %q is not known; it can be %s", o.Only, OnlyConstants)
	}
	if o.Prefix != "" && !prefixes().MatchString(o.Prefix) {
		return fmt.Errorf("prefix %q cannot begin a Go name; it is letters, digits and underscores, and a letter first", o.Prefix)
	}
	if !slices.Contains([]string{"", "int", "uint16"}, o.Type) {
		return fmt.Errorf("type %q is not known; it can be int, uint16 or untyped", o.Type)
	}
	if o.Tags != "" {
		if _, err := o.constraint(); err != nil {
			return err
		}
	}
	return nil
}

// constraint is the line of the build tags.
func (o Options) constraint() (string, error) {
	expr, err := constraint.Parse("//go:build " + o.Tags)
	if err != nil || strings.ContainsAny(o.Tags, "\r\n") {
		return "", fmt.Errorf("tags %q are not a build constraint, such as linux && !arm64", o.Tags)
	}
	return "//go:build " + expr.String(), nil
}

// Generate makes a package of every product that has one of the components. Its
// findings are listeners that have no constant, and names that clashed.
func (o Options) Generate(c *model.Catalog) ([]gen.File, diag.List) {
	names := packageNames(c.Products)
	files, findings := gen.Each(c.Products, func(p *model.Product) ([]gen.File, diag.List) {
		if !o.concerns(p) {
			return nil, nil
		}
		g := o.generation(p, cmp.Or(o.Package, names[p]))
		made := g.finish(g.files())
		if o.Tags != "" {
			for i := range made {
				made[i].Data = o.constrained(made[i].Data)
			}
		}
		return made, g.findings
	})
	slices.SortFunc(files, func(a, b gen.File) int { return cmp.Compare(a.Path, b.Path) })
	return files, findings.Sort()
}

// File makes one file of a product, for a package that may hold other files.
func (o Options) File(p *model.Product) ([]byte, diag.List) {
	g := o.generation(p, cmp.Or(o.Package, packageNames([]*model.Product{p})[p]))
	g.single = true
	made := g.finish([]gen.File{g.joined(g.files())})
	return o.constrained(made[0].Data), g.findings.Sort()
}

func (o Options) concerns(p *model.Product) bool {
	return len(o.Components) == 0 || slices.ContainsFunc(o.Components, func(id string) bool { return p.Component(id) != nil })
}

func (o Options) generation(p *model.Product, pkg string) *generation {
	g := newGeneration(p, pkg)
	g.options = o
	if len(o.Components) > 0 {
		g.narrow(o.Components)
	}
	return g
}

// finish gives names their prefix and constants their type.
func (g *generation) finish(files []gen.File) []gen.File {
	if g.options.Prefix == "" && g.options.Type == "" {
		return files
	}
	done, err := rewrite(files, g.options.Prefix, g.options.Type)
	if err != nil {
		g.findings = append(g.findings, notGo(g.product.Positions.At("id"), "product", "the package of "+g.product.ID, err))
	}
	return done
}

// constrained is a file with the build tags below its header.
func (o Options) constrained(data []byte) []byte {
	line, err := o.constraint()
	if o.Tags == "" || err != nil {
		return data
	}
	header, rest, _ := strings.Cut(string(data), "\n")
	return []byte(header + "\n\n" + line + "\n" + rest)
}

// joined is the files of a package as one: what they hold below their package
// clauses, in the order in which they are read.
func (g *generation) joined(files []gen.File) gen.File {
	var b strings.Builder
	b.WriteString("// " + gen.Header + "\n\n")
	if comment := g.packageComment().String(); g.options.Documents {
		b.WriteString(comment + "\npackage " + g.pkg + "\n")
	} else {
		b.WriteString("package " + g.pkg + "\n\n" + comment + "\n")
	}
	for _, f := range files {
		_, below, _ := strings.Cut(string(f.Data), "\npackage "+g.pkg+"\n")
		if below = strings.Trim(below, "\n"); below != "" {
			b.WriteString("\n" + below + "\n")
		}
	}
	return gen.File{Path: g.pkg + ".go", Data: []byte(b.String())}
}
