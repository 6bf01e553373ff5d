package source

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"path"
	"strings"
	"sync"

	"cuelang.org/go/cue/ast"
	cueerrors "cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
	cuejson "cuelang.org/go/encoding/json"
	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/internal/diag"
)

// Fields are the contents of a file in YAML, JSON or CUE, as CUE syntax.
type Fields struct {
	// Decls returns a new copy of the fields each time, because callers change them.
	Decls func() []ast.Decl
	mu    sync.Mutex // guards Decls
	Start token.Pos  // start of the file
	// Prelude is the source of a CUE package. Its last declaration is a field whose value
	// is the conjunction of a definition and a struct, to which the fields are added.
	Prelude string
	// Ends has the end columns of values whose text in the file differs from CUE.
	Ends map[diag.Position]int
}

// A Kind describes the contents of a file, for findings.
type Kind struct {
	Name   string
	Noun   string // name with an article
	Fields string // the first fields
	Start  string // how to get an example
}

// ReadFields parses a file as JSON if its name ends in .json, otherwise as YAML. If there
// are findings, the fields must not be used.
func ReadFields(name string, data []byte, of Kind) (*Fields, diag.List) {
	if found := NotUTF8(name, data, "convert the file"); found != nil {
		return nil, found
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if strings.EqualFold(path.Ext(name), ".json") {
		return readJSON(name, data, of)
	}
	var docs []*yaml.Node
	for d := yaml.NewDecoder(bytes.NewReader(data)); len(docs) < 2; { // a second document is an error
		var doc yaml.Node
		err := d.Decode(&doc)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, diag.List{yamlError(name, data, err)}
		}
		docs = append(docs, &doc)
	}
	y := newYAMLReading(name, data, of)
	switch {
	case len(docs) == 0 || len(docs[0].Content) == 0 || docs[0].Content[0].Kind == yaml.ScalarNode && docs[0].Content[0].Tag == "!!null":
		y.report(diag.NoFields, &yaml.Node{Line: 1, Column: 1}, "the file is empty", of.Noun+" begins with "+of.Fields+"; "+of.Start)
	case len(docs) > 1:
		y.report(diag.NotPlainYAML, docs[1], "a second document begins here", "a file can have only one "+of.Name+"; remove the ---")
	case docs[0].Content[0].Kind != yaml.MappingNode:
		y.report(diag.NoFields, docs[0].Content[0], "expected a mapping", of.Noun+" begins with fields such as "+of.Fields)
	default:
		fields := func() []ast.Decl { return y.expr(docs[0].Content[0]).(*ast.StructLit).Elts }
		if fields(); len(y.found) == 0 {
			return &Fields{Decls: fields, Start: y.file.Pos(0, token.NoRelPos), Ends: maps.Clone(y.ends)}, nil
		}
	}
	return nil, y.found
}

// readJSON parses a file in JSON, which is a subset of CUE.
func readJSON(name string, data []byte, of Kind) (*Fields, diag.List) {
	expr, err := cuejson.Extract(name, data)
	if err != nil {
		f := diag.Finding{
			Code: diag.NoFields, Severity: diag.Error, Position: diag.Position{File: name, Line: 1, Column: 1},
			Message: "invalid JSON", Hint: "fix the JSON syntax here",
		}
		if at := At(cueerrors.Errors(err)[0].Position()); at.IsValid() {
			f.Position = at
		}
		return nil, diag.List{f}
	}
	s, ok := expr.(*ast.StructLit)
	if !ok {
		return nil, diag.List{{
			Code: diag.NoFields, Severity: diag.Error, Position: diag.Position{File: name, Line: 1, Column: 1},
			Message: "expected an object", Hint: of.Noun + " begins with fields such as " + strings.ReplaceAll(of.Fields, ":", ""),
		}}
	}
	var found diag.List
	ast.Walk(s, func(n ast.Node) bool {
		if s, ok := n.(*ast.StructLit); ok {
			first := make(map[string]diag.Position)
			for _, d := range s.Elts {
				if field, ok := d.(*ast.Field); ok {
					key, _, _ := ast.LabelName(field.Label)
					at := Span(field.Label)
					if before, twice := first[key]; twice {
						found = append(found, duplicate(key, at, before))
					}
					first[key] = at
				}
			}
		}
		return true
	}, nil)
	again := func() []ast.Decl {
		expr, _ := cuejson.Extract(name, data)
		return expr.(*ast.StructLit).Elts
	}
	return &Fields{Decls: again, Start: s.Lbrace}, found
}

func duplicate(key string, at, first diag.Position) diag.Finding {
	return diag.Finding{
		Code: diag.NotPlainYAML, Severity: diag.Error, Position: at,
		Message: "duplicate key " + key,
		Related: []diag.Related{{Position: first, Message: "the first is here"}},
		Hint:    "remove one of them",
	}
}

// File returns the package of the prelude with the fields added to it.
func (s *Fields) File(name string) *ast.File {
	f, err := parser.ParseFile(name, s.Prelude)
	if err != nil {
		panic(err) // the prelude is a constant
	}
	site := f.Decls[len(f.Decls)-1].(*ast.Field)
	body := site.Value.(*ast.BinaryExpr).Y.(*ast.StructLit)
	s.mu.Lock()
	defer s.mu.Unlock()
	body.Elts = append(body.Elts, s.Decls()...)
	return f
}
