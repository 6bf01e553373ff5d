package load

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/sample"
	"github.com/portspec/portspec/internal/workspace"
)

var (
	mutations    = flag.String("mutations", strconv.Itoa(sample.Size(40, 200)), `how many mutants TestMutations tries, or "all"`)
	mutationAt   = flag.String("mutation-at", "", "only those whose place contains this text, such as catalog.cue:17:")
	mutationSeed = flag.Uint64("mutation-seed", 1, "which of them")
)

// TestMutations changes single tokens of the specs. Every change must give a model that differs
// in exactly that fact, or a finding at that line.
func TestMutations(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	all := trials(t, 0)
	all = slices.DeleteFunc(all, func(tr trial) bool { return !strings.Contains(tr.String(), *mutationAt) })
	total := len(all)
	if *mutations != "all" {
		n, err := strconv.Atoi(*mutations)
		if err != nil {
			t.Fatal(err)
		}
		all = all[:min(n, len(all))]
	}
	tally := newTally()
	queue := make(chan trial)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for one := range queue {
				tally.add(one, one.run())
			}
		})
	}
	for _, one := range all {
		queue <- one
	}
	close(queue)
	workers.Wait()
	tally.report(t, total)
}

// A trial is a mutant, and the packages to load for judging it.
type trial struct {
	mutant
	in   *mutable
	dirs []string
}

// Outcomes of trials.
const (
	differs   = "model differs in that fact"
	onLine    = "finding on the line"
	beside    = "finding that names the line"
	elsewhere = "finding elsewhere"
	missed    = "MISSED"
	panicked  = "PANIC"
	noisy     = "NOISE"
)

type verdict struct {
	kind   string
	detail string
	others int // findings at other lines
}

func (tr trial) run() (o verdict) {
	defer func() {
		if p := recover(); p != nil {
			o = verdict{kind: panicked, detail: fmt.Sprint(p, "\n", string(debug.Stack()))}
		}
	}()
	base := tr.in.base(tr.dirs)
	r, err := loadDirs(context.Background(), overlaid{tr.in.files, tr.file, tr.text}, tr.dirs)
	if err != nil {
		return verdict{kind: missed, detail: "no result: " + err.Error()}
	}
	if len(r.Findings) > 0 {
		return tr.located(r.Findings)
	}
	return tr.fact(base, asJSON(r.Catalog))
}

// overlaid replaces one file of a file system.
type overlaid struct {
	fs.FS
	name, text string
}

// Open implements [fs.FS].
func (o overlaid) Open(name string) (fs.File, error) {
	if name == o.name {
		return fstest.MapFS{name: {Data: []byte(o.text), Mode: 0o444}}.Open(name)
	}
	return o.FS.Open(name)
}

// located tells how near findings are to the mutation.
func (tr trial) located(found diag.List) verdict {
	o := verdict{kind: elsewhere}
	var texts []string
	for _, f := range found {
		at := func(p diag.Position) bool { return p.File == tr.file && p.Line == tr.line }
		if at(f.Position) {
			o.kind = onLine
		} else {
			o.others++
			if o.kind == elsewhere && slices.ContainsFunc(f.Related, func(r diag.Related) bool { return at(r.Position) }) {
				o.kind = beside
			}
		}
		texts = append(texts, fmt.Sprintf("\n\t\t%s %s %s (%s) %v", f.Position, f.Code, f.Message, f.Hint, f.Related))
		if noise(f) {
			return verdict{kind: noisy, detail: strings.Join(texts, "")}
		}
	}
	if len(texts) > 6 {
		texts = append(texts[:6], fmt.Sprintf("\n\t\tand %d more", len(texts)-6))
	}
	o.detail = strings.Join(texts, "")
	return o
}

// noise reports whether a finding mentions something that no author wrote.
func noise(f diag.Finding) bool {
	file := strings.TrimPrefix(f.Position.File, workspace.ModulePath+"/")
	return strings.HasPrefix(file, "schema/") || f.Position.Line == 0 ||
		strings.Contains(f.Message, "disjunction") || strings.Contains(f.Message, "_check")
}

// A tally counts outcomes.
type tally struct {
	mu     sync.Mutex
	counts map[string]int            // by verdict
	kinds  map[string]map[string]int // by change and verdict
	others int
	shown  []string
}

func newTally() *tally {
	return &tally{counts: make(map[string]int), kinds: make(map[string]map[string]int)}
}

func (y *tally) add(tr trial, o verdict) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.counts[o.kind]++
	if y.kinds[tr.kind] == nil {
		y.kinds[tr.kind] = make(map[string]int)
	}
	y.kinds[tr.kind][o.kind]++
	y.others += o.others
	if o.kind != differs && (o.kind != onLine || o.others > 0) {
		y.shown = append(y.shown, fmt.Sprintf("%s: %s%s", o.kind, tr, o.detail))
	}
}

func (y *tally) report(t *testing.T, total int) {
	t.Helper()
	slices.Sort(y.shown)
	for _, s := range y.shown {
		t.Log(s)
	}
	tried := 0
	for _, kind := range slices.Sorted(maps.Keys(y.counts)) {
		tried += y.counts[kind]
		t.Logf("%6d %s", y.counts[kind], kind)
	}
	for _, kind := range slices.Sorted(maps.Keys(y.kinds)) {
		t.Logf("%s: %v", kind, y.kinds[kind])
	}
	t.Logf("%d of %d mutants; %d findings at other lines", tried, total, y.others)
	if n := y.counts[missed] + y.counts[panicked] + y.counts[noisy]; n > 0 {
		t.Errorf("%d mutants were missed, panicked or had findings that no author understands", n)
	}
	found := y.counts[onLine] + y.counts[beside] + y.counts[elsewhere]
	if y.counts[onLine]*10 < found*9 {
		t.Errorf("%d of %d findings are on the mutated line, want nine of ten", y.counts[onLine], found)
	}
}
