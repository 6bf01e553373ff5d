package format

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/schema"
)

var update = flag.Bool("update", false, "write what Source returns into the cases that compare it")

// TestSource runs the cases in testdata, each of which begins with a description.
func TestSource(t *testing.T) {
	cases, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatal("no cases", err)
	}
	for _, name := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			c, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			in, want := c.Files[0], &c.Files[1]
			got, found, err := Source(in.Name, in.Data)
			if err != nil || len(found) > 0 {
				t.Fatal(err, found)
			}
			checkFormatted(t, in.Data, got)
			if string(got) == string(want.Data) {
				return
			}
			if !*update {
				t.Fatalf("got\n%s\nwant\n%s", got, want.Data)
			}
			want.Data = got
			if err := os.WriteFile(name, txtar.Format(c), 0o666); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestRefuse formats sources for which CUE's formatter returns invalid CUE.
func TestRefuse(t *testing.T) {
	src := "import (\n\t\"a\"\n,\t\"b\"\n)\n"
	out, found, err := Source("odd.cue", []byte(src))
	if !errors.Is(err, errChanged) || out != nil || len(found) > 0 {
		t.Errorf("%q becomes %q, %v, %v", src, out, found, err)
	}
}

// TestDifference tests which changes of a file are differences.
func TestDifference(t *testing.T) {
	base := "a: 1 // one\nb: {c: \"x\", d?: [1, 2]}\n"
	for text, same := range map[string]bool{
		"a: 1 // one\nb: {d?: [1, 2], c: \"x\"}\n":           true,
		"a: 0x1 // one\nb: {d?: [1, 2], c: #\"x\"#}\n":       true,
		"a: 1\nb: {c: \"x\", d?: [1, 2]}\n":                  false,
		"a: 1 // one\nb: {c: \"x\", d?: [1, 2]} // one\n":    false,
		"a: 1 // one\nb: {c: \"x\", d?: [2, 1]}\n":           false,
		"a: 1 // one\nb: {c: \"x\", d!: [1, 2]}\n":           false,
		"a: 1 // one\nb: {c: \"y\", d?: [1, 2]}\n":           false,
		"a: 1 // one\nb: {c: \"x\", d?: [1, 2], c: \"x\"}\n": false,
		"a: \"x\" // one\nb: {c: 1, d?: [1, 2]}\n":           false,
	} {
		before, err := parse("before.cue", []byte(base))
		if err != nil {
			t.Fatal(err)
		}
		after, err := parse("after.cue", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if lost := difference(before, after); (lost == "") != same {
			t.Errorf("%q and\n%q: %q", base, text, lost)
		}
	}
}

// TestRepository formats all specs of the repository. Those that come with portspec, and the
// schema, are already formatted.
func TestRepository(t *testing.T) {
	for _, dir := range []string{"../../schema", "../../specs", "../../testdata"} {
		for _, name := range cueFiles(t, dir) {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			out, found, err := Source(name, src)
			if err != nil || len(found) > 0 {
				t.Errorf("%s: %v %v", name, err, found)
				continue
			}
			checkFormatted(t, src, out)
			if string(out) != string(src) && !strings.Contains(name, "testdata") {
				t.Errorf("%s is not formatted; run portspec fmt", name)
			}
		}
	}
}

// TestModelStays reverses the order of fields in all specs and formats them: the files are
// restored, and the model does not change.
func TestModelStays(t *testing.T) {
	backwards := reversed(t)
	turned, formatted := newWorkspace(t), newWorkspace(t)
	moved := 0
	for _, name := range cueFiles(t, "../../specs") {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		reordered, err := settle(name, src, backwards)
		if err != nil {
			t.Fatal(name, err)
		}
		if string(reordered) != string(src) {
			moved++
		}
		back, _, err := Source(name, reordered)
		if err != nil {
			t.Fatal(name, err)
		}
		if want, _, _ := Source(name, src); squeeze(back) != squeeze(want) {
			t.Errorf("%s was restored as\n%s", name, back)
		}
		local := strings.TrimPrefix(filepath.ToSlash(name), "../../")
		writeFile(t, turned, local, reordered)
		writeFile(t, formatted, local, back)
	}
	if moved < 20 {
		t.Errorf("only %d files had something to move", moved)
	}
	want, err := load.Embedded(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{turned, formatted} {
		got, err := load.Workspace(context.Background(), dir)
		if err != nil || len(got.Findings) > 0 {
			t.Fatal(err, got.Findings)
		}
		if asJSON(t, got.Catalog) != asJSON(t, want.Catalog) {
			t.Error("the model has changed")
		}
	}
}

// reversed returns the reverse of the schema's order of fields.
func reversed(t *testing.T) *shapes {
	all, err := readShapes(schema.Files)
	if err != nil {
		t.Fatal(err)
	}
	var turn func(s *shape)
	turn = func(s *shape) {
		if s == nil {
			return
		}
		for name, f := range s.fields {
			s.rank[name] = len(s.rank) - s.rank[name]
			turn(f)
		}
		turn(s.values)
		turn(s.items)
	}
	for _, s := range all.known {
		turn(s)
	}
	return all
}

// squeeze returns a text without blank lines, which cannot always be restored if sections were
// interleaved.
func squeeze(text []byte) string {
	lines := strings.Split(string(text), "\n")
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return l == "" }), "\n")
}

// newWorkspace returns a copy of the repository without its specs.
func newWorkspace(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range append(cueFiles(t, "../../schema"), "../../cue.mod/module.cue") {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, dir, strings.TrimPrefix(filepath.ToSlash(name), "../../"), data)
	}
	return dir
}

func writeFile(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	name = filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
