package load

import (
	"fmt"

	"github.com/agnivade/levenshtein"
)

// didYouMean is a hint that names the candidate most like what was written, or
// "".
func didYouMean(wanted string, candidates []string) string {
	if best := nearest(wanted, candidates); best != "" {
		return fmt.Sprintf("did you mean %s?", best)
	}
	return ""
}

// nearest is the candidate most like what was written, or "" where none is
// alike.
func nearest(wanted string, candidates []string) string {
	best, distance := "", len(wanted)/3+2
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(wanted, c); d < distance {
			best, distance = c, d
		}
	}
	return best
}
