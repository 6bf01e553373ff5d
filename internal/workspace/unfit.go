package workspace

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/source"
)

// unfit finds what would make CUE read or run something that is not a spec. For a file that
// does not parse, it returns a finding only if its package is not checked; otherwise the
// syntax error is reported elsewhere.
func unfit(name string, data []byte, h Header, judged bool) diag.List {
	if !MayRead(data) && !slices.ContainsFunc(h.Imports, forCommands) {
		return nil
	}
	f, err := parser.ParseFile(name, data)
	if err == nil {
		return Unfit(f)
	}
	if judged || !MayRead(data) {
		return nil
	}
	return diag.List{Unreadable(name, errors.New("it is not valid CUE, and has an attribute that makes CUE read something"))}
}

// MayRead reports whether a file may have an attribute that makes CUE read something.
// Attributes can be written in only one way, so most files need not be parsed to rule
// that out.
func MayRead(data []byte) bool {
	return bytes.IndexByte(data, '@') >= 0 && (bytes.Contains(data, []byte("@extern")) || bytes.Contains(data, []byte("@embed")))
}

// Strip removes attributes that make CUE read something from a file.
func Strip(f *ast.File) {
	reads := func(a *ast.Attribute) bool { return reading(a) != "" }
	isAttribute := func(d ast.Decl) bool {
		a, ok := d.(*ast.Attribute)
		return ok && reads(a)
	}
	f.Decls = slices.DeleteFunc(f.Decls, isAttribute)
	ast.Walk(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.StructLit:
			n.Elts = slices.DeleteFunc(n.Elts, isAttribute)
		case *ast.Field:
			n.Attrs = slices.DeleteFunc(n.Attrs, reads)
		}
		return true
	}, nil)
}

// reading returns the name of an attribute that makes CUE read files or run code; "" for
// any other.
func reading(a *ast.Attribute) string {
	switch key, _ := a.Split(); strings.TrimSpace(key) {
	case "extern":
		return "extern"
	case "embed":
		return "embed"
	}
	return ""
}

// Unfit finds what would make CUE read or run something in a parsed file.
func Unfit(f *ast.File) diag.List {
	var found diag.List
	report := func(n ast.Node, message string) {
		found = append(found, diag.Finding{
			Code: diag.ReadsMore, Severity: diag.Error, Position: source.Span(n), Message: message,
			Hint: "write the values in the spec itself",
		})
	}
	ast.Walk(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Attribute:
			if name := reading(n); name != "" {
				report(n, fmt.Sprintf("@%s makes CUE read or run something other than specs, which portspec does not allow", name))
			}
		case *ast.ImportSpec:
			p, err := strconv.Unquote(n.Path.Value)
			p, _, _ = strings.Cut(p, ":")
			if err == nil && forCommands(p) {
				report(n, fmt.Sprintf("%s is a package for CUE commands, which read files and run programs; portspec does not allow it", p))
			}
		}
		return true
	}, nil)
	return found
}

// forCommands reports whether a package is for CUE commands.
func forCommands(path string) bool { return path == "tool" || strings.HasPrefix(path, "tool/") }
