package load

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/errors"
	cueload "cuelang.org/go/cue/load"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/explain"
	"github.com/portspec/portspec/internal/load/partial"
)

// explain turns what CUE has against a package into findings. One fault hides
// others from CUE, so what is found is repaired in memory, and the package judged
// again, until nothing new turns up: first values and fields, with the schema's
// own checks left out, as a fault in a component makes every reference to it
// fail; then the checks.
//
// Where a package has nothing but references that lead nowhere, the part of the
// schema that refused it says so as well as the whole, and that nothing else is
// wrong is known once the part without its checks accepts it.
func (l *loading) explain(p *eval.Package) diag.List {
	found := explain.Unread(p, l.Repairs)
	if len(found) == 0 && p.Value.Validate(cue.Concrete(true), cue.All()) == nil {
		return nil
	}
	r := &rounds{loading: l, mentions: explain.MentionsIn(p.Instance)}
	if p.By == eval.ByPart && !p.IsSite() && len(found) == 0 && !p.ImportsFaults {
		part := *p
		r.part, r.refused = &part, p.Errors()
		if onlyChecks(r.refused) && r.accepts(p, true) {
			if found := r.explainer(r.part, r.refused).Checks(); len(found) > 0 {
				return found.Sort()
			}
		}
	}
	if p.IsSite() || len(found) > 0 { // of a site not all is there that is written
		l.judgeWhole(p)
	}
	// What CUE has against the package as it is. What it has against less of it
	// says as much most often, and nobody asks for more.
	first := sync.OnceValue(func() []errors.Error {
		l.judgeWhole(p)
		return p.Errors()
	})
	found = append(found, r.values(p, first)...)
	if len(found) == 0 && len(first()) == 0 {
		return nil
	}
	found = append(found, r.checks(p, first)...)
	if len(found) == 0 && !p.ImportsFaults {
		// Every error was taken for a follower of another: show them all rather
		// than accept the package.
		e := r.explainer(p, first())
		for _, err := range first() {
			f, _ := e.Plain(err)
			found = append(found, f)
		}
	}
	return found.Sort()
}

// onlyChecks reports whether all errors are those of the schema's own checks.
func onlyChecks(all []errors.Error) bool {
	return !slices.ContainsFunc(all, func(err errors.Error) bool { return !slices.Contains(err.Path(), "_check") })
}

// judgeWhole judges a package by the whole schema that was judged by parts of it.
func (l *loading) judgeWhole(p *eval.Package) {
	if p.By == eval.ByWhole {
		return
	}
	inst := cueload.Instances(eval.Arguments([]string{"./" + strings.TrimPrefix(p.Instance.Dir, "/")}), l.Reading().Config())[0]
	if inst.Err == nil {
		p.Instance, p.By, p.Unwritten = inst, eval.ByWhole, nil
		p.Value = l.Build(eval.NewContext(), inst, p.By)
	}
}

// rounds is the judging of one package, again and again.
type rounds struct {
	*loading
	mentions explain.Mentions              // in the package as it is written
	part     *eval.Package                 // the package as the part of the schema refused it; nil where that says too little
	refused  []errors.Error                // what CUE had against it then
	next     func() (*eval.Package, error) // the package for the next round of values; nil for the first
	checked  *eval.Package                 // with all repairs and the checks; nil where that is still to be
	left     []errors.Error                // what CUE has against it
}

// maxRounds bounds the work on a package in which one fault hides another many
// times over.
const maxRounds = 20

// values finds what is wrong with values and fields by themselves.
func (r *rounds) values(p *eval.Package, first func() []errors.Error) diag.List {
	var found diag.List
	r.next = r.Rebuild(p, true)
	for round := range maxRounds {
		again, err := r.next()
		if err != nil {
			break // a repaired file no longer builds: what was found so far stands
		}
		e := r.explainer(again, again.Errors())
		certain, likely := e.Values()
		if len(e.Repairs) == 0 {
			// Nothing is left to be repaired, so what may follow from something
			// else follows from nothing.
			found = append(found, append(certain, likely.List...)...)
			if len(likely.Repairs) == 0 {
				break
			}
			e.Repairs = likely.Repairs
		} else {
			found = append(found, certain...)
		}
		maps.Copy(r.Repairs, e.Repairs)
		r.checked, r.left = nil, nil
		if round == 0 {
			// Most packages have no fault that hides behind another.
			if r.judgeChecks(p); r.checked != nil && len(r.left) == 0 {
				break
			}
		}
		r.next = r.Rebuild(p, true)
	}
	return slices.DeleteFunc(found, func(f diag.Finding) bool { return explain.FalselyUnused(f, first, found) })
}

// checks finds what the schema's own checks have against a package whose values
// are repaired. first is what CUE has against it as it is.
func (r *rounds) checks(p *eval.Package, first func() []errors.Error) diag.List {
	switch {
	case r.Repaired(p.Instance):
	case r.part != nil:
		return r.explainer(r.part, r.refused).Checks()
	default:
		return r.explainer(p, first()).Checks()
	}
	if r.checked == nil {
		r.judgeChecks(p)
	}
	if r.checked == nil {
		return nil
	}
	return r.explainer(r.checked, r.left).Checks()
}

// accepts reports whether a package with all repairs is accepted by the part of the
// schema that concerns it, and with it by the whole, or by both without their
// checks.
func (l *loading) accepts(p *eval.Package, unchecked bool) bool {
	m := l.schemas
	if l.Repaired(eval.SchemaOf(p.Instance)) {
		m = partial.NewSchemas()
	}
	if unchecked {
		m = m.Unchecked
	}
	dir := "./" + strings.TrimPrefix(p.Instance.Dir, "/")
	r := l.Reading()
	r.Repairs, r.Unchecked, r.Cache, r.Own = l.Repairs, unchecked, m.Files, eval.Folders([]string{dir})
	inst := cueload.Instances(eval.Arguments([]string{dir}), r.Config())[0]
	if inst.Err != nil {
		return false
	}
	if by, _ := m.Specialize([]*build.Instance{inst}); by != eval.ByPart {
		return false
	}
	return l.Build(eval.NewContext(), inst, eval.ByRepaired).Validate(cue.Concrete(true), cue.All()) == nil
}

// judgeChecks judges a package with all repairs and the checks, if it still builds.
func (r *rounds) judgeChecks(p *eval.Package) {
	if r.part != nil && r.accepts(p, false) {
		r.checked, r.left = r.part, nil
		return
	}
	if again, err := r.Rebuild(p, false)(); err == nil {
		r.checked, r.left = again, again.Errors()
	}
}

func (r *rounds) explainer(p *eval.Package, all []errors.Error) *explain.Explainer {
	return explain.New(r.Session, p, all, r.mentions)
}
