// Package gocode looks for ports in the Go code of a module, and writes the constants
// of packages that portspec generated into it. [Look] returns what it found.
package gocode

import (
	"context"
	"os"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/portspec/portspec/gen/lintgo"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/screen"
)

// Code is packages that were looked at.
type Code struct {
	// Broken says which packages could not be loaded, and why.
	Broken []string

	files
	found []*finding
}

// Findings are what there is to say of the code, sorted.
func (c *Code) Findings() diag.List {
	var all diag.List
	for _, f := range c.found {
		all = append(all, f.Finding)
	}
	return all.Sort()
}

// Advice is how to get at the packages that findings name, once each.
func (c *Code) Advice() []string {
	var all []string
	for _, f := range c.found {
		all = append(all, f.advice...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Look finds what there is to find in packages, which patterns of the go command name
// as seen from a folder.
func Look(ctx context.Context, dir string, o *lintgo.Options, patterns []string) (*Code, error) {
	pkgs, err := packages.Load(&packages.Config{
		Context: ctx, Dir: dir, Env: goEnvironment(), Tests: !o.SkipTests,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedTypes |
			packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedModule | packages.NeedExportFile,
	}, patterns...)
	if err != nil {
		return nil, err
	}
	c := &Code{Broken: loadErrors(pkgs), files: files{modules: make(map[string]string)}}
	pkgs = slices.DeleteFunc(pkgs, func(p *packages.Package) bool { return p.Types == nil || len(p.Syntax) == 0 })
	graph, err := checker.Analyze([]*analysis.Analyzer{lintgo.New(o)}, pkgs, nil)
	if err != nil {
		return nil, err
	}
	// A file is in the package and in the one with its tests.
	known := make(map[diag.Position]bool)
	for _, act := range graph.Roots {
		if act.Err != nil {
			return nil, act.Err
		}
		for _, d := range act.Diagnostics {
			if f := c.finding(act, d); !known[f.Position] {
				known[f.Position] = true
				c.found = append(c.found, f)
			}
		}
	}
	return c, nil
}

// shownPackages is of how many packages that could not be loaded it is said why.
const shownPackages = 5

// loadErrors says which packages could not be loaded, and the first error of each.
// The go command says the others, and they would bury the findings.
func loadErrors(pkgs []*packages.Package) []string {
	var broken []string
	seen := make(map[string]bool)
	for _, p := range pkgs {
		errs := p.Errors
		inCode := func(e packages.Error) bool { return e.Kind != packages.ListError }
		if slices.ContainsFunc(errs, inCode) { // the go command tells the same once more
			errs = slices.DeleteFunc(slices.Clone(errs), func(e packages.Error) bool { return !inCode(e) })
		}
		if len(errs) == 0 || seen[p.PkgPath] || seen[errs[0].Error()] {
			continue // with its tests, it has the same ones again
		}
		seen[p.PkgPath], seen[errs[0].Error()] = true, true
		line := "  " + screen.Cell(errs[0].Error())
		if more := len(errs) - 1; more > 0 {
			line += " (and " + english.Count(more, "more error") + " in this package)"
		}
		broken = append(broken, line)
	}
	if more := len(broken) - shownPackages; more > 0 {
		broken = append(broken[:shownPackages], "  and "+english.Count(more, "other package"))
	}
	return broken
}

// goEnvironment is what the go command gets: it downloads no other toolchain that a
// go.mod asks for, unless the user has said which.
func goEnvironment() []string {
	env := os.Environ()
	if os.Getenv("GOTOOLCHAIN") == "" {
		env = append(env, "GOTOOLCHAIN=local")
	}
	return env
}
