package load

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/portspec/portspec/internal/cache"
	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/sample"
	"github.com/portspec/portspec/internal/workspace"
)

// TestShelf compares what a shelf reads with what is in memory without one: with an empty cache and a full one,
// with few packages and with many, without a cache, and again after the cache lost the models.
func TestShelf(t *testing.T) {
	missing, spooled := 0, 0
	for _, root := range []string{"../../testdata/workspace", "../../testdata/kinds"} {
		files, _, err := workspace.Open(root, "", workspace.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		whole := loaded(t, Loader{}, files)
		whole.Findings = append(diag.List(nil), whole.Findings.AtLeast(diag.Error)...)
		want := asText(t, whole)
		services := whole.Catalog.Shelf()
		fews := []int{0, -1}
		if len(files.Dirs) > fewPackages && !sample.Thorough() { // they are many even by default
			fews = fews[:1]
		}
		for _, few := range fews {
			dir := t.TempDir()
			kept := Loader{Shelve: true, few: few, Cache: cache.Open(dir, cache.Limit, nil)}
			uncached := Loader{Shelve: true, few: few}
			var r *Result // in the end from the cache
			for _, ld := range []Loader{uncached, kept, kept} {
				r = loaded(t, ld, files)
				if got := asText(t, taken(t, r)); got != want {
					t.Errorf("%s, few = %d: the shelf's products differ: %s", root, few, firstDifference(got, want))
				}
				for i, p := range whole.Catalog.Products {
					got, want := r.Shelf.Only([]int{i}).Catalog, services.Only([]int{i}).Catalog
					if !reflect.DeepEqual(ids(got.Services), ids(want.Services)) {
						t.Errorf("%s: %s uses %v, not %v", root, p.Ref(), ids(got.Services), ids(want.Services))
					}
					if read, err := r.Shelf.Read(i); err == nil && ld.Cache == nil && read != r.Catalog.Products[i] {
						spooled++
					}
				}
			}

			err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				return os.Remove(name)
			})
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range r.Catalog.Products {
				switch read, err := r.Shelf.Read(i); {
				case errors.As(err, new(Missing)):
					missing++
				case err != nil:
					t.Error(err)
				case read != p:
					t.Errorf("%s: %s was read from an empty cache", root, p.Ref())
				}
			}
			kept.Anew = true
			if got := asText(t, taken(t, loaded(t, kept, files))); got != want {
				t.Errorf("%s: after the cache lost models, the result differs: %s", root, firstDifference(got, want))
			}
		}
	}
	if missing == 0 {
		t.Error("all products are in memory")
	}
	if spooled == 0 {
		t.Error("without a cache, all products are in memory")
	}
}

func loaded(t *testing.T, ld Loader, files fs.FS) *Result {
	t.Helper()
	ld.Check = func(p *model.Product) (diag.List, bool) {
		return check.Product(p, check.Options{}), check.Lasting(p)
	}
	r, err := ld.load(t.Context(), files)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// taken returns a result with the products that its shelf reads.
func taken(t *testing.T, r *Result) *Result {
	t.Helper()
	all := *r
	all.Catalog = &model.Catalog{Services: r.Catalog.Services}
	for i := range r.Shelf.Len() {
		p, err := r.Shelf.Read(i)
		if err != nil {
			t.Fatal(err)
		}
		all.Catalog.Products = append(all.Catalog.Products, p)
	}
	return &all
}

func ids(services []*model.Service) []string {
	var all []string
	for _, s := range services {
		all = append(all, s.ID)
	}
	return all
}
