package lintgo_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/portspec/portspec/gen/lintgo"
)

const table = "testdata/table.json"

// TestAnalyzer analyzes the packages of testdata/src, whose comments list the expected findings,
// and compares the fixes with golden files next to the sources. Files without a golden file must
// have no fixes. All packages are loaded at once, because what they import from the standard
// library is type-checked each time.
func TestAnalyzer(t *testing.T) {
	entries, err := os.ReadDir("testdata/src")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	found := make(map[string]int)             // by folder
	fixed := make(map[string]map[string]bool) // files by folder
	for _, r := range analysistest.RunWithSuggestedFixes(t, analysistest.TestData(), lintgo.New(&lintgo.Options{TableFile: table}), names...) {
		for _, d := range r.Diagnostics {
			folder := filepath.Base(filepath.Dir(r.Pass.Fset.Position(d.Pos).Filename))
			if found[folder]++; fixed[folder] == nil {
				fixed[folder] = make(map[string]bool)
			}
			for _, f := range d.SuggestedFixes {
				fixed[folder][r.Pass.Fset.Position(f.TextEdits[0].Pos).Filename] = true
			}
		}
	}
	for _, name := range names {
		if found[name] == 0 {
			t.Errorf("nothing was found in %s", name)
		}
		golden, err := filepath.Glob("testdata/src/" + name + "/*.golden")
		if err != nil || len(golden) != len(fixed[name]) {
			t.Errorf("golden files %v, but fixes for %v", golden, fixed[name])
		}
	}
}

// TestPrograms analyzes files like those of real programs with the built-in table. Lines with
// findings have comments that expect them.
func TestPrograms(t *testing.T) {
	dir, err := filepath.Abs("testdata/programs")
	if err != nil {
		t.Fatal(err)
	}
	analysistest.Run(t, dir, lintgo.New(&lintgo.Options{Table: lintgo.Builtin()}), "fixtures", "flags", "kubernetes", "shop", "urls")
}

// TestTwoPackages uses a table with a product that was generated twice, and with a package that
// is listed twice. Drivers panic if two fixes of a finding have the same message.
func TestTwoPackages(t *testing.T) {
	one := func(path string) string {
		return `{"path": "` + path + `", "name": "relay", "product": "relay", "title": "Relay 1", "components": [
			{"id": "relay", "name": "Relay", "ports": [{"const": "RelayAPIPort", "number": 7411}, {"const": "RelayAPIPort", "number": 7411}]}]}`
	}
	parsed, err := lintgo.Parse([]byte(`{"packages": [` + one("twice/a/relay") + "," + one("twice/b/relay") + "," + one("twice/b/relay") + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.Abs("testdata/programs")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range analysistest.Run(t, dir, lintgo.New(&lintgo.Options{Table: parsed}), "twice") {
		for _, d := range r.Diagnostics {
			for i, f := range d.SuggestedFixes {
				for _, g := range d.SuggestedFixes[:i] {
					if f.Message == g.Message {
						t.Errorf("%q was suggested twice", f.Message)
					}
				}
			}
		}
	}
}

// TestReleases uses a table with two generated releases of a product.
func TestReleases(t *testing.T) {
	parsed, err := lintgo.Parse([]byte(`{"packages": [
		{"path": "releases/relay", "name": "relay", "product": "relay", "release": "2", "title": "Relay 2", "components": [{"id": "relay", "name": "Relay", "ports": [
			{"const": "RelayAPIPort", "number": 7412}, {"const": "RelaySyncPort", "number": 7420}]}]},
		{"path": "releases/relay_1", "name": "relay_1", "product": "relay", "release": "1", "title": "Relay 1", "components": [{"id": "relay", "name": "Relay", "ports": [
			{"const": "RelayAPIPort", "number": 7411}, {"const": "RelaySyncPort", "number": 7420}, {"const": "RelayOldPort", "number": 7430}]}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.Abs("testdata/programs")
	if err != nil {
		t.Fatal(err)
	}
	analysistest.Run(t, dir, lintgo.New(&lintgo.Options{Table: parsed}), "releases")
}

// TestSkipTests ignores test files.
func TestSkipTests(t *testing.T) {
	for _, r := range analysistest.Run(quiet{}, analysistest.TestData(), lintgo.New(&lintgo.Options{TableFile: table, SkipTests: true}), "tests") {
		for _, d := range r.Diagnostics {
			if name := r.Pass.Fset.Position(d.Pos).Filename; strings.HasSuffix(name, "_test.go") {
				t.Error(name)
			}
		}
		if r.Pass.Pkg.Name() == "tests" && len(r.Diagnostics) == 0 {
			t.Error("nothing was found in the package itself")
		}
	}
}

// quiet ignores the findings that comments expect.
type quiet struct{}

func (quiet) Errorf(string, ...any) {}

// TestValidate validates the analyzer with the analysis framework.
func TestValidate(t *testing.T) {
	if err := analysis.Validate([]*analysis.Analyzer{lintgo.Analyzer}); err != nil {
		t.Error(err)
	}
}

// TestParse rejects invalid tables.
func TestParse(t *testing.T) {
	for _, text := range []string{
		``, `{`, `[]`, `{"packages": [null]}`, `{"packages": [{"name": "p", "components": [null]}]}`, `{"pakages": []}`,
		`{"packages": [{"name": "p", "components": [{"ports": [{"const": "P", "number": 0}]}]}]}`,
		`{"packages": [{"name": "p", "components": [{"ports": [{"const": "P", "number": 65536}]}]}]}`,
		`{"packages": [{"name": "p", "components": [{"ports": [{"const": "P()", "number": 1}]}]}]}`,
		`{"packages": [{"name": "p", "components": [{"ports": [{"const": "P", "type": "a b", "number": 1}]}]}]}`,
		`{"packages": [{"name": "p\"", "components": []}]}`, `{"packages": [{"name": "p", "path": "a\"; b", "components": []}]}`,
	} {
		if _, err := lintgo.Parse([]byte(text)); err == nil {
			t.Errorf("%s was accepted", text)
		}
	}
	data, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := lintgo.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(parsed.JSON()); got != string(data) {
		t.Errorf("formatted again, it is\n%s", got)
	}
}
