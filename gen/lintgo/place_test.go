package lintgo

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
)

// TestReport reports places and texts that would control a terminal or the log of a workflow,
// because go vet and golangci-lint print whatever they get.
func TestReport(t *testing.T) {
	fset := token.NewFileSet()
	parse := func(name, text string) *ast.File {
		f, err := parser.ParseFile(fset, name, text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	fine := parse("/m/fine.go", "package m\n")
	evil := parse("/m/e\x1b[31m.go", "package m\n\nvar a = 1\n")
	both := parse("/m/both.go", "/*line \u202ex.go:7:1*/package m\n\n//line ::set-env name=A::b:3\nvar a = 1\n\n//line ##[group]x:3\nvar b = 1\n\n//line grammar.y:8\nvar c = 1\n")
	for _, c := range []struct {
		file  *ast.File
		name  string // of the variable
		files []*ast.File
		want  string
	}{
		{both, "a", []*ast.File{both}, `/m/both.go:1:1: in "both.go", line 4: x`},
		{both, "b", []*ast.File{both}, `/m/both.go:1:1: in "both.go", line 7: x`},
		{both, "c", []*ast.File{both}, `/m/grammar.y:8: x`},
		{evil, "a", []*ast.File{evil, fine}, `/m/fine.go:1:1: in "e\x1b[31m.go", line 3: x`},
		{evil, "a", []*ast.File{fine, evil}, `/m/fine.go:1:1: in "e\x1b[31m.go", line 3: x`},
		{evil, "a", []*ast.File{evil}, ``},
	} {
		got := ""
		j := &judge{file: c.file, pass: &analysis.Pass{Fset: fset, Files: c.files, Report: func(d analysis.Diagnostic) {
			got += fset.Position(d.Pos).String() + ": " + d.Message
		}}}
		j.report(analysis.Diagnostic{Pos: c.file.Scope.Lookup(c.name).Pos(), Message: "x"})
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	j := &judge{pass: &analysis.Pass{Fset: fset, Report: func(d analysis.Diagnostic) {
		for _, text := range []string{d.Message, d.Related[0].Message} {
			if strings.ContainsAny(text, "\x1b\u202e\n") || strings.Contains(text, "##[") {
				t.Errorf("%q", text)
			}
		}
	}}}
	hostile := "\x1b[31m\u202e\n::error::x ##[group]"
	j.report(analysis.Diagnostic{Pos: fine.Package, Message: hostile, Related: []analysis.RelatedInformation{{Message: hostile}}})
}
