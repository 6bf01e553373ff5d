package changes

import (
	"slices"
	"testing"

	"github.com/portspec/portspec/internal/diff"
)

// TestAspectsHaveWords checks that every aspect in which traffic or a rule can differ has words
// for its old and new value, except for ports, which are shown with the traffic.
func TestAspectsHaveWords(t *testing.T) {
	traffic, rules := diff.Aspects()
	var said []string
	for _, w := range trafficWordings {
		said = append(said, w.aspect)
	}
	compareAspects(t, traffic, said)
	said = nil
	for _, w := range ruleWordings {
		said = append(said, w.aspect)
	}
	compareAspects(t, rules, said)
}

func compareAspects(t *testing.T, want, said []string) {
	t.Helper()
	for _, a := range want {
		if a != "ports" && !slices.Contains(said, a) {
			t.Errorf("no words for %s", a)
		}
	}
	for _, a := range said {
		if !slices.Contains(want, a) {
			t.Errorf("words for %s, which is not an aspect", a)
		}
	}
}
