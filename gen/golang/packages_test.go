package golang

import (
	"go/ast"
	goconstant "go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
)

// typecheck parses and type-checks a generated package.
func typecheck(t *testing.T, files []gen.File, pkg string) (*types.Package, []*ast.File) {
	t.Helper()
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, f := range files {
		if !strings.HasPrefix(f.Path, pkg+"/") {
			continue
		}
		file, err := parser.ParseFile(fset, f.Path, f.Data, parser.ParseComments)
		if err != nil {
			t.Fatalf("%v\n%s", err, f.Data)
		}
		parsed = append(parsed, file)
	}
	checked, err := new(types.Config).Check(pkg, fset, parsed, nil)
	if err != nil {
		t.Fatal(err)
	}
	return checked, parsed
}

// constantsOf returns the exported constants of a generated package, an int64 or a string, by
// name.
func constantsOf(t *testing.T, files []gen.File, pkg string) map[string]any {
	t.Helper()
	checked, _ := typecheck(t, files, pkg)
	all := make(map[string]any)
	for _, name := range checked.Scope().Names() {
		if c, ok := checked.Scope().Lookup(name).(*types.Const); ok && c.Exported() {
			all[name] = goconstant.Val(c.Val())
		}
	}
	return all
}

// docsOf returns the doc comments of constants and functions by name.
func docsOf(t *testing.T, files []gen.File, pkg string) map[string]string {
	t.Helper()
	_, parsed := typecheck(t, files, pkg)
	all := make(map[string]string)
	for _, file := range parsed {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil {
					all[d.Name.Name] = d.Doc.Text()
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok {
						all[v.Names[0].Name] = v.Doc.Text()
						if v.Doc == nil && len(d.Specs) == 1 {
							all[v.Names[0].Name] = d.Doc.Text()
						}
					}
				}
			}
		}
	}
	return all
}
