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

// readers are functions that inspect text.
var readers = map[string]bool{
	"strings.Contains": true, "strings.ContainsAny": true, "strings.HasPrefix": true, "strings.HasSuffix": true,
	"strings.Cut": true, "strings.CutPrefix": true, "strings.CutSuffix": true, "strings.Index": true,
	"strings.Split": true, "strings.Fields": true, "strings.TrimPrefix": true, "strings.TrimSuffix": true,
	"strings.ReplaceAll": true, "strings.EqualFold": true,
}

// TestWordingIsInOneFile finds code outside wording.go that inspects the text of an error, so
// that a new version of CUE affects only one file.
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
		own := base == "wording.go" || base == "cue.go" // which prints errors
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !readsError(call) {
				return true
			}
			if seen++; !own {
				t.Errorf("%s inspects the text of an error; only wording.go may", fset.Position(n.Pos()))
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 10 {
		t.Errorf("%d places inspect the text of an error", seen)
	}
}

// readsError reports whether a call inspects the text of an error: it asks CUE for the error's
// format and arguments, or passes its text to a function of strings.
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

// isErrorText reports whether the first argument is the text of an error or the message of a
// finding.
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

// callee returns the name of the called function, and of its package or receiver.
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
