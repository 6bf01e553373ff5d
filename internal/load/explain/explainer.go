// Package explain converts CUE errors to findings at the lines that authors wrote. An
// [Explainer] does this for one package; only wording.go depends on CUE's wording.
package explain

import (
	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"

	"github.com/portspec/portspec/internal/load/eval"
)

// An Explainer finds the author's lines for CUE's errors.
type Explainer struct {
	*eval.Package
	in       *eval.Session
	mentions Mentions       // of the package; nil if references are not explained
	errors   []errors.Error // all of CUE's errors about the package
	Repairs  eval.Repairs   // repairs with which further faults can be found
	schema   *cue.Value     // nil until needed
	id       *cue.Value     // of the product; nil until needed
	// Possible targets of references, each nil until needed.
	rowIDs    []string            // of the rows of all sources, as citations write them
	tableRows map[string][]string // by table, the data path of its rows
}

// New returns an explainer of CUE's errors about a package. Mentions are needed only for
// references.
func New(in *eval.Session, p *eval.Package, all []errors.Error, mentions Mentions) *Explainer {
	return &Explainer{Package: p, in: in, mentions: mentions, errors: all, Repairs: make(eval.Repairs)}
}
