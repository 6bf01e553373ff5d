// Package explain turns errors of CUE into findings at the lines that the author
// wrote. An [Explainer] does so for one package; wording.go alone knows CUE's
// words.
package explain

import (
	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"

	"github.com/portspec/portspec/internal/load/eval"
)

// An Explainer finds the author's lines behind CUE's errors.
type Explainer struct {
	*eval.Package
	in       *eval.Session
	mentions Mentions       // of the package; nil where references are not explained
	errors   []errors.Error // all that CUE has against the package
	Repairs  eval.Repairs   // what to repair to see further
	schema   *cue.Value     // nil until it is asked for
	id       *cue.Value     // of the product; nil until it is asked for
	// What references are held against, each nil until it is asked for.
	rowIDs    []string            // of the rows of all sources, as citations write them
	tableRows map[string][]string // by table, the data path of its rows
}

// New is an explainer of what CUE has against a package. Mentions are
// needed for references alone.
func New(in *eval.Session, p *eval.Package, all []errors.Error, mentions Mentions) *Explainer {
	return &Explainer{Package: p, in: in, mentions: mentions, errors: all, Repairs: make(eval.Repairs)}
}
