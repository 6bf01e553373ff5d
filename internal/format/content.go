package format

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"
)

// difference describes how two files differ other than in layout and the order of fields;
// "" if they do not.
func difference(before, after *ast.File) string {
	left := make(map[string]int)
	for _, text := range comments(after) {
		left[text]++
	}
	for _, text := range comments(before) {
		if left[text] == 0 {
			return fmt.Sprintf("the comment %q would be lost", text)
		}
		left[text]--
	}
	for _, text := range comments(after) {
		if left[text] > 0 {
			return fmt.Sprintf("the comment %q would appear twice", text)
		}
	}
	if digest(before) != digest(after) {
		return "an expression would change"
	}
	return ""
}

// comments lists the lines of all comments of a file.
func comments(f *ast.File) []string {
	var all []string
	ast.Walk(f, func(n ast.Node) bool {
		if c, ok := n.(*ast.Comment); ok {
			all = append(all, strings.TrimSpace(c.Text))
		}
		return true
	}, nil)
	return all
}

// digest returns the same value for nodes that are equal except for comments and order.
func digest(n ast.Node) [sha256.Size]byte {
	var parts []string
	ast.Walk(n, func(child ast.Node) bool {
		if child == n {
			return true
		}
		if _, comment := child.(*ast.CommentGroup); !comment {
			d := digest(child)
			parts = append(parts, string(d[:]))
		}
		return false
	}, nil)
	if _, ok := n.(*ast.StructLit); ok {
		slices.Sort(parts)
	}
	return sha256.Sum256(fmt.Appendf(nil, "%T %q %q", n, content(n), parts))
}

// content returns the content of a node without its children.
func content(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Ident:
		return n.Name
	case *ast.Attribute:
		return n.Text
	case *ast.BasicLit:
		return value(n)
	case *ast.UnaryExpr:
		return n.Op.String()
	case *ast.BinaryExpr:
		return n.Op.String()
	case *ast.PostfixExpr:
		return n.Op.String()
	case *ast.Field:
		return n.Constraint.String()
	case *ast.SliceExpr:
		return fmt.Sprint(n.Low != nil, n.High != nil)
	}
	return ""
}

// value returns the value of a literal, which can be written in several ways.
func value(n *ast.BasicLit) string {
	switch n.Kind {
	case token.STRING:
		if s, err := literal.Unquote(n.Value); err == nil {
			return fmt.Sprintf("%q", s)
		}
		// A part of an interpolated string, whose lines are indented like the code around it.
		lines := strings.Split(n.Value, "\n")
		for i := range lines {
			lines[i] = strings.TrimLeft(lines[i], " \t")
		}
		return strings.Join(lines, "\n")
	case token.INT, token.FLOAT:
		var num literal.NumInfo
		if literal.ParseNum(n.Value, &num) == nil {
			s := num.String()
			if strings.HasSuffix(s, ".") {
				s += "0" // 7. is formatted as 7.0
			}
			return s
		}
	}
	return n.Value
}
