package load

import (
	"context"
	"io/fs"
	"maps"
	"runtime"
	"slices"
	"strings"

	"cuelang.org/go/mod/modfile"

	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/partial"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/workspace"
)

// A context of CUE keeps all that it ever built, and is for one goroutine. Large
// workspaces are judged in batches, each with a context of its own, so that
// memory does not grow with the workspace; small ones in one, so that what
// packages import is evaluated once, unless none imports another.
//
// Batches are small: each evaluates anew what its packages import, which is little,
// and two packages write fewer of the schema's optional fields than ten do.
// Batches of ten took a third more time, and three times the memory.
const batchSize = 2

// fewPackages is how many a small workspace has.
const fewPackages = 20

// inBatches judges the packages of many folders. Packages that others import
// come first, as what is wrong with them shows in the others too; those of one
// stage know nothing of each other.
func (l *loading) inBatches(ctx context.Context, dirs []string) error {
	for _, stage := range l.stages(dirs) {
		if stage.last && l.faults() {
			stage.dirs = slices.DeleteFunc(stage.dirs, func(dir string) bool { return !standsAlone(dir) })
		}
		if len(stage.dirs) == 0 {
			continue
		}
		l.anySite = l.anySite || stage.sites
		size := min(batchSize, (len(stage.dirs)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
		batches := slices.Collect(slices.Chunk(stage.dirs, size))
		forks := make([]*loading, len(batches))
		errs := make([]error, len(batches))
		parallel.With(len(batches), partial.NewSchemas, func(own *partial.Schemas, i int) {
			forks[i] = l.fork()
			forks[i].schemas = own
			errs[i] = forks[i].judgeAll(ctx, batches[i])
			forks[i].Release()
		})
		for i, f := range forks {
			if errs[i] != nil {
				return errs[i]
			}
			l.merge(f)
		}
	}
	return nil
}

// fork is a loading that knows what this one has found and has a context of its
// own.
func (l *loading) fork() *loading {
	f := newLoading(l.Loader)
	f.store, f.settled, f.parent, f.anySite = l.store, true, l, l.anySite
	f.Files, f.Schema, f.Fields, f.Evaluated, f.broken = l.Files, l.Schema, l.Fields, l.Loader.evaluated, l.broken
	f.Repairs, f.faulty = maps.Clone(l.Repairs), maps.Clone(l.faulty)
	f.outlines, f.dataChecks = l.outlines, l.dataChecks
	f.result.Files = l.Files
	return f
}

// merge takes over what a fork found.
func (l *loading) merge(f *loading) {
	l.report(f.result.Findings...)
	maps.Copy(l.Repairs, f.Repairs)
	maps.Copy(l.faulty, f.faulty)
	l.unified = l.unified || f.unified
	l.outcomes = append(l.outcomes, f.outcomes...)
}

// A stage is packages none of which imports another.
type stage struct {
	dirs  []string
	sites bool // one of them, or of a later stage, is a site
	last  bool // they unify others, and are judged only if those are in order
}

// stages orders folders by what their packages import: first those that import
// none of the workspace, then those that import only these, and so on;
// catalogues and sites at the end.
func (l *loading) stages(dirs []string) []stage {
	imports := make(map[string][]string)
	deepest := eval.PlainKind
	prefix := ""
	if data, err := fs.ReadFile(l.Files, workspace.ModuleFile); err == nil {
		if m, err := modfile.ParseNonStrict(data, workspace.ModuleFile); err == nil {
			prefix, _, _ = strings.Cut(m.Module, "@")
		}
	}
	for _, dir := range dirs {
		imports[dir] = nil
		for _, p := range l.outlines[dir].Imports {
			if rest, own := strings.CutPrefix(p, prefix+"/"); own {
				imports[dir] = append(imports[dir], "./"+rest)
			}
		}
		deepest = max(deepest, l.outlines[dir].Kind)
	}
	levels := make(map[string]int)
	var level func(dir string, seen int) int
	level = func(dir string, seen int) int {
		if n, known := levels[dir]; known || seen > len(dirs) { // a cycle, which is found later
			return n
		}
		n := 0
		for _, imported := range imports[dir] {
			if _, own := imports[imported]; own {
				n = max(n, 1+level(imported, seen+1))
			}
		}
		levels[dir] = n
		return n
	}
	const above = 1 << 20 // any chain of imports
	groups := make(map[int][]string)
	for _, dir := range dirs {
		n := level(dir, 0) + int(l.outlines[dir].Kind)*above
		groups[n] = append(groups[n], dir)
	}
	var all []stage
	for _, n := range slices.Sorted(maps.Keys(groups)) {
		all = append(all, stage{dirs: groups[n], last: n >= above})
	}
	if deepest == eval.SiteKind {
		for i := range all {
			all[i].sites = true
		}
	}
	return all
}
