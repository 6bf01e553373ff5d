package load

import (
	"context"
	"maps"
	"runtime"
	"slices"

	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/partial"
	"github.com/portspec/portspec/internal/load/scan"
	"github.com/portspec/portspec/internal/parallel"
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
			forks[i] = l.fork(own)
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

// fork returns a loading with its own context, and with these schemas, that knows what this one
// has found.
func (l *loading) fork(schemas *partial.Schemas) *loading {
	f := *l
	own := *l.Judge
	own.Session, own.Schemas = l.Session.Fork(), schemas
	f.Judge, f.collection, f.faulty, f.offered = &own, l.collection.fork(), maps.Clone(l.faulty), nil
	return &f
}

// merge adds what a fork has found.
func (l *loading) merge(f *loading) {
	l.collection.merge(f.collection)
	maps.Copy(l.Repairs, f.Repairs)
	maps.Copy(l.faulty, f.faulty)
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
		l.judged.add()
	}
	return sound
}
