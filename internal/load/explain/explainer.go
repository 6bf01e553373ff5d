// Package explain converts CUE errors to findings at the lines that authors wrote. An
// [Explainer] does this for one package; only wording.go depends on CUE's wording.
package explain

import (
	"cuelang.org/go/cue/errors"

	"github.com/portspec/portspec/internal/load/eval"
)

// An Explainer finds the author's lines for CUE's errors.
type Explainer struct {
	*targets
	*fields
	errors  []errors.Error // all of CUE's errors about the package
	Repairs eval.Repairs   // repairs with which further faults can be found
}

// New returns an explainer of CUE's errors about a package. Mentions are needed only for
// references.
func New(in *eval.Session, p *eval.Package, all []errors.Error, mentions Mentions) *Explainer {
	return &Explainer{
		targets: &targets{places: places{p, in}, mentions: mentions}, fields: &fields{of: p},
		errors: all, Repairs: make(eval.Repairs),
	}
}
