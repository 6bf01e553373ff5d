package resolve_test

import (
	"maps"
	"testing"

	"github.com/portspec/portspec/internal/sample"
)

// TestMutations changes every fact of the example sites, or a third of those of each kind:
// portspec must report exactly the contradictions. Plain CUE, which is slow, judges some mutants
// of each kind, and with -mutants all of them.
func TestMutations(t *testing.T) {
	specs, c := specs(t).products, catalog(t)
	for _, id := range []string{"small", "ha", "campus"} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			cue := new(plainCUE)
			original := example(t, id)
			if got := refusals(c, original); len(got) > 0 {
				t.Fatalf("the unchanged site is rejected: %v", keys(got))
			}
			listed, all, refused, asked := make(map[string]int), make(map[string]int), make(map[string]int), make(map[string]int)
			for _, m := range mutants(t, original, specs) {
				if listed[m.kind]++; (listed[m.kind]-1)%sample.Size(3, 1) > 0 {
					continue
				}
				changed := m.make()
				want, byCUE := make(map[string]bool), false
				for _, v := range judge(changed, specs) {
					want[v.code+" "+v.where] = true
					byCUE = byCUE || v.silent == ""
				}
				got := refusals(c, changed)
				if !maps.Equal(want, got) {
					t.Errorf("%s: %s: brute force %v, portspec %v", m.kind, m.what, keys(want), keys(got))
				}
				all[m.kind]++
				contradictory := len(want) > 0
				if contradictory {
					refused[m.kind]++
				}
				kind := m.kind + map[bool]string{true: " refused"}[contradictory]
				if asked[kind]++; asked[kind] > sample.Size(1, 3) && !*allMutants {
					continue
				}
				if err := cue.refuses(t, changed, nil); byCUE != (err != nil) {
					t.Errorf("%s: %s: brute force %v, plain CUE %v", m.kind, m.what, keys(want), err)
				}
			}
			for _, kind := range keys(all) {
				t.Logf("%-14s %5d mutants, %5d contradictory and reported, %5d valid", kind, all[kind], refused[kind], all[kind]-refused[kind])
			}
		})
	}
}
