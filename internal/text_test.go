package internal_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// wordings lists the files that may look for words in a text, with the reason. Elsewhere, text
// is not data: whatever a sentence says is in a field as well.
var wordings = map[string]string{
	"gen/golang/golang.go":             "rewrites packages of Go that a template makes",
	"gen/golang/options.go":            "rewrites packages of Go that a template makes",
	"gen/lintgo/judge.go":              "reads the comments of generated packages, of any version",
	"gen/lintgo/read.go":               "reads the comments of generated packages, of any version",
	"internal/git/run.go":              "reads what git says",
	"internal/load/explain/wording.go": "reads what CUE says, which has no codes",
	"internal/source/yaml.go":          "reads what the parser of YAML says, which has no codes",
}

// phrase matches literals that are part of a sentence: words next to a space.
var phrase = regexp.MustCompile(`\pL{2,} | \(?\pL{2,}`)

// TestTextIsNotData finds code that splits a text at words, or compares it with words.
func TestTextIsNotData(t *testing.T) {
	seen := make(map[string]bool)
	sources(t, func(own string, fset *token.FileSet, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			var found ast.Expr
			switch n := n.(type) {
			case *ast.CallExpr:
				if s, ok := n.Fun.(*ast.SelectorExpr); ok && takesApart(s) {
					for _, arg := range n.Args[min(1, len(n.Args)):] {
						if isPhrase(arg) {
							found = arg
						}
					}
				}
			case *ast.BinaryExpr:
				if n.Op == token.EQL || n.Op == token.NEQ {
					for _, side := range []ast.Expr{n.X, n.Y} {
						if isPhrase(side) {
							found = side
						}
					}
				}
			case *ast.CaseClause:
				for _, e := range n.List {
					if isPhrase(e) {
						found = e
					}
				}
			}
			if found == nil {
				return true
			}
			seen[own] = true
			if wordings[own] == "" {
				t.Errorf("%s looks for words in a text; use a field", fset.Position(found.Pos()))
			}
			return true
		})
	})
	for name := range wordings {
		if !seen[name] {
			t.Errorf("%s no longer looks for words; remove it from the list", name)
		}
	}
}

// takesApart reports whether a function splits texts or searches them.
func takesApart(s *ast.SelectorExpr) bool {
	of, ok := s.X.(*ast.Ident)
	if !ok || of.Name != "strings" && of.Name != "bytes" {
		return false
	}
	switch s.Sel.Name {
	case "Contains", "HasPrefix", "HasSuffix", "Cut", "CutPrefix", "CutSuffix", "TrimPrefix", "TrimSuffix", "Replace", "ReplaceAll", "NewReplacer", "Split", "SplitN", "Index", "LastIndex", "EqualFold", "Count":
		return true
	}
	return false
}

// isPhrase reports whether an expression contains a literal with words.
func isPhrase(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return false
		}
		text, err := strconv.Unquote(e.Value)
		return err == nil && phrase.MatchString(text)
	case *ast.BinaryExpr:
		return e.Op == token.ADD && (isPhrase(e.X) || isPhrase(e.Y))
	}
	return false
}

// sources calls do for each Go file of the program, with its path in the repository.
func sources(t *testing.T, do func(own string, fset *token.FileSet, f *ast.File)) {
	t.Helper()
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			if base := d.Name(); base == "out" || base == "bin" || base == "node_modules" || base == "testdata" || base == ".git" || base == "bench" || base == "tools" {
				return fs.SkipDir
			}
			return nil
		case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		do(filepath.ToSlash(strings.TrimPrefix(name, ".."+string(filepath.Separator))), fset, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
