package golangci_test

import (
	"path/filepath"
	"testing"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	_ "github.com/portspec/portspec/gen/lintgo/golangci"
)

// TestPlugin gets the linters as golangci-lint does: by name, with decoded YAML as settings.
func TestPlugin(t *testing.T) {
	dir := analysistest.TestData()
	run := func(settings any, pattern string) {
		t.Helper()
		analysistest.Run(t, dir, linter(t, settings), pattern)
	}
	run(nil, "device")
	run(map[string]any{"products": []any{"profileunity"}}, "other")
	run(map[string]any{"table": "testdata/table.json", "skip-tests": true}, "beacon")
}

// TestChoice checks that golangci-lint gets only unambiguous fixes, because it would apply all
// alternatives.
func TestChoice(t *testing.T) {
	dir, err := filepath.Abs("../testdata")
	if err != nil {
		t.Fatal(err)
	}
	fixes := make(map[int]int)
	for _, r := range analysistest.Run(t, dir, linter(t, map[string]any{"table": "../testdata/table.json"}), "ambiguous") {
		for _, d := range r.Diagnostics {
			fixes[len(d.SuggestedFixes)]++
		}
	}
	if fixes[0] != 1 || fixes[1] != 1 || len(fixes) != 2 {
		t.Errorf("findings by number of fixes: %v", fixes)
	}
}

func linter(t *testing.T, settings any) *analysis.Analyzer {
	t.Helper()
	make, err := register.GetPlugin("portspec")
	if err != nil {
		t.Fatal(err)
	}
	p, err := make(settings)
	if err != nil {
		t.Fatal(err)
	}
	if mode := p.GetLoadMode(); mode != register.LoadModeTypesInfo {
		t.Errorf("load mode %s", mode)
	}
	linters, err := p.BuildAnalyzers()
	if err != nil || len(linters) != 1 || linters[0].Name != "portspec" {
		t.Fatalf("%v, %v", linters, err)
	}
	return linters[0]
}

func TestSettings(t *testing.T) {
	make, err := register.GetPlugin("portspec")
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []any{map[string]any{"product": "igel-ums"}, map[string]any{"products": 1}, "igel-ums"} {
		if _, err := make(wrong); err == nil {
			t.Errorf("%v was accepted", wrong)
		}
	}
}
