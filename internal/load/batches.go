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
	"github.com/portspec/portspec/internal/load/scan"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/workspace"
)

// A CUE context keeps everything that it has built, and must not be used by several goroutines.
// Large workspaces are read in batches, and each package is evaluated in its own context, so
// that memory does not grow with the workspace: even the parsed files of plain packages are kept
// only for the batch that parses them. Small ones are judged in a single batch and context, so
// that imported packages are evaluated once, unless no package imports another.
//
// Batches are small: two packages write fewer of the schema's optional fields than ten do.
// Batches of one take a tenth longer to read.
const batchSize = 2

// fewPackages is the maximum number of packages in a small workspace.
const fewPackages = 20

// inBatches judges the packages of many folders. Packages that others import come first,
// because their faults show in the others, too; packages of one stage do not depend on each
// other.
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

// fork returns a loading with its own context that knows what this one has found.
func (l *loading) fork() *loading {
	f := newLoading(l.Loader)
	f.store, f.settled, f.parent, f.anySite = l.store, true, l, l.anySite
	f.Files, f.Schema, f.Syntax, f.Fields, f.Parsed, f.Evaluated = l.Files, l.Schema, l.Syntax, l.Fields, l.Parsed, l.Loader.evaluated
	f.Repairs, f.faulty = maps.Clone(l.Repairs), maps.Clone(l.faulty)
	f.outlines, f.dataChecks, f.onlyStored, f.language, f.broken = l.outlines, l.dataChecks, l.onlyStored, l.language, l.broken
	f.result.Files = l.Files
	return f
}

// merge adds what a fork has found.
func (l *loading) merge(f *loading) {
	l.report(f.result.Findings...)
	maps.Copy(l.Repairs, f.Repairs)
	maps.Copy(l.faulty, f.faulty)
	l.unified = l.unified || f.unified
	l.outcomes = append(l.outcomes, f.outcomes...)
}

// A stage is a set of packages that do not import each other.
type stage struct {
	dirs  []string
	sites bool // it or a later stage contains a site
	last  bool // the packages unify others, and are judged only if those have no faults
}

// stages orders folders by the imports of their packages: first those that import nothing
// from the workspace, then those that import only these, and so on; catalogues and sites
// come last.
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
		if n, known := levels[dir]; known || seen > len(dirs) { // a cycle, which is reported later
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
	const above = 1 << 20 // longer than any chain of imports
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

// unscanned returns the folders that are only outlined, see [scan.Plain].
func (l *loading) unscanned(dirs []string) []string {
	return slices.DeleteFunc(slices.Clone(dirs), func(dir string) bool { return !l.outlines[dir].Unscanned })
}

// scanned scans the folders that are only outlined, and returns those without broken files.
func (l *loading) scanned(dirs []string) []string {
	rest := l.unscanned(dirs)
	if len(rest) == 0 {
		return dirs
	}
	l.Parsed = new(eval.Parsed)
	_, broken := scan.Folders(l.Files, rest, l.language, l.Parsed)
	l.report(broken...)
	sound := withoutFindings(dirs, broken)
	for range len(dirs) - len(sound) {
		l.progress()
	}
	return sound
}

// anyBroken reports whether folders that were at first only outlined contain broken files. It
// parses them all, so it is called only if imports of a package fail.
func (l *loading) anyBroken() bool {
	_, broken := scan.Folders(l.Files, l.unscanned(slices.Collect(maps.Keys(l.outlines))), l.language, nil)
	return len(broken) > 0
}
