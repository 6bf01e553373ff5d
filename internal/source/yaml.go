package source

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"
	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/pattern"
)

// A yamlReading converts YAML to CUE syntax. It rejects what YAML has beyond JSON: anchors
// and aliases, with which a few lines can expand to billions, tags, and keys that are not
// strings.
type yamlReading struct {
	name  string
	of    Kind
	data  []byte
	file  *token.File
	lines []int // offsets of their starts
	last  spot  // of the node that was located last
	ends  map[diag.Position]int
	found diag.List
}

func newYAMLReading(name string, data []byte, of Kind) *yamlReading {
	y := &yamlReading{name: name, of: of, data: data, file: token.NewFile(name, -1, len(data)+1), lines: []int{0}, ends: make(map[diag.Position]int)}
	y.file.SetLinesForContent(data)
	for i, c := range data {
		if c == '\n' {
			y.lines = append(y.lines, i+1)
		}
	}
	return y
}

// A spot is a place in the file, in YAML's lines and columns and as a byte offset.
type spot struct{ line, column, offset int }

// offset returns the offset of a node. It counts from the previous node on the same line,
// because a whole file may be a single line.
func (y *yamlReading) offset(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(y.lines) {
		return len(y.data)
	}
	at := y.last
	if at.line != n.Line || at.column > n.Column {
		at = spot{n.Line, 1, y.lines[n.Line-1]}
	}
	for ; at.column < n.Column && at.offset < len(y.data); at.column++ { // columns count characters
		_, size := utf8.DecodeRune(y.data[at.offset:])
		at.offset += size
	}
	y.last = at
	return at.offset
}

// line returns the text from the start of a node to the end of its line.
func (y *yamlReading) line(n *yaml.Node) []byte {
	end := len(y.data)
	if n.Line < len(y.lines) {
		end = max(0, y.lines[max(n.Line, 0)]-1)
	}
	return y.data[min(y.offset(n), end):end]
}

func (y *yamlReading) pos(n *yaml.Node) token.Pos { return y.file.Pos(y.offset(n), token.NoRelPos) }

// place returns the position of a node, with its end if it is a scalar on one line.
func (y *yamlReading) place(n *yaml.Node) diag.Position {
	at := At(y.pos(n))
	if n.Kind == yaml.ScalarNode {
		at.EndColumn = at.Column + y.width(n)
	}
	return at
}

// width returns the number of bytes of a scalar on its first line.
func (y *yamlReading) width(n *yaml.Node) int {
	rest := y.line(n)
	if len(rest) == 0 {
		return 1
	}
	switch quote := rest[0]; {
	case n.Style&yaml.DoubleQuotedStyle != 0 && quote == '"', n.Style&yaml.SingleQuotedStyle != 0 && quote == '\'':
		for i := 1; i < len(rest); i++ {
			if rest[i] == '\\' && quote == '"' {
				i++
			} else if rest[i] == quote {
				return i + 1
			}
		}
		return len(rest)
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return 1
	}
	if bytes.HasPrefix(rest, []byte(n.Value)) {
		return max(1, len(n.Value))
	}
	return len(bytes.TrimRight(rest, " \t\r"))
}

func (y *yamlReading) report(code diag.Code, n *yaml.Node, message, hint string) {
	y.found = append(y.found, diag.Finding{Code: code, Severity: diag.Error, Position: y.place(n), Message: message, Hint: hint})
}

// expr converts a node to an expression.
func (y *yamlReading) expr(n *yaml.Node) ast.Expr {
	if n.Anchor != "" {
		y.report(diag.NotPlainYAML, n, "&"+n.Anchor+" is an anchor, which "+y.of.Noun+" cannot have", "write out what it stands for")
	}
	if n.Kind == yaml.AliasNode {
		y.report(diag.NotPlainYAML, n, "*"+n.Value+" is an alias, which "+y.of.Noun+" cannot have", "write out what it stands for")
		return &ast.BadExpr{From: y.pos(n)}
	}
	if n.Style&yaml.TaggedStyle != 0 {
		y.report(diag.NotPlainYAML, n, n.Tag+" is a tag, which "+y.of.Noun+" cannot have", "remove the tag, and quote strings")
	}
	switch n.Kind {
	case yaml.MappingNode:
		return y.mapping(n)
	case yaml.SequenceNode:
		list := &ast.ListLit{Lbrack: y.pos(n)}
		for _, x := range n.Content {
			list.Elts = append(list.Elts, y.expr(x))
		}
		return list
	}
	return y.scalar(n)
}

func (y *yamlReading) mapping(n *yaml.Node) *ast.StructLit {
	s := &ast.StructLit{Lbrace: y.pos(n)}
	first := make(map[string]diag.Position)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode || key.Style&yaml.TaggedStyle != 0 || key.Anchor != "":
			y.report(diag.NotPlainYAML, key, "this key is not a plain string", "a key is a word, such as those that "+y.of.Noun+" begins with: "+y.of.Fields)
			continue
		case key.Tag == "!!merge":
			y.report(diag.NotPlainYAML, key, "<< merges what an alias stands for, which "+y.of.Noun+" cannot have", "write out what it stands for")
			continue
		}
		if value.Kind == yaml.ScalarNode && value.Tag == "!!null" {
			y.report(diag.NoFields, key, key.Value+" has no value", "give it one, or remove it")
		}
		if before, twice := first[key.Value]; twice {
			y.found = append(y.found, duplicate(key.Value, y.place(key), before))
		} else {
			first[key.Value] = y.place(key)
		}
		y.agreed(key)
		label := &ast.BasicLit{ValuePos: y.pos(key), Kind: token.STRING, Value: literal.String.Quote(key.Value)}
		y.ends[Start(y.place(key))] = y.place(key).EndColumn
		s.Elts = append(s.Elts, &ast.Field{Label: label, Value: y.expr(value)})
	}
	return s
}

func (y *yamlReading) scalar(n *yaml.Node) ast.Expr {
	y.agreed(n)
	at := y.pos(n)
	y.ends[Start(y.place(n))] = y.place(n).EndColumn
	lit := &ast.BasicLit{ValuePos: at, Kind: token.STRING, Value: literal.String.Quote(n.Value)}
	switch n.Tag {
	case "!!null":
		lit.Kind, lit.Value = token.NULL, "null"
	case "!!bool":
		lit.Kind, lit.Value = token.FALSE, "false"
		if on, _ := strconv.ParseBool(strings.ToLower(n.Value)); on {
			lit.Kind, lit.Value = token.TRUE, "true"
		}
	case "!!int":
		var number int64
		if n.Decode(&number) == nil {
			lit.Kind, lit.Value = token.INT, strconv.FormatInt(number, 10)
		}
	}
	return lit
}

// yamlLine matches the line number in errors of the YAML parser.
var yamlLine = pattern.New(`^yaml: (?:line (\d+): )?`)

// yamlError converts an error of the YAML parser to a finding.
func yamlError(name string, data []byte, err error) diag.Finding {
	text := err.Error()
	f := diag.Finding{
		Code: diag.NoFields, Severity: diag.Error, Position: diag.Position{File: name, Line: 1, Column: 1},
		Hint: "fix the YAML syntax here or just above",
	}
	if m := yamlLine().FindStringSubmatch(text); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			f.Position.Line = min(n, 1+bytes.Count(data, []byte("\n")))
		}
		text = text[len(m[0]):]
	}
	if strings.Contains(text, "cannot start any token") {
		for i, line := range bytes.Split(data, []byte("\n")) {
			if blank := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]; bytes.ContainsRune(blank, '\t') {
				f.Position = diag.Position{File: name, Line: i + 1, Column: 1 + bytes.IndexByte(line, '\t')}
				f.Hint = "indent with spaces: YAML does not allow tabs"
				break
			}
		}
	}
	f.Message = fmt.Sprintf("invalid YAML: %s", text)
	return f
}
