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

// unfit finds what would make CUE read or run something that is not a spec. A file
// that does not parse is a finding elsewhere only if its package is judged.
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
	return diag.List{Unreadable(name, errors.New("it is not CUE, and has an attribute that makes CUE read something"))}
}

// MayRead reports whether a file may have an attribute that makes CUE read
// something. Attributes cannot be written in another way, so that most files need
// not be parsed to know.
func MayRead(data []byte) bool {
	return bytes.IndexByte(data, '@') >= 0 && (bytes.Contains(data, []byte("@extern")) || bytes.Contains(data, []byte("@embed")))
}

// Strip takes the attributes out of a file that make CUE read something.
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

// reading is the name of an attribute by which CUE reads files or runs code; "" for
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

// Unfit finds it in a parsed file.
func Unfit(f *ast.File) diag.List {
	var found diag.List
	report := func(n ast.Node, message string) {
		found = append(found, diag.Finding{
			Code: diag.ReadsMore, Severity: diag.Error, Position: source.Span(n), Message: message,
			Hint: "write what it says into the spec",
		})
	}
	ast.Walk(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Attribute:
			if name := reading(n); name != "" {
				report(n, fmt.Sprintf("@%s makes CUE read or run something else, and a spec is all that portspec reads", name))
			}
		case *ast.ImportSpec:
			p, err := strconv.Unquote(n.Path.Value)
			p, _, _ = strings.Cut(p, ":")
			if err == nil && forCommands(p) {
				report(n, fmt.Sprintf("%s is a package for commands of CUE, which read and run things", p))
			}
		}
		return true
	}, nil)
	return found
}

// forCommands reports whether a package is one for commands of CUE.
func forCommands(path string) bool { return path == "tool" || strings.HasPrefix(path, "tool/") }
