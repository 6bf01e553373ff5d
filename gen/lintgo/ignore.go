package lintgo

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/portspec/portspec/internal/pattern"
)

var (
	nolint = pattern.New(`^//\s*nolint(?::([a-zA-Z0-9_,\s-]*))?(?:\s|$|//)`)
	ignore = pattern.New(`^//portspec:ignore\s+(?:[^\s/]|/[^/])`)
)

// ignores returns a function that reports whether a comment excludes a place of a file. A
// comment excludes its line and, if the comment is alone, the next line, or the declaration
// that it belongs to.
func ignores(pass *analysis.Pass, file *ast.File) func(token.Pos) bool {
	lines := make(map[int]bool)
	line := func(p token.Pos) int { return pass.Fset.PositionFor(p, false).Line }
	quiet := make(map[*ast.CommentGroup]bool)
	code := make(map[int]bool) // lines with code
	ast.Inspect(file, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.Comment, *ast.CommentGroup:
			return false
		}
		code[line(n.Pos())], code[line(n.End())] = true, true
		return true
	})
	for _, group := range file.Comments {
		for _, c := range group.List {
			if !ignore().MatchString(c.Text) && !nolints(c.Text) {
				continue
			}
			quiet[group] = true
			lines[line(c.Pos())] = true
			if !code[line(c.Pos())] {
				lines[line(group.End())+1] = true
			}
		}
	}
	var spans []ast.Node
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Doc != nil && quiet[d.Doc] {
				spans = append(spans, d)
			}
		case *ast.GenDecl:
			if d.Doc != nil && quiet[d.Doc] {
				spans = append(spans, d)
			}
		}
	}
	return func(p token.Pos) bool {
		for _, n := range spans {
			if n.Pos() <= p && p < n.End() {
				return true
			}
		}
		return lines[line(p)]
	}
}

// nolints reports whether a comment is a nolint of golangci-lint for all linters or for
// this one.
func nolints(text string) bool {
	m := nolint().FindStringSubmatch(text)
	if m == nil {
		return false
	}
	if m[1] == "" {
		return !strings.HasPrefix(text, "//nolint:")
	}
	for name := range strings.SplitSeq(m[1], ",") {
		switch strings.TrimSpace(strings.SplitN(strings.TrimSpace(name), " ", 2)[0]) {
		case "portspec", "all":
			return true
		}
	}
	return false
}
