package format

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	cueformat "cuelang.org/go/cue/format"
)

// FuzzFormat formats any text, starting from all specs and the schema. Text that does not parse,
// or whose meaning would change, is rejected. The result of anything else is equivalent to it,
// and is not changed by formatting it again.
func FuzzFormat(f *testing.F) {
	for _, dir := range []string{"../../schema", "../../specs"} {
		for _, name := range cueFiles(f, dir) {
			data, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		out, found, err := Source("spec.cue", src)
		if err != nil || len(found) > 0 {
			return
		}
		checkFormatted(t, src, out)
	})
}

// checkFormatted checks the properties of every formatted file.
func checkFormatted(t *testing.T, src, out []byte) {
	t.Helper()
	before, err := parse("before.cue", src)
	if err == nil { // fields in an old form are compared in the current form
		before, err = parse("before.cue", convert(schemaShapes(), before, src))
	}
	if err != nil {
		t.Fatal(err)
	}
	after, err := parse("after.cue", out)
	if err != nil {
		t.Fatalf("the result does not parse: %v\n%s", err, out)
	}
	if lost := difference(before, after); lost != "" {
		t.Errorf("%s\n%s", lost, out)
	}
	if again, _, err := Source("again.cue", out); err != nil || string(again) != string(out) {
		t.Errorf("formatting it again changes it (%v) to\n%s\nfrom\n%s", err, again, out)
	}
	if cue, err := cueformat.Source(out); err != nil || string(cue) != string(out) {
		t.Errorf("cue fmt changes it (%v) to\n%s\nfrom\n%s", err, cue, out)
	}
}

// cueFiles lists the CUE files below a folder.
func cueFiles(t testing.TB, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".cue") {
			all = append(all, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
