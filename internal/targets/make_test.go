package targets

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// generate makes the files of targets in memory, each once and sorted by path.
func generate(t *testing.T, c *model.Catalog, sites []*model.Deployment, chosen []Target) ([]gen.File, diag.List) {
	t.Helper()
	return made(t, c.Shelf(), sites, chosen)
}

func made(t *testing.T, products *model.Shelf, sites []*model.Deployment, chosen []Target) ([]gen.File, diag.List) {
	t.Helper()
	var jobs []*Job
	for _, target := range chosen {
		jobs = append(jobs, &Job{Target: target, Products: products, Sites: sites, Dir: target.Name})
	}
	var mu sync.Mutex
	var files []gen.File
	found, err := Make(jobs, check.Options{}, func(_ *Job, more ...gen.File) error {
		mu.Lock()
		defer mu.Unlock()
		files = append(files, more...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(files, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) })
	return slices.CompactFunc(files, func(a, b gen.File) bool { return a.Path == b.Path }), found
}
