package lintgo

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// written returns the code with a constant instead of the literal. Go has no constant
// expression for a string with the number in it, so a constant becomes a variable.
func (u *use) written(constant string) string {
	text := constant
	switch a := u.text; {
	case a == nil:
		return text
	case a.bare:
		text = "strconv.Itoa(" + constant + ")"
	case a.verbs:
		return fmt.Sprintf("%q with %s", a.before+"%d"+a.after, constant)
	case a.url || a.after != "":
		text = fmt.Sprintf("fmt.Sprintf(%q, %s)", a.before+"%d"+a.after, constant)
	default:
		text = fmt.Sprintf("net.JoinHostPort(%q, strconv.Itoa(%s))", strings.Trim(a.host, "[]"), constant)
	}
	if u.constant {
		text += " in a variable"
	}
	return text
}

// reachable reports whether the code can import a package without other changes.
func (j *judge) reachable(p *Package) bool {
	return p.Path == j.pass.Pkg.Path() || j.imported(p) ||
		p.Name != "main" && j.module != nil && j.module.has(strings.TrimSuffix(j.pass.Pkg.Path(), "_test"), p.Path)
}

// fix replaces a literal by a constant:
//
//	30001              igelums.UMSServerDevicePort
//	"8443"             strconv.Itoa(igelums.UMSServerWebPort)
//	"ums:8443"         net.JoinHostPort("ums", strconv.Itoa(igelums.UMSServerWebPort))
//	"https://ums:8443" fmt.Sprintf("https://ums:%d", igelums.UMSServerWebPort)
//
// There is no fix if the package cannot be imported, if Go needs a constant string, if a format
// would need another argument, or if //line comments say that the code comes from another file.
func (j *judge) fix(u *use, p *Port) (analysis.SuggestedFix, bool) {
	none := analysis.SuggestedFix{}
	fset := j.pass.Fset
	if !j.reachable(p.component.pkg) || fset.PositionFor(u.lit.Pos(), false) != fset.PositionFor(u.lit.Pos(), true) {
		return none, false
	}
	e := &editor{judge: j, at: u.lit.Pos(), ok: true}
	constant := p.Const
	if p.component.pkg.Path != j.pass.Pkg.Path() {
		constant = e.use(p.component.pkg.Path, p.component.pkg.Name) + "." + p.Const
	}
	typ := j.pass.TypesInfo.TypeOf(u.lit)
	var text string
	switch {
	case u.text == nil:
		text = constant
		if p.Type != "" && !u.convert && typ != nil && typ.String() != p.Type {
			basic, ok := typ.(*types.Basic)
			if !ok {
				return none, false
			}
			if basic.Info()&types.IsUntyped == 0 {
				text = basic.Name() + "(" + constant + ")"
			}
		}
	case u.constant || u.text.verbs || typ != types.Typ[types.String] && typ != types.Typ[types.UntypedString]:
		return none, false
	default:
		if p.Type != "" && p.Type != "int" {
			constant = "int(" + constant + ")"
		}
		switch a := u.text; {
		case a.bare:
			text = e.use("strconv", "strconv") + ".Itoa(" + constant + ")"
		case a.url || a.after != "":
			text = e.use("fmt", "fmt") + ".Sprintf(" + strconv.Quote(a.before+"%d"+a.after) + ", " + constant + ")"
		default:
			host := strings.Trim(a.host, "[]")
			text = fmt.Sprintf("%s.JoinHostPort(%q, %s.Itoa(%s))", e.use("net", "net"), host, e.use("strconv", "strconv"), constant)
		}
	}
	if !e.ok {
		return none, false
	}
	edits := append(e.edits, analysis.TextEdit{Pos: u.lit.Pos(), End: u.lit.End(), NewText: []byte(text)})
	return analysis.SuggestedFix{TextEdits: edits}, true
}

// An editor adds the imports of a fix.
type editor struct {
	*judge
	at    token.Pos
	edits []analysis.TextEdit
	ok    bool
}

// use returns the name of a package at the literal, and imports it if necessary. If the
// name means something else there, the fix fails.
func (e *editor) use(importPath, name string) string {
	for _, s := range e.file.Imports {
		if p, err := strconv.Unquote(s.Path.Value); err != nil || p != importPath || s.Name != nil && (s.Name.Name == "_" || s.Name.Name == ".") {
			continue
		}
		if s.Name != nil {
			name = s.Name.Name
		}
		if obj := e.lookup(name); obj != nil {
			if p, ok := obj.(*types.PkgName); !ok || p.Imported().Path() != importPath {
				e.ok = false
			}
		}
		return name
	}
	for e.lookup(name) != nil {
		if strings.HasSuffix(name, "ports") {
			e.ok = false
			break
		}
		name += "ports"
	}
	e.add(importPath, name)
	return name
}

func (e *editor) lookup(name string) types.Object {
	scope := e.pass.Pkg.Scope()
	if obj := scope.Lookup(name); obj != nil {
		return obj
	}
	inner := scope.Innermost(e.at)
	if inner == nil {
		return nil
	}
	_, obj := inner.LookupParent(name, e.at)
	return obj
}

// add imports a package. Fixes of one file are applied one after another. What two of them
// insert at the same place is inserted once, so each kind of package has a place of its own.
func (e *editor) add(importPath, name string) {
	spec := strconv.Quote(importPath)
	if path.Base(importPath) != name {
		spec = name + " " + spec
	}
	insert := func(at token.Pos, text string) {
		e.edits = append(e.edits, analysis.TextEdit{Pos: at, End: at, NewText: []byte(text)})
	}
	var block *ast.GenDecl
	for _, d := range e.file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT && g.Lparen.IsValid() && len(g.Specs) > 0 {
			block = g
			break
		}
	}
	standard := !strings.Contains(importPath, ".") && !strings.Contains(importPath, "/")
	switch {
	case block == nil && standard && importPath != "strconv":
		insert(e.file.Name.End(), "\n\nimport "+spec+"\n")
	case block == nil && standard:
		if len(e.file.Decls) == 0 {
			e.ok = false
			return
		}
		insert(start(e.file.Decls[0]), "import "+spec+"\n\n")
	case block == nil && len(e.file.Imports) > 0:
		last := e.file.Imports[len(e.file.Imports)-1]
		insert(last.End(), "\nimport "+spec)
	case block == nil:
		insert(e.file.Name.End(), "\n\nimport "+spec+"\n")
	case standard && importPath == "strconv":
		insert(start(block.Specs[0]), spec+"\n\t")
	case standard:
		insert(block.Lparen+1, "\n\t"+spec)
	default:
		insert(block.Rparen, "\n\t"+spec+"\n")
	}
}

// start returns where a node begins, including the comment above it.
func start(n ast.Node) token.Pos {
	var doc *ast.CommentGroup
	switch n := n.(type) {
	case *ast.GenDecl:
		doc = n.Doc
	case *ast.FuncDecl:
		doc = n.Doc
	case *ast.ImportSpec:
		doc = n.Doc
	}
	if doc != nil {
		return doc.Pos()
	}
	return n.Pos()
}
