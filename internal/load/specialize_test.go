package load

import (
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	cueload "cuelang.org/go/cue/load"

	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/workspace"
)

// TestSpecialized changes tokens at random and judges by the part of the schema
// that concerns the packages, and by the whole schema alone: the results are the
// same to the byte.
func TestSpecialized(t *testing.T) {
	r := rand.New(rand.NewPCG(*mutationSeed, 2))
	var trials []trial
	for _, w := range mutableWorkspaces(t) {
		trials = append(trials, w.trials(t)...)
	}
	r.Shuffle(len(trials), func(i, j int) { trials[i], trials[j] = trials[j], trials[i] })
	const edits = 40
	faulty := 0
	for _, tr := range trials[:edits] {
		var results [2]string
		for i := range results {
			found, err := Loader{whole: i == 1}.loadDirs(t.Context(), overlaid{tr.in.files, tr.file, tr.text}, tr.dirs)
			if err != nil {
				t.Fatal(err)
			}
			results[i] = asText(t, found)
			if i == 1 && found.Findings.HasErrors() {
				faulty++
			}
		}
		if results[0] != results[1] {
			t.Errorf("%s: %s", tr, firstDifference(results[0], results[1]))
		}
	}
	t.Logf("%d edits, %d with errors", edits, faulty)
	if faulty == 0 || faulty == edits {
		t.Error("this tries nothing")
	}
}

// TestNowhere says which optional fields are taken out, and where none may be.
func TestNowhere(t *testing.T) {
	const head = "package x\nimport \"github.com/portspec/portspec/schema\"\n"
	const product = `product: schema.#Product & {id: "x", name: "X", vendor: "X", version: "1", description: "X.", `
	for name, test := range map[string]struct {
		text string
		gone string // fields that are taken out, and with a minus those that are not
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
			instances := cueload.Instances([]string{"."}, eval.Reading{Files: files, Schema: eval.SchemaDir(files)}.Config())
			if err := instances[0].Err; err != nil {
				t.Fatal(err)
			}
			nowhere := newSchemas().specialize(instances)
			for _, field := range strings.Fields(test.gone) {
				field, stays := strings.CutPrefix(field, "-")
				if nowhere[field] == stays {
					t.Errorf("%s is taken out: %t", field, !stays)
				}
			}
		})
	}
}
