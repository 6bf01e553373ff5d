// Package gocode finds ports in the Go code of a module ([Look]), and replaces them with
// constants of generated packages ([Code.Fix]).
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

// Code is the result of analyzing packages.
type Code struct {
	// Broken has a message for each package that could not be loaded.
	Broken []string

	files
	found []*finding
}

// Findings returns the findings, sorted.
func (c *Code) Findings() diag.List {
	var all diag.List
	for _, f := range c.found {
		all = append(all, f.Finding)
	}
	return all.Sort()
}

// Advice returns, without duplicates, how to make the packages that findings name
// available.
func (c *Code) Advice() []string {
	var all []string
	for _, f := range c.found {
		all = append(all, f.advice...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Look analyzes the packages that match patterns of the go command, run in dir.
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
	// A file belongs both to the package and to its variant with tests.
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

// shownPackages limits the packages that could not be loaded for which errors are shown.
const shownPackages = 5

// loadErrors returns the first error of each package that could not be loaded. All errors
// would bury the findings, and go build shows them.
func loadErrors(pkgs []*packages.Package) []string {
	var broken []string
	seen := make(map[string]bool)
	for _, p := range pkgs {
		errs := p.Errors
		inCode := func(e packages.Error) bool { return e.Kind != packages.ListError }
		if slices.ContainsFunc(errs, inCode) { // the go command repeats these
			errs = slices.DeleteFunc(slices.Clone(errs), func(e packages.Error) bool { return !inCode(e) })
		}
		if len(errs) == 0 || seen[p.PkgPath] || seen[errs[0].Error()] {
			continue // its variant with tests has the same errors
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

// goEnvironment returns the environment of the go command. Unless the user has set
// GOTOOLCHAIN, the go command must not download the toolchain that go.mod asks for.
func goEnvironment() []string {
	env := os.Environ()
	if os.Getenv("GOTOOLCHAIN") == "" {
		env = append(env, "GOTOOLCHAIN=local")
	}
	return env
}
