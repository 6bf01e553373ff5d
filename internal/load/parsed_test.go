package load

import (
	"io/fs"
	"slices"
	"testing"

	"cuelang.org/go/cue/ast"

	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/judge"
	"github.com/portspec/portspec/internal/load/scan"
	"github.com/portspec/portspec/internal/workspace"
)

// TestParsedOnce has CUE read a package twice: first it gets the files that were already parsed,
// then new ones, because it changes them. The schema is parsed once for both: each time CUE gets
// its package clauses, and the rest is copied.
func TestParsedOnce(t *testing.T) {
	files, _, err := workspace.Open("../../testdata/workspace", "", workspace.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	dirs := []string{"./shapes"}
	l := newLoading(Loader{})
	l.Files, l.Schema, l.Parsed = files, eval.SchemaDir(files), new(eval.Parsed)
	l.readSchema(files.Language(l.Schema))
	outlines, found := scan.Folders(files, dirs, files.Language("."), l.Parsed)
	if len(found) > 0 {
		t.Fatal(found)
	}
	names, err := fs.Glob(files, "shapes/*.cue")
	if err != nil || len(names) == 0 || len(outlines) != 1 {
		t.Fatal(names, err)
	}
	parsed := make(map[string]*ast.File)
	for _, name := range names {
		parsed["/"+name] = l.Parsed.File(name)
	}
	for again := range 2 {
		r := l.ReadingOf(dirs, true)
		inst := judge.Instances(r, dirs)[0]
		if inst.Err != nil {
			t.Fatal(inst.Err)
		}
		for _, f := range inst.Files {
			if same := f == parsed[f.Filename]; same != (again == 0) {
				t.Errorf("%s is the already parsed file: %t", f.Filename, same)
			}
		}
		schema := eval.SchemaOf(inst).Files
		for i, whole := range r.Whole(schema) {
			if path := whole.Filename; len(schema[i].Decls) != 1 {
				t.Errorf("CUE reads more of %s than the package clause", path)
			}
		}
		if !slices.ContainsFunc(r.Whole(schema), func(f *ast.File) bool { return len(f.Decls) > 5 }) {
			t.Error("the schema is empty")
		}
	}
}
