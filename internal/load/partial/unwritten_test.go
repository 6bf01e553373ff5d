package partial

import (
	"strings"
	"testing"
	"testing/fstest"

	cueload "cuelang.org/go/cue/load"

	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/workspace"
)

// TestUnwritten tests which optional fields are removed, and when none may be.
func TestUnwritten(t *testing.T) {
	const head = "package x\nimport \"github.com/portspec/portspec/schema\"\n"
	const product = `product: schema.#Product & {id: "x", name: "X", vendor: "X", version: "1", description: "X.", `
	for name, test := range map[string]struct {
		text string
		gone string // removed fields, and with a minus those that stay
	}{
		"written":      {head + product + `flows: f: note: "N"}`, "-note via family"},
		"quoted":       {head + product + `flows: f: "note": "N"}`, "-note via"},
		"put together": {head + product + `flows: {for x in ["a"] {"f\(x)": {}}}}`, "-fallback -family note"},
		"anything":     {head + product + `flows: {for x in ["a"] {"\(x)": {}}}}`, "-note -via"},
		"any name":     {head + "_k: \"note\"\n" + product + `flows: f: (_k): "N"}`, "-note -via"},
		"a pattern":    {head + product + `flows: [string]: note: "N"}`, "-note via"},
		"other data":   {head + "import \"encoding/json\"\n" + product + `flows: json.Unmarshal("{}")}`, "-note -via"},
		"named groups": {head + "import \"regexp\"\n" + product + `flows: f: regexp.FindNamedSubmatch("(?P<note>.)", "N")}`, "-note -via"},
		"given values": {head + product + `flows: {}}`, "-port -at -default note"},
	} {
		t.Run(name, func(t *testing.T) {
			files, _, err := workspace.OpenFS(fstest.MapFS{
				workspace.ModuleFile: {Data: []byte("module: \"example.com/x@v0\"\nlanguage: version: \"v0.17.0\"\n")},
				"x.cue":              {Data: []byte(test.text)},
			}, workspace.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			r := eval.Reading{Files: files, Schema: eval.SchemaDir(files)}
			instances := cueload.Instances([]string{"."}, r.Config())
			if err := instances[0].Err; err != nil {
				t.Fatal(err)
			}
			_, unwritten := NewSchemas().Specialize(r, instances)
			for _, field := range strings.Fields(test.gone) {
				field, stays := strings.CutPrefix(field, "-")
				if unwritten[field] == stays {
					t.Errorf("%s is removed: %t", field, !stays)
				}
			}
		})
	}
}

// TestUnreferenced tests which definitions packages are judged by: those that they refer to,
// directly or indirectly.
func TestUnreferenced(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		left string // definitions that stay, and with a minus those that are removed
	}{
		"a product":   {"product: schema.#Product", "#Product #Listener #Source -#Site -#Config"},
		"a service":   {"services: [ID=schema.#ID]: schema.#Service & {id: ID}", "#ID #Service #Listener -#Product -#Flow"},
		"a name":      {"let s = schema\nproduct: s.#Product", "#Product #Site #Config"},
		"by an index": {"product: schema[\"#Product\"]", "#Product #Site #Config"},
	} {
		t.Run(name, func(t *testing.T) {
			files, _, err := workspace.OpenFS(fstest.MapFS{
				workspace.ModuleFile: {Data: []byte("module: \"example.com/x@v0\"\nlanguage: version: \"v0.17.0\"\n")},
				"x.cue":              {Data: []byte("package x\nimport \"github.com/portspec/portspec/schema\"\n" + test.text + "\n")},
			}, workspace.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			r := eval.Reading{Files: files, Schema: eval.SchemaDir(files)}
			instances := cueload.Instances([]string{"."}, r.Config())
			if err := instances[0].Err; err != nil {
				t.Fatal(err)
			}
			NewSchemas().Specialize(r, instances)
			defines := make(map[string]bool)
			for _, f := range eval.SchemaOf(instances[0]).Files {
				for _, d := range f.Decls {
					name, _ := regularField(d)
					defines[name] = true
				}
			}
			for _, definition := range strings.Fields(test.left) {
				definition, gone := strings.CutPrefix(definition, "-")
				if defines[definition] == gone {
					t.Errorf("%s stays: %t", definition, gone)
				}
			}
		})
	}
}
