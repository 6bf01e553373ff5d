package load

import (
	"context"
	"errors"
	"fmt"
	"path"
	"testing/fstest"
	"time"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	cueload "cuelang.org/go/cue/load"
	"cuelang.org/go/cue/parser"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/limit"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/explain"
	"github.com/portspec/portspec/internal/source"
	"github.com/portspec/portspec/internal/workspace"
)

// A Document is a file that the schema accepts.
type Document struct {
	JSON []byte // the value, with the schema's defaults
	// At returns the position of a value, or of the nearest enclosing one, given the names of
	// fields and the indexes of lists that lead to it.
	At func(path ...string) diag.Position
}

const configPrelude = `package config

import "github.com/portspec/portspec/schema"

config: schema.#Config & {
}
`

var ofConfig = source.Kind{Noun: "a configuration", Name: "configuration", Fields: "version: and generate:", Start: "portspec init writes one with the specs that it makes"}

// configLimits limit the evaluation of a configuration in CUE, which normally takes
// milliseconds.
var configLimits = limit.Limits{Time: 10 * time.Second, Memory: 1 << 30}

// EvaluateConfig checks a configuration against #Config. The extension of the name determines
// whether it is YAML, JSON or CUE, and positions have the name.
func EvaluateConfig(name string, data []byte) (*Document, diag.List) {
	data = source.LF(data)
	type outcome struct {
		document *Document
		found    diag.List
	}
	o, err := limit.Within(context.Background(), configLimits, func(context.Context) (outcome, error) {
		d, found := evaluateConfig(name, data)
		return outcome{d, found}, nil
	})
	if err != nil {
		f := diag.Finding{
			Code: diag.NotEvaluated, Severity: diag.Error, Position: diag.Position{File: name, Line: 1, Column: 1},
			Message: err.Error(), Hint: "write out what is computed there",
		}
		if errors.As(err, new(limit.Exceeded)) {
			f.Message = fmt.Sprintf("evaluating this takes more than %v or %v of memory", configLimits.Time, configLimits.Memory)
		}
		return nil, diag.List{f}
	}
	return o.document, source.Inside(fstest.MapFS{name: {Data: data, Mode: 0o444}}, o.found)
}

func evaluateConfig(name string, data []byte) (*Document, diag.List) {
	fields, faults := readConfigSource(name, data)
	if len(faults) > 0 {
		return nil, faults
	}
	fields.Prelude = configPrelude
	dir := siteDir + "/config"
	files := fstest.MapFS{
		workspace.ModuleFile: workspace.Bundle()[workspace.ModuleFile],
		name:                 {Data: data, Mode: 0o444},
		dir + "/site.cue":    {Data: []byte(configPrelude), Mode: 0o444},
	}
	for _, file := range []string{"schema/config.cue", "schema/names.cue"} {
		files[file] = workspace.Bundle()[file]
	}
	l := newLoading(Loader{})
	l.Files, l.Schema, l.Fields = files, "schema/", eval.Sources{dir + "/site.cue": fields}
	inst := cueload.Instances([]string{"./" + dir}, l.Reading().Config())[0]
	p := l.build(inst)
	if p == nil {
		return nil, l.result.Findings
	}
	if faults := l.Findings(p); len(faults) > 0 {
		return nil, faults
	}
	document, err := p.Value.LookupPath(cue.ParsePath("config")).MarshalJSON()
	if err != nil {
		return nil, diag.List{{
			Code: diag.NotEvaluated, Severity: diag.Error, Position: diag.Position{File: name, Line: 1, Column: 1},
			Message: err.Error(), Hint: "write out what is computed there",
		}}
	}
	return &Document{document, p.Written.Below("config").At}, nil
}

// readConfigSource parses the file as CUE syntax.
func readConfigSource(name string, data []byte) (*source.Fields, diag.List) {
	if path.Ext(name) != ".cue" {
		return source.ReadFields(name, data, ofConfig)
	}
	parse := func() (*ast.File, error) { return parser.ParseFile(name, data, parser.ParseComments) }
	f, err := parse()
	if err != nil {
		return nil, explain.Imports(err, false)
	}
	if found := workspace.Unfit(f); len(found) > 0 {
		return nil, found
	}
	for d := range f.ImportSpecs() {
		return nil, diag.List{{
			Code: diag.NoFields, Severity: diag.Error, Position: source.Span(d),
			Message: "a configuration cannot import packages", Hint: "remove the import; portspec applies the schema by itself",
		}}
	}
	for _, d := range f.Decls {
		if clause, ok := d.(*ast.Package); ok {
			return nil, diag.List{{
				Code: diag.NoFields, Severity: diag.Error, Position: source.Span(clause),
				Message: "a configuration cannot have a package clause", Hint: "remove the package clause, so that CUE does not treat the file as part of a spec",
			}}
		}
	}
	decls := func() []ast.Decl {
		f, _ := parse()
		return f.Decls
	}
	return &source.Fields{Decls: decls, Start: f.Pos()}, nil
}
