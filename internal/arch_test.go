// Package internal_test holds the packages together: imports point one way.
package internal_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/portspec/portspec"

// layers lists the packages from the ground up. A package imports only those of
// layers below its own, so siblings do not import each other.
var layers = [][]string{
	{"internal/screen"},
	{"internal/cache", "internal/diag", "internal/git", "internal/limit", "internal/parallel", "internal/pattern", "schema", "specs"},
	{"internal/diag/report", "internal/model", "internal/source"},
	{"internal/workspace"},
	{"gen", "gen/golang/analyzer", "gen/golang/sitetables", "gen/golang/tables", "internal/diff", "internal/load", "internal/check", "internal/format", "internal/resolve", "internal/watch"},
	{"gen/ansible", "gen/findings", "gen/golang", "gen/golang/analyzer/golangci", "gen/markdown", "gen/mermaid"},
	{"gen/review", "internal/output"},
	{"internal/cli"},
	{""}, // main
}

func TestImportsPointOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "../...").Output()
	if err != nil {
		t.Fatal(err)
	}
	layerOf := func(path string) int {
		name := strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
		return slices.IndexFunc(layers, func(l []string) bool { return slices.Contains(l, name) })
	}
	seen := 0
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		if outside(p.ImportPath) {
			continue
		}
		own := layerOf(p.ImportPath)
		if own < 0 {
			t.Errorf("%s is in no layer; put it where its imports allow", p.ImportPath)
			continue
		}
		seen++
		for _, imported := range p.Imports {
			if !strings.HasPrefix(imported, module) {
				continue
			}
			if at := layerOf(imported); at < 0 || at >= own {
				t.Errorf("%s imports %s, which is not below it", p.ImportPath, imported)
			}
		}
	}
	if want := len(slices.Concat(layers...)); seen != want {
		t.Errorf("%d packages, %d in the layers", seen, want)
	}
}

// outside reports whether a package is no part of the program: generated code,
// which imports nothing, and what only tests and benchmarks use.
func outside(path string) bool {
	return strings.HasPrefix(path, module+"/out/") || strings.HasPrefix(path+"/", module+"/internal/bench/") ||
		path == module+"/internal/readers" || path == module+"/internal/attack" || path == module+"/internal"
}
