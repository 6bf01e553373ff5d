package load

import (
	"io/fs"
	"testing"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"

	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/scan"
	"github.com/portspec/portspec/internal/workspace"
)

// TestParsedOnce has a package read twice: the first reading gets files as they were parsed
// before, and the second parses them again, as the first changes them.
func TestParsedOnce(t *testing.T) {
	files, _, err := workspace.Open("../../testdata/workspace", "", workspace.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	const dir = "./shapes"
	names, err := fs.Glob(files, "shapes/*.cue")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	var parsed eval.Parsed
	if _, found := scan.Folders(files, []string{dir}, &parsed); len(found) > 0 {
		t.Fatal(found)
	}
	reading := eval.Session{Files: files, Schema: eval.SchemaDir(files), Parsed: &parsed}
	read := func(name string, mode parser.Mode) *ast.File {
		t.Helper()
		f, err := reading.Reading().Config().ParseFile("/"+name, []byte("package other"), parser.NewConfig(mode))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	isOther := func(f *ast.File) bool { return f.PackageName() == "other" }
	for _, name := range names {
		if isOther(read(name, parser.ImportsOnly)) || isOther(read(name, 0)) {
			t.Errorf("%s is parsed again", name)
		}
		if !isOther(read(name, 0)) {
			t.Errorf("%s is handed out twice", name)
		}
	}
}
