package gocode

import (
	"os"
	"strings"
	"testing"
)

// TestFix applies edits to a file.
func TestFix(t *testing.T) {
	const text = "package app\n\nvar a = 1\n"
	one := func(edits ...edit) *finding { return &finding{file: "app.go", module: ".", edits: edits} }
	a, b, wide := edit{21, 22, "2"}, edit{17, 18, "b"}, edit{17, 22, "c = 3"}
	for name, test := range map[string]struct {
		found []*finding
		left  int
		want  string
		fails bool
	}{
		"none":                  {[]*finding{{}}, 1, text, false},
		"two":                   {[]*finding{one(a), one(b)}, 0, "package app\n\nvar b = 2\n", false},
		"one twice":             {[]*finding{one(a, b), one(a)}, 0, "package app\n\nvar b = 2\n", false},
		"two at one place":      {[]*finding{one(edit{21, 21, "1"}), one(edit{21, 21, "2"})}, 0, "package app\n\nvar a = 121\n", false},
		"overlapping":           {[]*finding{one(a), one(edit{21, 21, "+"}, wide)}, 1, "package app\n\nvar a = 2\n", false},
		"no Go afterwards":      {[]*finding{one(edit{21, 22, "("})}, 0, text, true},
		"beyond the file's end": {[]*finding{one(edit{21, 2000, "2"})}, 0, text, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.WriteFile("app.go", []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			var log strings.Builder
			c := &Code{found: test.found}
			fixed, err := c.Fix(&log)
			if (err != nil) != test.fails || err == nil && (len(c.found) != test.left || fixed != len(test.found)-test.left) {
				t.Errorf("%d fixed, %d left, error %v", fixed, len(c.found), err)
			}
			if got, _ := os.ReadFile("app.go"); string(got) != test.want {
				t.Errorf("%s", got)
			}
			if files, _ := os.ReadDir("."); len(files) != 1 {
				t.Errorf("temporary files were not deleted: %v", files)
			}
			if name == "overlapping" && !strings.Contains(log.String(), "run the command again") {
				t.Errorf("%q does not list what was not fixed", log.String())
			}
		})
	}
}
