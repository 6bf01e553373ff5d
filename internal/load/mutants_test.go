package load

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
)

// A mutant is a file of a workspace with one token changed.
type mutant struct {
	file string
	line int
	kind string // kind of mutation, for counting
	text string // the whole mutated file

	// The old and the new value; "" if the mutation does not replace a value.
	before, after string
}

func (m mutant) String() string {
	return fmt.Sprintf("%s:%d: %s: %s became %s", m.file, m.line, m.kind, m.before, m.after)
}

// mutants lists all single-token changes of a file.
func mutants(t *testing.T, files fs.FS, name string) []mutant {
	t.Helper()
	data, err := fs.ReadFile(files, name)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parser.ParseFile(name, data, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	m := &mutator{name: name, text: string(data), labels: make(map[ast.Node]bool), indices: make(map[ast.Node]bool)}
	ast.Walk(f, m.collect, nil)
	ast.Walk(f, m.mutate, nil)
	return m.all
}

// A mutator makes the mutants of a file.
type mutator struct {
	name, text string
	ids, rows  []string // possible replacements for strings
	labels     map[ast.Node]bool
	indices    map[ast.Node]bool
	all        []mutant
}

var (
	idLike  = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	rowLike = regexp.MustCompile(`^[a-z0-9-]+/[a-z0-9-]+/[A-Za-z0-9._-]+$`)
)

// collect records labels, and possible replacements for strings.
func (m *mutator) collect(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.Field:
		m.labels[n.Label] = true
	case *ast.BasicLit:
		if n.Kind != token.STRING {
			return true
		}
		switch s, _ := strconv.Unquote(n.Value); {
		case idLike.MatchString(s) && !slices.Contains(m.ids, s):
			m.ids = append(m.ids, s)
		case rowLike.MatchString(s) && !slices.Contains(m.rows, s):
			m.rows = append(m.rows, s)
		}
	}
	return true
}

func (m *mutator) mutate(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.Package:
		return false
	case *ast.BasicLit:
		m.basic(n)
	case *ast.Ident:
		m.ident(n)
	case *ast.IndexExpr:
		if i, ok := n.Index.(*ast.BasicLit); ok && i.Kind == token.INT {
			m.indices[i] = true
		}
	case *ast.ListLit:
		for i := range n.Elts {
			m.dropElement(n, i)
		}
	}
	return true
}

func (m *mutator) basic(n *ast.BasicLit) {
	switch {
	case m.labels[n]:
		m.replace("label renamed", n, letterChanged(n.Value))
	case n.Kind == token.STRING:
		m.replace("letter changed", n, letterChanged(n.Value))
		for _, pool := range [][]string{m.ids, m.rows} {
			s, _ := strconv.Unquote(n.Value)
			if i := slices.Index(pool, s); i >= 0 && len(pool) > 1 {
				m.replace("another id", n, strconv.Quote(pool[(i+1)%len(pool)]))
			}
		}
	case n.Kind == token.INT:
		number, _ := strconv.Atoi(n.Value)
		for _, other := range []int{number + 1, 0, 70000} {
			if other != number {
				kind := "number"
				if m.indices[n] {
					kind = "index"
				}
				m.replace(kind, n, strconv.Itoa(other))
			}
		}
	case n.Kind == token.TRUE:
		m.replace("bool", n, "false")
	case n.Kind == token.FALSE:
		m.replace("bool", n, "true")
	}
}

func (m *mutator) ident(n *ast.Ident) {
	switch {
	case m.labels[n]:
		m.replace("label renamed", n, letterChanged(n.Name))
	case n.Name == "_":
	default:
		m.replace("reference", n, letterChanged(n.Name))
	}
}

// letterChanged returns a token with its last letter or digit changed.
func letterChanged(tok string) string {
	i := strings.LastIndexFunc(tok, func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	})
	if i < 0 {
		return tok
	}
	other := "x"
	if tok[i] == 'x' {
		other = "y"
	}
	if tok[i] >= '0' && tok[i] <= '9' {
		other = strconv.Itoa(int(tok[i]-'0'+5) % 10)
	}
	return tok[:i] + other + tok[i+1:]
}

// dropElement removes an element from a list, with the comma after or before it.
func (m *mutator) dropElement(list *ast.ListLit, i int) {
	x := list.Elts[i]
	start, end := x.Pos().Offset(), x.End().Offset()
	if i+1 < len(list.Elts) {
		end = list.Elts[i+1].Pos().Offset()
	} else if i > 0 {
		start = list.Elts[i-1].End().Offset()
	}
	m.add("element dropped", x, start, end, "")
	m.all[len(m.all)-1].before = value(m.text[x.Pos().Offset():x.End().Offset()])
}

func (m *mutator) replace(kind string, n ast.Node, with string) {
	m.add(kind, n, n.Pos().Offset(), n.End().Offset(), with)
}

func (m *mutator) add(kind string, n ast.Node, start, end int, with string) {
	before := m.text[start:end]
	if before == with {
		return
	}
	m.all = append(m.all, mutant{
		file: m.name, line: n.Pos().Line(), kind: kind,
		text:   m.text[:start] + with + m.text[end:],
		before: value(before), after: value(with),
	})
}

// value returns the value of a token.
func value(tok string) string {
	if s, err := literal.Unquote(tok); err == nil {
		return s
	}
	return tok
}
