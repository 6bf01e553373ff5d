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

// Options determine how packages are generated. The zero value makes a complete package for
// each product.
type Options struct {
	// Package is the name of the package, for a single product; "" for a name derived from the
	// product's id.
	Package string
	// Only is "constants" for a package without tables, or "".
	Only string
	// Components restricts constants to these components, and flows to those from and to them;
	// empty means all.
	Components []string
	// Prefix is the prefix of every name that the package declares.
	Prefix string
	// Type is the type of the constants of ports: "int", "uint16", or "" for untyped constants.
	Type string
	// Tags is a build constraint, as in a //go:build line, or "".
	Tags string
	// Documents adds a package comment to a single file ([Options.File]), for packages where no
	// other file has one.
	Documents bool
}

// OnlyConstants is the value of [Options.Only].
const OnlyConstants = "constants"

var prefixes = pattern.New(`^[A-Za-z][A-Za-z0-9_]*$`)

// Validate returns an error if an option has a value that is not valid in Go.
func (o Options) Validate() error {
	// The go command ignores packages named documentation, and init cannot be imported.
	if o.Package != "" && (!token.IsIdentifier(o.Package) || slices.Contains([]string{"_", "init", "documentation"}, o.Package)) {
		return fmt.Errorf("package %q cannot be the name of a Go package; use one word of letters and digits, such as ports", o.Package)
	}
	if o.Only != "" && o.Only != OnlyConstants {
		return fmt.Errorf("only %q is unknown; use %s", o.Only, OnlyConstants)
	}
	if o.Prefix != "" && !prefixes().MatchString(o.Prefix) {
		return fmt.Errorf("prefix %q cannot begin a Go name; use letters, digits and underscores, beginning with a letter", o.Prefix)
	}
	if !slices.Contains([]string{"", "int", "uint16"}, o.Type) {
		return fmt.Errorf("type %q is unknown; use int, uint16 or untyped", o.Type)
	}
	if o.Tags != "" {
		if _, err := o.constraint(); err != nil {
			return err
		}
	}
	return nil
}

// constraint returns the line with the build constraint.
func (o Options) constraint() (string, error) {
	expr, err := constraint.Parse("//go:build " + o.Tags)
	if err != nil || strings.ContainsAny(o.Tags, "\r\n") {
		return "", fmt.Errorf("tags %q are not a build constraint, such as linux && !arm64", o.Tags)
	}
	return "//go:build " + expr.String(), nil
}

// New returns what makes a package for every product that has one of the components. Its
// findings are about listeners without constants, and clashing names.
func (o Options) New(c *model.Catalog) gen.Making { return making{o, packageNames(c.Products)} }

// Generate makes these packages for a catalogue that is in memory.
func (o Options) Generate(c *model.Catalog) ([]gen.File, diag.List) { return gen.All(c, o.New(c), nil) }

// A making makes packages, whose names depend on all products.
type making struct {
	Options
	names []string // by the number of the product
}

// Product implements [gen.Making].
func (m making) Product(s gen.Step) ([]gen.File, diag.List) {
	if !m.concerns(s.Product) {
		return nil, nil
	}
	g := m.generation(s.Product, cmp.Or(m.Package, m.names[s.Number]))
	made := g.finish(g.files())
	if m.Tags != "" {
		for i := range made {
			made[i].Data = m.constrained(made[i].Data)
		}
	}
	return made, g.findings
}

// Close implements [gen.Making]. No file is about several products.
func (making) Close(func(...gen.File)) diag.List { return nil }

// File makes a single file for a product, for a package that may contain other files.
func (o Options) File(p *model.Product) ([]byte, diag.List) {
	g := o.generation(p, cmp.Or(o.Package, packageNames([]*model.Product{p})[0]))
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

// finish adds the prefix to names and the type to constants.
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

// constrained returns a file with the build constraint below its header.
func (o Options) constrained(data []byte) []byte {
	line, err := o.constraint()
	if o.Tags == "" || err != nil {
		return data
	}
	header, rest, _ := strings.Cut(string(data), "\n")
	return []byte(header + "\n\n" + line + "\n" + rest)
}

// joined combines the files of a package, without their package clauses, in the order in which
// they are best read.
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
