package load

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"testing/fstest"
	"time"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	cueload "cuelang.org/go/cue/load"
	"cuelang.org/go/cue/parser"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/limit"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/source"
	"github.com/portspec/portspec/internal/workspace"
)

// A Config is what a repository's portspec.yaml or portspec.cue says.
type Config struct {
	Specs    string // "" for the nearest workspace
	Sites    []string
	Generate []Output
}

// An Output is one target and where it goes.
type Output struct {
	Target   string
	Out      string
	Products []string
	Sites    []string
	Options  map[string]string // of the target; lists are joined by commas
	Position diag.Position
}

const configPrelude = `package config

import "github.com/portspec/portspec/schema"

config: schema.#Config & {
}
`

var ofConfig = source.Kind{Noun: "a configuration", Fields: "version: and generate:", Start: "portspec init writes one with the specs that it makes"}

// configLimits bound what evaluating a configuration in CUE may cost, which takes
// milliseconds.
var configLimits = limit.Limits{Time: 10 * time.Second, Memory: 1 << 30}

// ReadConfig reads and judges a configuration, whose name positions have.
func ReadConfig(name string, data []byte) (*Config, diag.List) {
	type outcome struct {
		config *Config
		found  diag.List
	}
	o, err := limit.Within(context.Background(), configLimits, func(context.Context) (outcome, error) {
		c, found := readConfig(name, data)
		return outcome{c, found}, nil
	})
	if err != nil {
		f := diag.Finding{
			Code: codeOther, Severity: diag.Error, Position: diag.Position{File: name, Line: 1, Column: 1},
			Message: err.Error(), Hint: "write out what is computed there",
		}
		if errors.As(err, new(limit.Exceeded)) {
			f.Message = fmt.Sprintf("CUE does not evaluate this within %v and %v of memory", configLimits.Time, configLimits.Memory)
		}
		return nil, diag.List{f}
	}
	return o.config, source.Inside(fstest.MapFS{name: {Data: data, Mode: 0o444}}, o.found)
}

func readConfig(name string, data []byte) (*Config, diag.List) {
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
	l := &loading{
		files: files, schema: "schema/", ctx: newContext(),
		written: make(map[string]source.Index), products: make(map[string]found), views: make(views),
		sites: siteSources{dir + "/site.cue": fields}, mended: make(mends), faulty: make(map[string]bool),
		result: &Result{Catalog: &model.Catalog{}, Files: files},
	}
	inst := cueload.Instances([]string{"./" + dir}, l.reading().config())[0]
	p := l.build(inst)
	if p == nil {
		return nil, l.result.Findings
	}
	if faults := l.explain(p); len(faults) > 0 {
		return nil, faults
	}
	r := read(p.value.LookupPath(cue.ParsePath("config")))
	c := &Config{Specs: r.str("specs"), Sites: r.strs("sites")}
	at := p.written.Below("config")
	for i, o := range texted(r.get("generate")) {
		o.Position = at.At("generate", fmt.Sprint(i), "out")
		c.Generate = append(c.Generate, o)
	}
	return c, nil
}

func texted(r reader) []Output {
	return items(r, func(r reader) Output {
		o := Output{Target: r.str("target"), Out: path.Clean(r.str("out")), Products: r.strs("products"), Sites: r.strs("sites")}
		options := r.get("options")
		for _, name := range []string{"package", "only", "prefix", "type", "tags"} {
			if options.has(name) {
				o.set(name, options.str(name))
			}
		}
		if options.has("components") {
			o.set("components", strings.Join(options.strs("components"), ","))
		}
		return o
	})
}

func (o *Output) set(name, value string) {
	if o.Options == nil {
		o.Options = make(map[string]string)
	}
	o.Options[name] = value
}

// readConfigSource reads the file as CUE's syntax.
func readConfigSource(name string, data []byte) (*source.Fields, diag.List) {
	if path.Ext(name) != ".cue" {
		return source.ReadFields(name, data, ofConfig)
	}
	parse := func() (*ast.File, error) { return parser.ParseFile(name, data, parser.ParseComments) }
	f, err := parse()
	if err != nil {
		return nil, explainLoading(err)
	}
	if found := workspace.Unfit(f); len(found) > 0 {
		return nil, found
	}
	for d := range f.ImportSpecs() {
		return nil, diag.List{{
			Code: source.CodeFields, Severity: diag.Error, Position: source.Span(d),
			Message: "a configuration imports nothing", Hint: "take the import out; portspec knows the schema of the file",
		}}
	}
	for _, d := range f.Decls {
		if clause, ok := d.(*ast.Package); ok {
			return nil, diag.List{{
				Code: source.CodeFields, Severity: diag.Error, Position: source.Span(clause),
				Message: "a configuration belongs to no package", Hint: "take the package clause out, so that CUE does not take the file for a spec",
			}}
		}
	}
	decls := func() []ast.Decl {
		f, _ := parse()
		return f.Decls
	}
	return &source.Fields{Decls: decls, Start: f.Pos()}, nil
}
