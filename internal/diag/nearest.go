package diag

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest is the candidate most like what was written, or "" where none is
// alike: what a hint asks whether it was meant. An id of which some words were
// written is nearer than one of about as many letters: sql is sql-server.
func Nearest(wanted string, candidates []string) string {
	best, distance := "", len(wanted)/3+2
	for _, c := range candidates {
		d := levenshtein.ComputeDistance(wanted, c)
		if len(wanted) > 1 && strings.Contains("-"+c+"-", "-"+wanted+"-") {
			d = min(d, 1)
		}
		if d < distance {
			best, distance = c, d
		}
	}
	return best
}
