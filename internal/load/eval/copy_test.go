package eval

import (
	"io/fs"
	"strings"
	"testing"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/parser"

	"github.com/portspec/portspec/internal/workspace"
)

// syntax uses syntax that the schema does not use.
const syntax = `@experiment(aliasv2,try,explicitopen)

package p

import "strings"

a~(K,V): {b?: 1, c!: 2, "\(K)": 3, ("d"): V} @tag(x)
e: [for x in y if x > 1 let z = x {z}, ...int]
f: [1, 2][0:1] | *null | _|_
[string]: {...}
let m = a.b["c"]
{strings.ToUpper("x\(m)") & !true & (-1)}
if false {g: 1} else {g: 2}
try {h: a?.b?, i: f...}
`

// older uses the alias syntax that aliasv2 replaces.
const older = `X="f": {X}
[Y=string]: Y
g: Z={Z.x}
`

// TestCopy copies files of the schema and of other syntax: the copy has the same text, and
// shares only literals and attributes with the file.
func TestCopy(t *testing.T) {
	files := map[string]string{"syntax.cue": syntax, "older.cue": older}
	bundle := workspace.Bundle()
	names, err := fs.Glob(bundle, "schema/*.cue")
	if err != nil || len(names) < 10 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		files[name] = string(bundle[name].Data)
	}
	for name, text := range files {
		f, err := parser.ParseFile(name, text)
		if err != nil {
			t.Fatal(err)
		}
		of := make(map[ast.Node]bool)
		ast.Walk(f, func(n ast.Node) bool {
			of[n] = true
			return true
		}, nil)
		before := printed(t, f)
		c := copier{}.file(f)
		if after := printed(t, c); after != before {
			t.Errorf("the copy of %s is %s", name, after)
		}
		ast.Walk(c, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit, *ast.BottomLit, *ast.Attribute, *ast.ImportSpec:
			case *ast.Ident:
				if of[n] || n.Node != nil || n.Scope != nil {
					t.Errorf("%s: %s is shared or refers to something", name, n.Name)
				}
			default:
				if of[n] {
					t.Errorf("%s: a %T is shared", name, n)
				}
			}
			return true
		}, nil)
		if isPlain(f) && f.PackageName() != "" && c.Pos().File() != nil {
			t.Errorf("the first position of the copy of %s is in the file, which CUE's loader would change", name)
		}
		if printed(t, f) != before {
			t.Errorf("%s has changed", name)
		}
	}
}

// printed returns the text of a file without empty lines, which depend on positions.
func printed(t *testing.T, f *ast.File) string {
	t.Helper()
	text, err := format.Node(f)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\n\n", "\n")
}
