package judge

import (
	"maps"
	"slices"
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/errors"
	cueload "cuelang.org/go/cue/load"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/explain"
	"github.com/portspec/portspec/internal/load/partial"
)

// Findings converts CUE's errors about a package to findings. CUE stops at the first kind of
// fault, so faults are repaired in memory and the package is judged again, until nothing new
// is found: first values and fields, without the schema's own checks, because a fault in a
// component makes every reference to it fail; then the checks.
//
// If only references lead nowhere, the part of the schema that concerns the package reports them
// like the whole schema. Nothing else is wrong if that part accepts the package without its
// checks.
func (j *Judge) Findings(p *eval.Package) diag.List {
	found := explain.Unread(p, j.Repairs)
	accepted := len(found) == 0 && p.Value.Validate(cue.Concrete(true), cue.All()) == nil
	if accepted && (!p.Unchecked || j.hold(p)) {
		return nil
	}
	r := &rounds{Judge: j, mentions: explain.MentionsIn(p.Instance)}
	if p.By == eval.ByPart && !p.IsSite() && len(found) == 0 && !p.ImportsFaults {
		part := *p
		r.part, r.refused = &part, sync.OnceValues(func() (*eval.Package, []errors.Error) { return j.refusedBy(&part) })
		if accepted || !p.Unchecked {
			q, refused := r.refused()
			if accepted && len(refused) == 0 {
				return nil
			}
			if onlyChecks(refused) && (accepted || r.accepts(p)) {
				if found := r.explainer(q, refused).Checks(); len(found) > 0 {
					return found.Sort()
				}
			}
		}
	}
	if p.IsSite() || len(found) > 0 { // in a site, not everything written is evaluated
		j.judgeWhole(p)
	}
	// CUE's errors about the whole package, which are rarely needed: usually those about a
	// part are enough.
	first := sync.OnceValue(func() []errors.Error {
		j.judgeWhole(p)
		return p.Errors()
	})
	found = append(found, r.values(p, first)...)
	if len(found) == 0 && len(first()) == 0 {
		return nil
	}
	found = append(found, r.checks(p, first)...)
	if len(found) == 0 && !p.ImportsFaults {
		// Every error seemed to follow from another one: show all of them rather than accept
		// the package.
		e := r.explainer(p, first())
		for _, err := range first() {
			f, _ := e.Plain(err)
			found = append(found, f)
		}
	}
	return found.Sort()
}

// onlyChecks reports whether all errors come from the schema's own checks.
func onlyChecks(all []errors.Error) bool {
	return !slices.ContainsFunc(all, func(err errors.Error) bool { return !isCheck(err) })
}

func isCheck(err errors.Error) bool { return slices.Contains(err.Path(), "_check") }

// hold reports whether the schema's checks hold for a package that was accepted without them.
func (j *Judge) hold(p *eval.Package) bool { return j.DataChecks().Hold(p.Instance, p.Tree()) }

// refusedBy returns the errors of the part of the schema that concerns a package, with its
// checks, and the package as judged by it.
func (j *Judge) refusedBy(p *eval.Package) (*eval.Package, []errors.Error) {
	if !p.Unchecked {
		return p, p.Errors()
	}
	dirs := []string{"./" + eval.FolderOf(p.Instance)}
	r := j.ReadingOf(dirs, false)
	pkgs := Instances(r, dirs)
	q := *p
	q.Instance, q.Unchecked = pkgs[0], false
	q.By, q.Unwritten = j.Schemas.Specialize(r, pkgs)
	q.Value = j.Build(eval.NewContext(), q.Instance, q.By)
	return &q, q.Errors()
}

// judgeWhole judges a package by the whole schema, after it was judged by a part.
func (j *Judge) judgeWhole(p *eval.Package) {
	if p.By == eval.ByWhole && !p.Unchecked {
		return
	}
	inst := cueload.Instances(eval.Arguments([]string{"./" + eval.FolderOf(p.Instance)}), j.Reading().Config())[0]
	if inst.Err == nil {
		p.Instance, p.By, p.Unwritten, p.Unchecked = inst, eval.ByWhole, nil, false
		p.Value = j.Build(eval.NewContext(), inst, p.By)
	}
}

// rounds is the repeated judging of a package.
type rounds struct {
	*Judge
	mentions explain.Mentions                       // in the package as written
	part     *eval.Package                          // the package as judged by the part of the schema; nil if that is of no use
	refused  func() (*eval.Package, []errors.Error) // the package and its errors by that part, with checks
	next     func() (*eval.Package, error)          // the package for the next round of values; nil for the first
	checked  *eval.Package                          // with all repairs and the checks; nil until it is judged
	left     []errors.Error                         // CUE's errors about checked
}

// maxRounds limits the work on a package in which many faults hide others.
const maxRounds = 20

// values finds faults in values and fields.
func (r *rounds) values(p *eval.Package, first func() []errors.Error) diag.List {
	var found diag.List
	r.next = r.Rebuild(p, true)
	for round := range maxRounds {
		again, err := r.next()
		if err != nil {
			break // a repaired file no longer builds: keep what was found so far
		}
		e := r.explainer(again, again.Errors())
		certain, likely := e.Values()
		if len(e.Repairs) == 0 {
			// Nothing is left to repair, so guesses do not follow from other faults.
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
			// In most packages, no fault hides another.
			if r.judgeChecks(p); r.checked != nil && len(r.left) == 0 {
				break
			}
		}
		r.next = r.Rebuild(p, true)
	}
	return slices.DeleteFunc(found, func(f diag.Finding) bool { return explain.FalselyUnused(f, first, found) })
}

// checks finds failures of the schema's own checks in a package whose values are repaired.
// first returns CUE's errors about the package as written.
func (r *rounds) checks(p *eval.Package, first func() []errors.Error) diag.List {
	switch {
	case r.Repaired(p.Instance):
	case r.part != nil && r.part.Unchecked && !slices.ContainsFunc(r.part.Errors(), isCheck) && r.DataChecks().HoldDespiteFaults(r.part.Instance, r.part.Tree()):
		return nil
	case r.part != nil:
		return r.explainer(r.refused()).Checks()
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

// accepts reports whether the part of the schema that concerns a package accepts it with all
// repairs, without checks; then the whole schema would as well.
func (j *Judge) accepts(p *eval.Package) bool {
	_, ok := j.repaired(p)
	return ok
}

// repaired returns a package with all repairs, judged as in [Judge.accepts].
func (j *Judge) repaired(p *eval.Package) (*eval.Package, bool) {
	m := j.Schemas.Unchecked
	if j.Repaired(eval.SchemaOf(p.Instance)) {
		m = partial.NewSchemas().Unchecked
	}
	dirs := []string{"./" + eval.FolderOf(p.Instance)}
	r := j.ReadingOf(dirs, true)
	r.Repairs, r.Cache = j.Repairs, m.Files
	pkgs := Instances(r, dirs)
	inst := pkgs[0]
	if inst.Err != nil {
		return nil, false
	}
	q := *p
	q.Instance, q.Unchecked = inst, true
	if q.By, q.Unwritten = m.Specialize(r, pkgs); q.By != eval.ByPart {
		return nil, false
	}
	q.Value = j.Build(eval.NewContext(), inst, eval.ByRepaired)
	return &q, q.Value.Validate(cue.Concrete(true), cue.All()) == nil
}

// judgeChecks judges a package with all repairs and the checks, if it still builds.
func (r *rounds) judgeChecks(p *eval.Package) {
	if r.part != nil {
		if again, ok := r.repaired(p); ok && r.hold(again) {
			r.checked, r.left = r.part, nil
			return
		}
	}
	if again, err := r.Rebuild(p, false)(); err == nil {
		r.checked, r.left = again, again.Errors()
	}
}

func (r *rounds) explainer(p *eval.Package, all []errors.Error) *explain.Explainer {
	return explain.New(r.Session, p, all, r.mentions)
}
