package load

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/portspec/portspec/internal/bench/workload"
	"github.com/portspec/portspec/internal/cache"
	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/sample"
	"github.com/portspec/portspec/internal/workspace"
)

// resultText returns a complete result, as text.
func resultText(t *testing.T, ld Loader, files fs.FS) string {
	t.Helper()
	ld.Check = func(p *model.Product) (diag.List, bool) {
		return check.Product(p, check.Options{}), check.Lasting(p)
	}
	r, err := ld.load(t.Context(), files)
	if err != nil {
		return err.Error()
	}
	return asText(t, r)
}

// asText returns a result in JSON, with all positions.
func asText(t *testing.T, r *Result) string {
	t.Helper()
	var places []map[model.Path]diag.Position
	for _, p := range r.Catalog.Products {
		places = append(places, maps.Collect(p.Positions.All()))
	}
	for _, s := range r.Catalog.Services {
		places = append(places, maps.Collect(s.Positions.All()))
	}
	for _, s := range r.Sites {
		places = append(places, maps.Collect(s.Positions.All()))
	}
	data, err := json.MarshalIndent([]any{r.Counts, r.Findings, r.Catalog, r.Sites, places}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestKept makes random edits in workspaces, and loads them with and without cached results of
// earlier states, some of which are damaged, with one worker and with many: the results must be
// identical.
func TestKept(t *testing.T) {
	r := rand.New(rand.NewPCG(*mutationSeed, 1))
	dir := t.TempDir()
	damaged, broken := 0, 0
	edits := sample.Size(4, 8)
	for i, tr := range trials(t, 1)[:edits] {
		files := overlaid{tr.in.files, tr.file, tr.text}
		kept := Loader{Cache: cache.Open(dir, cache.Limit, nil)}
		want := resultText(t, Loader{}, files)
		if strings.Contains(want, `"severity": "error"`) {
			broken++
		}
		procs := runtime.GOMAXPROCS(1 + i%2)
		for _, run := range []string{"after another state", "again"} {
			if got := resultText(t, kept, files); got != want {
				t.Errorf("%s: %s: differs from the result without a cache: %s", tr, run, firstDifference(got, want))
			}
		}
		runtime.GOMAXPROCS(procs)
		damaged += damage(t, r, dir)
	}
	t.Logf("%d edits, %d with errors; %d entries damaged", edits, broken, damaged)
	if damaged == 0 || broken == 0 || broken == edits {
		t.Error("want damaged entries, and edits with errors and without")
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return g[i] + ", want " + w[i]
		}
	}
	return "one is longer"
}

// damage changes a byte in one entry of ten, and truncates as many.
func damage(t *testing.T, r *rand.Rand, dir string) int {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || r.IntN(5) > 0 {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil || len(data) == 0 {
			return err
		}
		n++
		at := r.IntN(len(data))
		if data[at] ^= 0x40; r.IntN(2) == 0 {
			data = data[:at]
		}
		return os.WriteFile(name, data, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestGone loads a workspace whose summaries are cached, but not the models.
func TestGone(t *testing.T) {
	files, _, err := workspace.Open("../../testdata/workspace", "", workspace.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ld := Loader{Cache: cache.Open(dir, cache.Limit, nil)}
	want := resultText(t, ld, files)
	r, err := Loader{}.load(t.Context(), files)
	if err != nil {
		t.Fatal(err)
	}
	gone := 0
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		// Summaries have no descriptions.
		isModel := slices.ContainsFunc(r.Catalog.Products, func(p *model.Product) bool { return bytes.Contains(data, []byte(p.Description)) })
		if !isModel {
			return nil
		}
		gone++
		return os.Remove(name)
	})
	if err != nil {
		t.Fatal(err)
	}
	if gone < len(r.Catalog.Products) {
		t.Fatalf("%d models removed, of %d products", gone, len(r.Catalog.Products))
	}
	if got := resultText(t, ld, files); got != want {
		t.Error(firstDifference(got, want))
	}
}

// TestNothingWrittenLater loads a site that uses no product of the binary, and waits until all
// goroutines have ended: what they still evaluate must not be written to the cache, which whoever
// asked for the loading may have removed.
func TestNothingWrittenLater(t *testing.T) {
	dir, kept := t.TempDir(), t.TempDir()
	if err := workload.Firewall(dir, 10); err != nil {
		t.Fatal(err)
	}
	cached := func() (names []string) {
		err := filepath.WalkDir(kept, func(name string, _ fs.DirEntry, err error) error {
			names = append(names, name)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return names
	}
	var before []string
	synctest.Test(t, func(t *testing.T) {
		r, err := Loader{Cache: cache.Open(kept, cache.Limit, nil), Sites: []SiteFile{{Name: "site"}}}.Workspace(t.Context(), dir)
		if err != nil || r.Findings.HasErrors() {
			t.Fatal(err, r.Findings)
		}
		before = cached()
	})
	if after := cached(); len(before) < 2 || !slices.Equal(before, after) {
		t.Errorf("%d files and folders in the cache, of which %d were there when the loading returned", len(after), len(before))
	}
}

// TestServedKept loads sites twice: what the binary provides is evaluated only once, and it is
// the same from the cache.
func TestServedKept(t *testing.T) {
	for name, write := range map[string]func(dir string) error{
		"uses it":   func(dir string) error { return workload.Site(dir, 10) },
		"uses none": func(dir string) error { return workload.Firewall(dir, 10) },
	} {
		t.Run(name, func(t *testing.T) {
			dir, kept := t.TempDir(), t.TempDir()
			if err := write(dir); err != nil {
				t.Fatal(err)
			}
			var texts []string
			for range 2 {
				var counted evaluations
				r, err := Loader{Cache: cache.Open(kept, cache.Limit, nil), Sites: []SiteFile{{Name: "site"}}, evaluated: counted.add}.Workspace(t.Context(), dir)
				if err != nil || r.Findings.HasErrors() {
					t.Fatal(err, r.Findings)
				}
				if len(texts) == 1 && len(counted.all) > 0 {
					t.Errorf("evaluates %v again", slices.Sorted(maps.Keys(counted.all)))
				}
				texts = append(texts, asText(t, &Result{Catalog: r.Available, Sites: r.Sites}))
				if n := len(r.Available.Products); n == 0 {
					t.Error("no products are available")
				}
			}
			if texts[0] != texts[1] {
				t.Error("from the cache: " + firstDifference(texts[1], texts[0]))
			}
		})
	}
}
