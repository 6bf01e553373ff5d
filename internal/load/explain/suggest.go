package explain

import (
	"fmt"

	"github.com/portspec/portspec/internal/diag"
)

// didYouMean returns a hint with the candidate that is most similar to wanted, or "".
func didYouMean(wanted string, candidates []string) string {
	if best := diag.Nearest(wanted, candidates); best != "" {
		return fmt.Sprintf("did you mean %s?", best)
	}
	return ""
}
