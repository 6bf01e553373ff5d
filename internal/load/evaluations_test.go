package load

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"sync"
	"testing"

	"github.com/portspec/portspec/internal/bench/workload"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/workspace"
)

// evaluations records what packages are evaluated by.
type evaluations struct {
	mu  sync.Mutex
	all map[string][]eval.Means // by folder
}

func (e *evaluations) add(dir string, by eval.Means) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.all == nil {
		e.all = make(map[string][]eval.Means)
	}
	e.all[dir] = append(e.all[dir], by)
}

// TestEvaluations counts how often packages are evaluated: each once, by the part of the schema
// that concerns it. Evaluating packages without faults again would give the same result later,
// which no other test would notice.
func TestEvaluations(t *testing.T) {
	starter, err := os.ReadFile("../cli/starter/product.cue.txt")
	if err != nil {
		t.Fatal(err)
	}
	written := func(write func(dir string) error) fs.FS {
		dir := t.TempDir()
		if err := write(dir); err != nil {
			t.Fatal(err)
		}
		files, _, err := workspace.Open(dir, "", workspace.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	others, _, err := workspace.Open("../../testdata/workspace", "", workspace.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	workspaces := map[string]fs.FS{
		"starter":    workspaceOf(t, map[string]string{"example/product.cue": string(starter)}),
		"repository": os.DirFS("../.."),
		"workspace":  others,
		"generated":  written(func(dir string) error { return workload.Catalog(dir, 25) }),
		"copies":     written(func(dir string) error { return workload.Copies(dir, workload.Real, 24, nil) }),
	}
	for _, folder := range workload.Real {
		workspaces["copies of "+folder] = written(func(dir string) error { return workload.Copies(dir, []string{folder}, 2, nil) })
	}
	for name, files := range workspaces {
		t.Run(name, func(t *testing.T) {
			var counted evaluations
			ld := Loader{evaluated: counted.add}
			r, err := ld.load(t.Context(), files)
			if err != nil {
				t.Fatal(err)
			}
			if r.Findings.HasErrors() {
				t.Fatal(r.Findings)
			}
			if len(counted.all) < len(r.Catalog.Products) {
				t.Errorf("%d packages with %d products were evaluated", len(counted.all), len(r.Catalog.Products))
			}
			for _, dir := range slices.Sorted(maps.Keys(counted.all)) {
				if by := counted.all[dir]; !slices.Equal(by, []eval.Means{eval.ByPart}) {
					t.Errorf("%s was evaluated by %v, want once by part", dir, by)
				}
			}
		})
	}
}

// TestFaultyEvaluations counts the evaluations of packages with a fault: if only the schema's
// checks reject a package, it takes one more, and for other faults two more. Other packages are
// evaluated once.
func TestFaultyEvaluations(t *testing.T) {
	dir := t.TempDir()
	faults := append([]workload.Fault{workload.Sound}, workload.Faults...)
	err := workload.Copies(dir, workload.Real, len(faults), func(i int) workload.Fault { return faults[i] })
	if err != nil {
		t.Fatal(err)
	}
	files, _, err := workspace.Open(dir, "", workspace.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var counted evaluations
	r, err := Loader{evaluated: counted.add}.load(t.Context(), files)
	if err != nil {
		t.Fatal(err)
	}
	for i, fault := range faults {
		dir := fmt.Sprintf("products/copy-%04d", i)
		found := slices.ContainsFunc(r.Findings, func(f diag.Finding) bool { return path.Dir(f.Position.File) == dir })
		if found != (fault != workload.Sound) {
			t.Errorf("%s: has findings: %t", dir, found)
		}
		want := map[workload.Fault]int{workload.Sound: 1, workload.Citations: 2, workload.Component: 2, workload.Missing: 2}[fault]
		if by := counted.all[dir]; by[0] != eval.ByPart || len(by) != cmp.Or(want, 3) || slices.Contains(by, eval.ByWhole) {
			t.Errorf("%s with fault %d was evaluated by %v", dir, fault, by)
		}
	}
}
