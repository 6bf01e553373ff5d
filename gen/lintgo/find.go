package lintgo

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// A use is a literal where a port is expected.
type use struct {
	lit      *ast.BasicLit
	number   int
	text     *address // the address in a string; nil for a number
	subject  string   // the name of the variable or field for it: umsServerPort; "" for none
	near     [][]string
	around   [][]string
	nodePort bool // it is a node port of Kubernetes, on which no product listens
	constant bool // a constant expression is needed here
	convert  bool // it is converted to a type
}

// find lists the uses of a file.
func find(pass *analysis.Pass, file *ast.File) []*use {
	var uses []*use
	ast.PreorderStack(file, nil, func(n ast.Node, stack []ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field: // a tag is not an expression
			return true
		case *ast.BasicLit:
			if u := newFinder(pass, n, stack).use(); u != nil {
				uses = append(uses, u)
			}
		}
		return true
	})
	return uses
}

// A finder goes outward from a literal to find out what it is.
type finder struct {
	pass     *analysis.Pass
	stack    []ast.Node
	lit      *ast.BasicLit
	subjects []string
	address  []string // names of functions and parameters that get the literal
	near     [][]string
	around   [][]string
	verb     bool // it fills a verb after a colon, or follows a colon itself
	tag      bool // it is the tag of a field, not an expression
	constant bool
	convert  bool
}

func newFinder(pass *analysis.Pass, lit *ast.BasicLit, stack []ast.Node) *finder {
	f := &finder{pass: pass, lit: lit, stack: stack}
	var child ast.Node = lit
	looking := true // for the meaning of the literal; else only for names
	for _, parent := range slices.Backward(stack) {
		if looking {
			looking = f.step(parent, child)
		}
		f.names(parent)
		child = parent
	}
	f.around = append(f.around, words(pass.Pkg.Name()))
	return f
}

// step evaluates one parent and reports whether the next one matters as well.
func (f *finder) step(parent, child ast.Node) bool {
	switch p := parent.(type) {
	case *ast.ParenExpr:
		return true
	case *ast.Field:
		f.tag = true
	case *ast.CallExpr:
		return f.call(p, child)
	case *ast.KeyValueExpr:
		if p.Value == child {
			f.subject(p.Key)
			if lit, ok := p.Key.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				f.subjects = append(f.subjects, unquote(lit))
			}
		}
		return false
	case *ast.CompositeLit: // one of a list of ports
		return true
	case *ast.ValueSpec:
		for i, v := range p.Values {
			if v == child && i < len(p.Names) {
				f.subject(p.Names[i])
				if p.Type != nil {
					f.subject(p.Type)
				}
			}
		}
		return true // to see whether it is a constant
	case *ast.GenDecl:
		f.constant = p.Tok == token.CONST
	case *ast.AssignStmt:
		for i, v := range p.Rhs {
			if v == child && i < len(p.Lhs) && (p.Tok == token.ASSIGN || p.Tok == token.DEFINE) {
				f.subject(p.Lhs[i])
			}
		}
	case *ast.BinaryExpr:
		other := p.X
		if other == child {
			other = p.Y
		}
		switch p.Op {
		case token.EQL, token.NEQ:
			f.subject(other)
		case token.ADD:
			f.near = append(f.near, phrases(other)...)
			if left := f.text(p.X); p.Y == child && strings.HasSuffix(left, ":") {
				f.verb = true
			}
			return f.lit.Kind == token.STRING || f.verb
		}
	case *ast.CaseClause, *ast.BlockStmt:
		_, ok := p.(*ast.CaseClause)
		_, was := child.(*ast.CaseClause)
		return ok || was
	case *ast.SwitchStmt:
		if p.Tag != nil {
			f.subject(p.Tag)
		}
	case *ast.RangeStmt:
		if p.Value != nil && p.X == child {
			f.subject(p.Value)
		}
	case *ast.ReturnStmt:
		if at := slices.IndexFunc(f.stack, func(n ast.Node) bool { _, ok := n.(*ast.FuncDecl); return ok }); at >= 0 {
			f.subjects = append(f.subjects, f.stack[at].(*ast.FuncDecl).Name.Name)
		}
	}
	return false
}

// call evaluates a call with the literal as an argument.
func (f *finder) call(call *ast.CallExpr, child ast.Node) bool {
	arg := slices.IndexFunc(call.Args, func(e ast.Expr) bool { return e == child })
	if arg < 0 {
		return false
	}
	if t, ok := f.pass.TypesInfo.Types[call.Fun]; ok && t.IsType() {
		f.subject(call.Fun)
		f.convert = f.convert || child == f.lit
		return true
	}
	callee := lastName(call.Fun)
	if slices.Contains([]string{"Itoa", "FormatInt", "FormatUint", "Sprint"}, callee) {
		return true
	}
	f.near = append(f.near, phrases(call.Fun)...)
	for i, e := range call.Args {
		if i != arg {
			f.near = append(f.near, phrases(e)...)
		}
		if lit, ok := e.(*ast.BasicLit); ok && i < arg && lit.Kind == token.STRING && behindColon(unquote(lit), arg-i-1) {
			f.verb = true
		}
	}
	f.address = append(f.address, callee)
	if callee == "append" && arg > 0 {
		f.subject(call.Args[0])
		return false
	}
	sig, _ := f.pass.TypesInfo.TypeOf(call.Fun).(*types.Signature)
	if sig == nil || sig.Params().Len() == 0 {
		return false
	}
	name := sig.Params().At(min(arg, sig.Params().Len()-1)).Name()
	f.address = append(f.address, name)
	switch name {
	case "value", "def", "defaultValue", "fallback": // of a flag or a setting whose name is an argument before it
		for _, e := range call.Args[:arg] {
			if text := f.text(e); text != "" {
				f.subjects = append(f.subjects, text)
			}
		}
	}
	if f.lit.Kind == token.INT || isPortName(name) {
		f.subjects = append(f.subjects, name)
	}
	return false
}

func (f *finder) subject(e ast.Expr) {
	if name := lastName(e); name != "" {
		f.subjects = append(f.subjects, name)
	}
	f.near = append(f.near, phrases(e)...)
}

// names collects the names around the literal.
func (f *finder) names(n ast.Node) {
	switch n := n.(type) {
	case *ast.FuncDecl:
		f.around = append(f.around, words(n.Name.Name))
		if n.Recv != nil && len(n.Recv.List) > 0 {
			f.around = append(f.around, phrases(n.Recv.List[0].Type)...)
		}
	case *ast.CompositeLit:
		if n.Type != nil {
			f.near = append(f.near, phrases(n.Type)...)
		}
		for _, e := range n.Elts { // Host: "ums1" beside Port: 8443
			if kv, ok := e.(*ast.KeyValueExpr); ok && hasAny(phrase(kv.Key), addressWords) {
				f.near = append(f.near, phrases(kv.Value)...)
			}
		}
	case *ast.ValueSpec:
		for _, name := range n.Names {
			f.near = append(f.near, words(name.Name))
		}
	case *ast.AssignStmt:
		for _, e := range n.Lhs {
			f.near = append(f.near, phrases(e)...)
		}
	}
}

// use returns what the literal is; nil if it is not a port.
func (f *finder) use() *use {
	u := &use{lit: f.lit, around: f.around, constant: f.constant, convert: f.convert}
	port := f.verb
	for _, s := range f.subjects {
		if isPortName(s) {
			port, u.subject = true, s
			break
		}
	}
	switch f.lit.Kind {
	case token.INT:
		n, err := strconv.ParseInt(f.lit.Value, 0, 32)
		if err != nil || !port || n < 1 || n > maxPort {
			return nil
		}
		if typ := f.pass.TypesInfo.TypeOf(f.lit); typ != nil && typ.String() == "time.Duration" {
			return nil
		}
		u.number = int(n)
	case token.STRING:
		if f.tag {
			return nil
		}
		a := parseAddress(unquote(f.lit))
		if a == nil || a.bare && !port {
			return nil
		}
		context := append(slices.Clone(f.address), f.subjects...)
		if !a.bare && !a.url && !a.telling && !slices.ContainsFunc(context, func(s string) bool { return hasAny(words(s), addressWords) }) {
			return nil
		}
		u.number, u.text = a.port, a
		if u.subject == "" && len(f.subjects) > 0 {
			u.subject = f.subjects[0]
		}
	default:
		return nil
	}
	u.near = f.near
	if u.subject != "" {
		u.near = append(u.near, words(u.subject))
	}
	if u.text != nil {
		u.near = append(u.near, words(u.text.host))
	}
	isNodePort := func(p []string) bool { return has(p, "nodeport") || has(p, "nodeports") }
	u.nodePort = slices.ContainsFunc(u.near, isNodePort) || slices.ContainsFunc(f.address, func(s string) bool { return isNodePort(words(s)) }) ||
		slices.ContainsFunc(u.around, isNodePort)
	return u
}

// text returns the value of a constant string expression, or of the last part of a sum; ""
// for others.
func (f *finder) text(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			return unquote(e)
		}
	case *ast.BinaryExpr:
		return f.text(e.Y)
	}
	return ""
}

// lastName returns the name that an expression ends with: Port for c.ums.Port.
func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.ParenExpr:
		return lastName(e.X)
	case *ast.StarExpr:
		return lastName(e.X)
	case *ast.IndexExpr:
		return lastName(e.X)
	case *ast.CallExpr:
		return lastName(e.Fun)
	}
	return ""
}

// phrases returns the words of all names and texts of an expression.
func phrases(e ast.Expr) [][]string {
	var all [][]string
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.Ident:
			all = append(all, words(n.Name))
		case *ast.BasicLit:
			if n.Kind == token.STRING && len(n.Value) < 200 {
				all = append(all, words(unquote(n)))
			}
		}
		return true
	})
	return all
}

func phrase(e ast.Expr) []string { return words(lastName(e)) }

func unquote(lit *ast.BasicLit) string {
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return s
}
