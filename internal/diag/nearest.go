package diag

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest returns the candidate that is most similar to wanted, or "" if none is similar
// enough to suggest. A candidate that contains wanted as whole words, as sql-server does
// sql, counts as more similar than one that differs in some letters.
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
