package resolve_test

import (
	"maps"
	"testing"
)

// TestMutations changes every fact of the example sites: portspec must report exactly the
// contradictions. Plain CUE, which is slow, judges some mutants of each kind, and with -mutants
// all of them.
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
			all, refused, asked := make(map[string]int), make(map[string]int), make(map[string]int)
			for _, m := range mutants(t, original, specs) {
				want, loud := make(map[string]bool), false
				for _, v := range judge(m.site, specs) {
					want[v.code+" "+v.where] = true
					loud = loud || v.silent == ""
				}
				got := refusals(c, m.site)
				if !maps.Equal(want, got) {
					t.Errorf("%s: %s: brute force %v, portspec %v", m.kind, m.what, keys(want), keys(got))
				}
				all[m.kind]++
				contradictory := len(want) > 0
				if contradictory {
					refused[m.kind]++
				}
				kind := m.kind + map[bool]string{true: " refused"}[contradictory]
				if asked[kind]++; asked[kind] > 3 && !*allMutants {
					continue
				}
				if err := cue.refuses(t, m.site, nil); loud != (err != nil) {
					t.Errorf("%s: %s: brute force %v, plain CUE %v", m.kind, m.what, keys(want), err)
				}
			}
			for _, kind := range keys(all) {
				t.Logf("%-14s %5d mutants, %5d contradictory and reported, %5d valid", kind, all[kind], refused[kind], all[kind]-refused[kind])
			}
		})
	}
}
