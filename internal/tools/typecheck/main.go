// Typecheck type-checks the packages of a module, with their tests, for other operating
// systems, and prints the errors. It reads the sources of everything that they import, but does
// not compile them: the declarations are enough.
//
//	typecheck DIR SYSTEM...
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: typecheck DIR SYSTEM...")
		os.Exit(2)
	}
	failed := false
	for _, system := range os.Args[2:] {
		errs, err := check(os.Args[1], system)
		if err != nil {
			fmt.Fprintf(os.Stderr, "typecheck: %s: %v\n", system, err)
			os.Exit(2)
		}
		for _, e := range errs {
			fmt.Printf("%s: %s\n", system, e)
			failed = true
		}
	}
	if failed {
		os.Exit(1)
	}
}

// check returns the errors in the packages of the module in dir.
func check(dir, system string) ([]string, error) {
	root, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	own := root + string(filepath.Separator)
	loaded, err := packages.Load(&packages.Config{
		Mode:  packages.LoadAllSyntax,
		Dir:   root,
		Env:   append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0"),
		Tests: true,
		ParseFile: func(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
			f, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
			if f != nil && !strings.HasPrefix(name, own) {
				for _, d := range f.Decls {
					if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name != "init" {
						fn.Body = nil
					}
				}
			}
			return f, err
		},
	}, "./...")
	if err != nil {
		return nil, err
	}
	if len(loaded) == 0 {
		return nil, fmt.Errorf("no packages in %s", root)
	}
	var all []string
	for p := range packages.Postorder(loaded) {
		if slices.ContainsFunc(p.CompiledGoFiles, func(name string) bool { return !strings.HasPrefix(name, own) }) {
			continue // its functions are empty, so its imports are not used
		}
		for _, e := range p.Errors {
			all = append(all, e.Error())
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil // a file is in a package and in its test
}
