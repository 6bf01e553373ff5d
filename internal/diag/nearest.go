package diag

import "github.com/agnivade/levenshtein"

// Nearest is the candidate most like what was written, or "" where none is
// alike: what a hint asks whether it was meant.
func Nearest(wanted string, candidates []string) string {
	best, distance := "", len(wanted)/3+2
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(wanted, c); d < distance {
			best, distance = c, d
		}
	}
	return best
}
