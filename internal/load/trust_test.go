package load

import (
	"strings"
	"testing"
	"testing/fstest"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
	cueload "cuelang.org/go/cue/load"

	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/partial"
	"github.com/portspec/portspec/internal/workspace"
)

// TestTrust tests which values of a component's service are trusted to be services, and that the
// others are checked.
func TestTrust(t *testing.T) {
	const product = `product: schema.#Product & {id: "x", name: "X", vendor: "X", version: "1", description: "X.", sources: {}, ` +
		`components: c: {name: "C", service: `
	const own = "package own\nimport \"github.com/portspec/portspec/schema\"\n"
	const fine = own + "services: [ID=schema.#ID]: schema.#Service & {id: ID}\nservices: mail: name: \"M\"\n"
	for name, test := range map[string]struct {
		service string
		own     string // the package of services
		trusted bool
		wrong   bool // judging finds something
	}{
		"by index":           {service: `services.services["smb"]`, trusted: true},
		"by name":            {service: `services.services.smb`, trusted: true},
		"own":                {service: `own.services.mail`, own: fine, trusted: true},
		"with more":          {service: `services.services.smb & {name: "N"}`, wrong: true},
		"written there":      {service: `{id: "m", name: "M", extra: 1}`, wrong: true},
		"not judged":         {service: `own.services.mail`, own: own + "services: mail: {name: \"M\", _s: schema.#ID}\n", wrong: true},
		"something else":     {service: `own.services.mail`, own: own + "services: [ID=schema.#ID]: schema.#Component\nservices: mail: name: \"M\"\n", wrong: true},
		"one of two":         {service: `own.services.mail | services.services.smb`, own: fine, wrong: true},
		"no name that it is": {service: `own.services["Mail"]`, own: fine + `services: "Mail": {name: "M", extra: 1}`, wrong: true},
	} {
		t.Run(name, func(t *testing.T) {
			text := "package x\nimport (\n\"github.com/portspec/portspec/schema\"\n"
			if strings.Contains(test.service, "services.services") {
				text += "\"github.com/portspec/portspec/specs/services\"\n"
			}
			files := fstest.MapFS{workspace.ModuleFile: {Data: []byte("module: \"example.com/x@v0\"\nlanguage: version: \"v0.17.0\"\n")}}
			if test.own != "" {
				text += "\"example.com/x/own\"\n"
				files["own/own.cue"] = &fstest.MapFile{Data: []byte(test.own)}
			}
			files["x.cue"] = &fstest.MapFile{Data: []byte(text + ")\n" + product + test.service + "}}\n")}
			workspace, _, err := workspace.OpenFS(files, workspace.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			r := eval.Reading{Files: workspace, Schema: eval.SchemaDir(workspace)}
			instances := cueload.Instances([]string{"."}, r.Config())
			if err := instances[0].Err; err != nil {
				t.Fatal(err)
			}
			if by, _ := partial.NewSchemas().Specialize(r, instances); by != eval.ByPart {
				t.Fatal("the packages were judged by the whole schema")
			}
			if trusted := serviceField(t, eval.SchemaOf(instances[0]).Files) == "_"; trusted != test.trusted {
				t.Errorf("trusted: %t", trusted)
			}
			found, err := loadDirs(t.Context(), workspace, []string{"."})
			if err != nil {
				t.Fatal(err)
			}
			if wrong := found.Findings.HasErrors(); wrong != test.wrong {
				t.Errorf("findings: %v", found.Findings)
			}
		})
	}
}

// serviceField returns the type of the field service in a part of the schema.
func serviceField(t *testing.T, files []*ast.File) string {
	field := func(decls []ast.Decl, name string) ast.Expr {
		for _, d := range decls {
			if f, ok := d.(*ast.Field); ok {
				if label, _, _ := ast.LabelName(f.Label); label == name {
					if alias, ok := f.Value.(*ast.Alias); ok {
						return alias.Expr
					}
					return f.Value
				}
			}
		}
		return nil
	}
	for _, f := range files {
		if component, ok := field(f.Decls, "#Component").(*ast.StructLit); ok {
			text, err := format.Node(field(component.Elts, "service"))
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
	}
	return ""
}
