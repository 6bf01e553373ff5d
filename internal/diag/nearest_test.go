package diag_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/agnivade/levenshtein"

	"github.com/portspec/portspec/internal/diag"
)

func TestNearest(t *testing.T) {
	known := []string{"active-directory", "dns", "smb", "smtp", "sql-server", "vcenter"}
	for _, c := range []struct{ wanted, want string }{
		{"sql", "sql-server"},
		{"server", "sql-server"},
		{"directory", "active-directory"},
		{"smbb", "smb"},
		{"smtpp", "smtp"},
		{"sql-servr", "sql-server"},
		{"elephant", ""},
		{"", ""},
	} {
		if got := diag.Nearest(c.wanted, known); got != c.want {
			t.Errorf("%q: %q, want %q", c.wanted, got, c.want)
		}
	}
}

// TestNearestOfAll compares with the distances to all candidates.
func TestNearestOfAll(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	word := func() string {
		var b strings.Builder
		for range r.IntN(12) {
			b.WriteRune([]rune("aab-c\u00e9\u0161\u65e5")[r.IntN(8)])
		}
		return b.String()
	}
	for range 5000 {
		wanted, candidates := word(), make([]string, 1+r.IntN(8))
		best, distance := "", len(wanted)/3+2
		for i := range candidates {
			c := word()
			candidates[i] = c
			d := levenshtein.ComputeDistance(wanted, c)
			if len(wanted) > 1 && strings.Contains("-"+c+"-", "-"+wanted+"-") {
				d = min(d, 1)
			}
			if d < distance {
				best, distance = c, d
			}
		}
		if got := diag.Nearest(wanted, candidates); got != best {
			t.Fatalf("%q in %q: %q, want %q", wanted, candidates, got, best)
		}
	}
}
