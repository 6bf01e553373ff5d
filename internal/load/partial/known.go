package partial

import (
	"maps"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/token"
	"github.com/portspec/portspec/internal/load/eval"
)

// definitions is a set of names of definitions in the schema.
type definitions map[string]bool

// knowledge has, by field, the definitions that all values of the field are unified with.
type knowledge map[string]definitions

// add records a value of a field.
func (k knowledge) add(field string, defs definitions) {
	before, again := k[field]
	if !again {
		k[field] = defs
		return
	}
	k[field] = maps.Clone(before)
	maps.DeleteFunc(k[field], func(def string, _ bool) bool { return !defs[def] })
}

// definitionsOf returns the definitions that an imported package unifies a value with, as in
// services.services["smb"].
func definitionsOf(inst *build.Instance, value ast.Expr) definitions {
	var collection ast.Expr
	var member ast.Node
	switch v := value.(type) {
	case *ast.IndexExpr:
		collection, member = v.X, v.Index
	case *ast.SelectorExpr:
		collection, member = v.X, v.Sel
	}
	selector, ok := collection.(*ast.SelectorExpr)
	if !ok || !isPlainName(member) {
		return nil
	}
	imported := importedBy(inst, selector.X)
	field, _, err := ast.LabelName(selector.Sel)
	if imported == nil || err != nil {
		return nil
	}
	defs := make(definitions)
	for _, f := range imported.Files {
		for _, d := range f.Decls {
			if name, members := regularField(d); name == field {
				if all, ok := members.(*ast.StructLit); ok {
					for _, d := range all.Elts {
						if pattern, ok := d.(*ast.Field); ok && isAnyID(pattern.Label) {
							addConjuncts(defs, imported, pattern.Value)
						}
					}
				}
			}
		}
	}
	return defs
}

// isPlainName reports whether a node is certainly a valid #ID.
func isPlainName(n ast.Node) bool {
	label, ok := n.(ast.Label)
	if !ok {
		return false
	}
	name, _, err := ast.LabelName(label)
	return err == nil && name != "" && strings.Trim(name, "-") == name && !strings.Contains(name, "--") &&
		strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// isAnyID reports whether a label is a pattern that matches all plain names, such as
// [ID=schema.#ID].
func isAnyID(label ast.Label) bool {
	list, ok := label.(*ast.ListLit)
	if !ok || len(list.Elts) != 1 {
		return false
	}
	e := list.Elts[0]
	if alias, ok := e.(*ast.Alias); ok {
		e = alias.Expr
	}
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name == "string"
	case *ast.SelectorExpr:
		name, _, _ := ast.LabelName(e.Sel)
		return name == "#ID"
	}
	return false
}

// addConjuncts adds the definitions of the schema in a conjunction.
func addConjuncts(defs definitions, inst *build.Instance, e ast.Expr) {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		if e.Op == token.AND {
			addConjuncts(defs, inst, e.X)
			addConjuncts(defs, inst, e.Y)
		}
	case *ast.SelectorExpr:
		if imported := importedBy(inst, e.X); imported != nil && eval.IsSchema(imported.ImportPath) {
			if name, _, err := ast.LabelName(e.Sel); err == nil {
				defs[name] = true
			}
		}
	}
}

// importedBy returns the imported package that an expression names; nil if it does not.
func importedBy(inst *build.Instance, e ast.Expr) *build.Instance {
	ident, ok := e.(*ast.Ident)
	if !ok {
		return nil
	}
	spec, ok := ident.Node.(*ast.ImportSpec)
	if !ok {
		return nil
	}
	path, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return nil
	}
	return inst.LookupImport(path)
}
