package resolve_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/cache"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/resolve"
	"github.com/portspec/portspec/internal/sample"
)

var (
	seed       = flag.Uint64("seed", 1, "the seed of the random sites")
	sites      = flag.Int("sites", sample.Size(80, 160), "how many random sites to judge")
	allMutants = flag.Bool("mutants", false, "let plain CUE judge every mutant of the example sites")
)

// A trial is a random site with the products that it may use, and portspec's findings.
type trial struct {
	site     *site
	products map[string]*product // nil for those of portspec
	found    diag.List
}

// TestJudgesAgree checks that portspec, brute force and, as far as it can, plain CUE reject
// random sites for the same reasons:
//
//	go test ./internal/resolve -run JudgesAgree -v -seed 7 -sites 5000
func TestJudgesAgree(t *testing.T) {
	kept := cache.Open(t.TempDir(), cache.Limit, nil)
	t.Run("products of portspec", func(t *testing.T) {
		t.Parallel()
		var trials []*trial
		for i := range *sites / 2 {
			m := maker{rand.New(rand.NewPCG(*seed, uint64(i)))}
			trials = append(trials, &trial{site: m.site(fmt.Sprintf("site%d", i), specs(t).products)})
		}
		compile(t, kept, "", trials)
		agree(t, trials)
	})
	t.Run("generated products", func(t *testing.T) {
		t.Parallel()
		var trials []*trial
		const together = 8 // sites with the same products, which are loaded together
		for i := 0; i < *sites; i += together {
			m := maker{rand.New(rand.NewPCG(*seed, 1<<32+uint64(i)))}
			products := make(map[string]*product)
			for n := range 1 + m.IntN(2) {
				p := m.product(fmt.Sprintf("p%dx%d", i, n))
				products[p.ID] = p
				if m.chance(50) { // a newer release with little in common
					next := m.product(p.ID)
					next.Version, next.After = "2", "1"
					products[p.ID+"@2"] = next
				}
			}
			var batch []*trial
			for n := range together {
				batch = append(batch, &trial{site: m.site(fmt.Sprintf("site%d", i+n), products), products: products})
			}
			compile(t, kept, workspace(t, products), batch)
			trials = append(trials, batch...)
		}
		agree(t, trials)
	})
}

// compile loads and resolves sites, in a workspace or, if root is "", in that of the binary. A
// site that cannot be loaded prevents loading the others, so it is removed and the others are
// loaded again, from the cache.
func compile(t *testing.T, kept *cache.Store, root string, trials []*trial) {
	t.Helper()
	loader := load.Loader{Cache: kept}
	for rest := slices.Clone(trials); len(rest) > 0; {
		loader.Sites = nil
		for _, tr := range rest {
			loader.Sites = append(loader.Sites, load.SiteFile{Name: tr.site.Site + ".json", Data: []byte(toJSON(t, tr.site))})
		}
		read := func() (*load.Result, error) { return loader.Workspace(t.Context(), root) }
		if root == "" {
			read = func() (*load.Result, error) { return loader.Embedded(t.Context()) }
		}
		result, err := read()
		if err != nil {
			t.Fatal(err)
		}
		before := len(rest)
		rest = slices.DeleteFunc(rest, func(tr *trial) bool {
			for _, f := range result.Findings {
				if f.Severity == diag.Error && f.Position.File == tr.site.Site+".json" {
					tr.found = append(tr.found, f)
				}
			}
			return len(tr.found) > 0
		})
		if len(rest) < before {
			continue
		}
		if result.Findings.HasErrors() || len(result.Sites) != len(rest) {
			t.Fatalf("%d of %d sites loaded: %v", len(result.Sites), len(rest), result.Findings)
		}
		for _, tr := range rest {
			i := slices.IndexFunc(result.Sites, func(s *model.Site) bool { return s.ID == tr.site.Site })
			_, tr.found = resolve.Site(result.Available, result.Sites[i])
		}
		return
	}
}

// workspace writes a workspace of generated products.
func workspace(t *testing.T, products map[string]*product) string {
	t.Helper()
	root := t.TempDir()
	write := func(name, text string) {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("cue.mod/module.cue", "module: \"example.com/random@v0\"\nlanguage: version: \"v0.17.0\"\n"+
		"deps: \"github.com/portspec/portspec@v0\": {v: \"v0.1.0\", default: true}\n")
	for ref, p := range products {
		id := strings.ReplaceAll(ref, "@", "v")
		write(id+"/product.cue", "package "+id+"\n\nimport \"github.com/portspec/portspec/schema\"\n\nproduct: schema.#Product & "+toJSON(t, p)+"\n")
	}
	return root
}

// agree compares the three judgements of every site.
func agree(t *testing.T, trials []*trial) {
	t.Helper()
	cue := new(plainCUE)
	counts := make(map[string]int)
	shown := 0
	for _, tr := range trials {
		products := tr.products
		if products == nil {
			products = specs(t).products
		}
		verdicts := judge(tr.site, products)
		want, byCUE := make(map[string]bool), false
		for _, v := range verdicts {
			want[v.code+" "+v.where] = true
			counts[v.code]++
			byCUE = byCUE || v.silent == ""
		}
		got := errorsOf(tr.found)
		refused := cue.refuses(t, tr.site, tr.products)
		if !maps.Equal(want, got) || byCUE != (refused != nil) {
			if shown++; shown > 5 {
				t.Fatal("there are more")
			}
			t.Errorf("seed %d, %s:\n%s\n  brute force: %s\n  portspec:    %s\n  plain CUE:   %v, and brute force expects refused: %v\n  products: %s",
				*seed, tr.site.Site, toJSON(t, tr.site), keys(want), keys(got), refused, byCUE, used(t, tr))
		}
		switch {
		case len(verdicts) == 0:
			counts["accepted"]++
		case !byCUE:
			counts["refused, but not by plain CUE"]++
		default:
			counts["refused"]++
		}
	}
	for _, what := range keys(counts) {
		t.Logf("%5d %s", counts[what], what)
	}
	if least := len(trials) / 20; counts["accepted"] < least || counts["refused"] < least {
		t.Errorf("only %d sites accepted and %d rejected of %d", counts["accepted"], counts["refused"], len(trials))
	}
}

// where returns the host or the product that a finding is about. It returns "" if a rule and the
// site disagree, since such a finding may be reported at either of them.
func where(f diag.Finding) string {
	parts := f.Path.Parts()
	if f.Code == "PS2104" || f.Code == "PS2209" || len(parts) < 3 {
		return ""
	}
	return parts[2]
}

// used returns the products that a site uses, for failure messages.
func used(t *testing.T, tr *trial) string {
	mine := maps.Clone(tr.products)
	maps.DeleteFunc(mine, func(id string, _ *product) bool { return !strings.Contains(toJSON(t, tr.site), `"`+id) })
	return toJSON(t, mine)
}
