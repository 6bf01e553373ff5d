package load

import (
	"fmt"
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
	"github.com/portspec/portspec/internal/load/partial"
)

// explain turns what CUE has against a package into findings. One fault hides
// others from CUE, so what is found is mended in memory, and the package judged
// again, until nothing new turns up: first values and fields, with the schema's
// own checks left out, as a fault in a component makes every reference to it
// fail; then the checks.
//
// Where a package has nothing but references that lead nowhere, the part of the
// schema that refused it says so as well as the whole, and that nothing else is
// wrong is known once the part without its checks accepts it.
func (l *loading) explain(p *eval.Package) diag.List {
	found := l.unread(p)
	if len(found) == 0 && p.Value.Validate(cue.Concrete(true), cue.All()) == nil {
		return nil
	}
	r := &rounds{loading: l, mentions: mentionsOf(p.Instance)}
	if p.Unwritten != nil && !p.IsSite() && len(found) == 0 && !p.ImportsFaults {
		part := *p
		r.part, r.refused = &part, l.errors(p)
		if onlyChecks(r.refused) && r.accepts(p, true) {
			if found := r.explainer(r.part, r.refused).checks(); len(found) > 0 {
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
		return l.errors(p)
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
			f, _ := e.plain(err)
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
	if p.Unwritten == nil {
		return
	}
	inst := cueload.Instances(eval.Arguments([]string{"./" + strings.TrimPrefix(p.Instance.Dir, "/")}), l.Reading().Config())[0]
	if inst.Err == nil {
		p.Instance, p.Value, p.Unwritten = inst, l.Build(eval.NewContext(), inst, eval.ByWhole), nil
	}
}

// topNames are the fields at the top of a package that portspec reads.
var topNames = []string{"catalog", "product", "services", "site"}

// unread finds the fields at the top of a package that nobody reads, so that a
// product's flows under a misspelt name are not lost. A package that is none of
// portspec's may hold what it likes.
func (l *loading) unread(p *eval.Package) diag.List {
	var found diag.List
	keys := p.Written.Keys()
	spec := slices.ContainsFunc(keys, func(key string) bool { return slices.Contains(topNames, key) })
	for _, key := range keys {
		if strings.HasPrefix(key, "_") || strings.HasPrefix(key, "#") || slices.Contains(topNames, key) {
			continue
		}
		meant := diag.Nearest(key, topNames)
		if meant == "" && !spec {
			continue
		}
		f := diag.Finding{
			Code: codeNotAllowed, Severity: diag.Error, Path: key,
			Message: fmt.Sprintf("there is no field %s at the top of a spec", key),
			Hint:    "give what only helps to write the spec a name that starts with _ or #",
		}
		if meant != "" {
			f.Hint = fmt.Sprintf("did you mean %s?", meant)
		}
		for _, w := range p.Written.At(key) {
			f.Position = w.Label
			found = append(found, f)
			l.Repairs.TakeOut(w.Label, meant)
		}
	}
	return found
}

// errors is all that CUE has against a package.
func (l *loading) errors(p *eval.Package) []errors.Error {
	all := errors.Errors(p.Value.Validate(cue.Concrete(true), cue.All()))
	if len(all) == 0 {
		return nil
	}
	return append(all, l.parts(p)...)
}

// rounds is the judging of one package, again and again.
type rounds struct {
	*loading
	mentions mentions                      // in the package as it is written
	part     *eval.Package                 // the package as the part of the schema refused it; nil where that says too little
	refused  []errors.Error                // what CUE had against it then
	next     func() (*eval.Package, error) // the package for the next round of values; nil for the first
	checked  *eval.Package                 // with all mends and the checks; nil where that is still to be
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
			break // a mended file no longer builds: what was found so far stands
		}
		e := r.explainer(again, r.errors(again))
		certain, likely := e.values()
		if len(e.places) == 0 {
			// Nothing is left to be mended, so what may follow from something
			// else follows from nothing.
			found = append(found, append(certain, likely.list...)...)
			if len(likely.places) == 0 {
				break
			}
			e.places = likely.places
		} else {
			found = append(found, certain...)
		}
		maps.Copy(r.Repairs, e.places)
		r.checked, r.left = nil, nil
		if round == 0 {
			// Most packages have no fault that hides behind another.
			if r.judgeChecks(p); r.checked != nil && len(r.left) == 0 {
				break
			}
		}
		r.next = r.Rebuild(p, true)
	}
	return slices.DeleteFunc(found, func(f diag.Finding) bool { return falselyUnused(f, first, found) })
}

// falselyUnused reports whether a finding is about an import that seems unused
// only because its name is misspelt, or because of a mend.
func falselyUnused(f diag.Finding, first func() []errors.Error, found diag.List) bool {
	if !strings.Contains(f.Message, "imported and not used") {
		return false
	}
	misspelt := slices.ContainsFunc(found, func(f diag.Finding) bool { return f.Code == codeUndefined })
	was := slices.ContainsFunc(first(), func(err errors.Error) bool { return eval.Message(err) == f.Message })
	return misspelt || !was
}

// checks finds what the schema's own checks have against a package whose values
// are mended. first is what CUE has against it as it is.
func (r *rounds) checks(p *eval.Package, first func() []errors.Error) diag.List {
	switch {
	case r.mendedIn(p.Instance):
	case r.part != nil:
		return r.explainer(r.part, r.refused).checks()
	default:
		return r.explainer(p, first()).checks()
	}
	if r.checked == nil {
		r.judgeChecks(p)
	}
	if r.checked == nil {
		return nil
	}
	return r.explainer(r.checked, r.left).checks()
}

// mendedIn reports whether something is mended in the files of a package, or of
// those that it imports.
func (l *loading) mendedIn(inst *build.Instance) bool {
	files := make(map[string]bool)
	var add func(*build.Instance)
	add = func(inst *build.Instance) {
		if inst == nil {
			return
		}
		for _, f := range inst.Files {
			files[strings.TrimPrefix(f.Filename, "/")] = true
		}
		for _, imported := range inst.Imports {
			add(imported)
		}
	}
	add(inst)
	for at := range l.Repairs {
		if files[at.File] {
			return true
		}
	}
	return false
}

// accepts reports whether a package with all mends is accepted by the part of the
// schema that concerns it, and with it by the whole, or by both without their
// checks.
func (l *loading) accepts(p *eval.Package, unchecked bool) bool {
	m := l.schemas
	if l.mendedIn(eval.SchemaOf(p.Instance)) {
		m = partial.NewSchemas()
	}
	if unchecked {
		m = m.Unchecked
	}
	dir := "./" + strings.TrimPrefix(p.Instance.Dir, "/")
	r := l.Reading()
	r.Repairs, r.Unchecked, r.Cache, r.Own = l.Repairs, unchecked, m.Files, eval.Folders([]string{dir})
	inst := cueload.Instances(eval.Arguments([]string{dir}), r.Config())[0]
	if inst.Err != nil || m.Specialize([]*build.Instance{inst}) == nil {
		return false
	}
	return l.Build(eval.NewContext(), inst, eval.ByRepaired).Validate(cue.Concrete(true), cue.All()) == nil
}

// judgeChecks judges a package with all mends and the checks, if it still builds.
func (r *rounds) judgeChecks(p *eval.Package) {
	if r.part != nil && r.accepts(p, false) {
		r.checked, r.left = r.part, nil
		return
	}
	if again, err := r.Rebuild(p, false)(); err == nil {
		r.checked, r.left = again, r.errors(again)
	}
}

func (r *rounds) explainer(p *eval.Package, all []errors.Error) *explainer {
	return &explainer{Package: p, in: r.Session, mentions: r.mentions, errors: all, places: make(eval.Repairs)}
}

// parts judges the parts of a product one by one: CUE stops at the first kind
// of fault that it meets in the whole.
func (l *loading) parts(p *eval.Package) []errors.Error {
	var all []errors.Error
	judge := func(v cue.Value) {
		all = append(all, errors.Errors(v.Validate(cue.Concrete(true), cue.All()))...)
	}
	product := p.Value.LookupPath(cue.ParsePath("product"))
	for _, part := range []string{"sources", "features", "components", "flows", "rules", "errata"} {
		iter, err := product.LookupPath(cue.MakePath(cue.Str(part))).Fields()
		if err != nil {
			continue
		}
		for iter.Next() {
			judge(iter.Value())
		}
	}
	if checks := eval.Checks(product); checks.Exists() {
		iter, err := checks.Fields(cue.All())
		for err == nil && iter.Next() {
			judge(iter.Value())
		}
	}
	return all
}
