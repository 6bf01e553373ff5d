package explain

import (
	"fmt"

	"github.com/portspec/portspec/internal/diag"
)

// didYouMean is a hint that names the candidate most like what was written, or
// "".
func didYouMean(wanted string, candidates []string) string {
	if best := diag.Nearest(wanted, candidates); best != "" {
		return fmt.Sprintf("did you mean %s?", best)
	}
	return ""
}
