package load

import (
	"fmt"

	"github.com/agnivade/levenshtein"
)

// didYouMean names the candidate that is most like what was written, if one is.
func didYouMean(wanted string, candidates []string) string {
	best, distance := "", len(wanted)/3+2
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(wanted, c); d < distance {
			best, distance = c, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %s?", best)
}
