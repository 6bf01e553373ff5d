package explain

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// readers are the functions that look into a text.
var readers = map[string]bool{
	"strings.Contains": true, "strings.ContainsAny": true, "strings.HasPrefix": true, "strings.HasSuffix": true,
	"strings.Cut": true, "strings.CutPrefix": true, "strings.CutSuffix": true, "strings.Index": true,
	"strings.Split": true, "strings.Fields": true, "strings.TrimPrefix": true, "strings.TrimSuffix": true,
	"strings.ReplaceAll": true, "strings.EqualFold": true,
}

// TestWordingIsInOneFile finds what looks into the text of an error outside of
// wording.go: with a new version of CUE, one file is looked through.
func TestWordingIsInOneFile(t *testing.T) {
	seen := 0
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		base := filepath.Base(name)
		own := base == "wording.go" || base == "cue.go" // which prints it
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !readsError(call) {
				return true
			}
			if seen++; !own {
				t.Errorf("%s looks into the text of an error; ask wording.go", fset.Position(n.Pos()))
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 10 {
		t.Errorf("%d places look into the text of an error", seen)
	}
}

// readsError reports whether a call looks into the text of an error: it asks CUE
// for its format and arguments, or a function of strings for what is in its text.
func readsError(call *ast.CallExpr) bool {
	name, of := callee(call)
	if name == "Msg" {
		return true
	}
	if !readers[of+"."+name] {
		ofPattern := name == "MatchString" || strings.HasPrefix(name, "FindString") || strings.HasPrefix(name, "ReplaceAll")
		return of != "strings" && ofPattern && isErrorText(call.Args)
	}
	return isErrorText(call.Args)
}

// isErrorText reports whether the first argument is the text of an error or the
// message of a finding.
func isErrorText(args []ast.Expr) bool {
	if len(args) == 0 {
		return false
	}
	switch e := args[0].(type) {
	case *ast.CallExpr:
		name, _ := callee(e)
		return name == "Error" || name == "Message"
	case *ast.SelectorExpr:
		return e.Sel.Name == "Message"
	case *ast.Ident:
		return e.Name == "msg" || e.Name == "message"
	}
	return false
}

// callee is the name of what is called, and what it is called on.
func callee(call *ast.CallExpr) (name, of string) {
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			of = x.Name
		}
		return f.Sel.Name, of
	case *ast.Ident:
		return f.Name, ""
	}
	return "", ""
}
