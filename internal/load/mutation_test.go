package load

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/portspec/portspec/internal/diag"
)

var (
	mutations    = flag.String("mutations", "200", `how many mutants TestMutations tries, or "all"`)
	mutationSeed = flag.Uint64("mutation-seed", 1, "which of them")
)

// TestMutations changes single tokens of the specs. Every change has to give a
// model that differs in exactly that fact, or a finding at that line.
func TestMutations(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	var all []trial
	for _, w := range mutableWorkspaces(t) {
		all = append(all, w.trials(t)...)
	}
	total := len(all)
	r := rand.New(rand.NewPCG(*mutationSeed, 0))
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
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

// mutable is a workspace whose files are changed.
type mutable struct {
	name  string
	files fs.FS
	dirs  []string
	// before is the model of a package, by its folder; "" is that of all.
	before map[string]any
	once   sync.Mutex
}

func mutableWorkspaces(t *testing.T) []*mutable {
	t.Helper()
	own := &mutable{name: "specs", files: bundle()}
	all := []*mutable{own}
	if _, err := os.Stat("../../testdata/workspace/cue.mod"); err == nil {
		files, _, err := openWorkspace("../../testdata/workspace")
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, &mutable{name: "testdata/workspace", files: inMemory(t, files)})
	}
	for _, w := range all {
		dirs, err := packageDirs(w.files)
		if err != nil {
			t.Fatal(err)
		}
		w.dirs = slices.DeleteFunc(dirs, func(dir string) bool { return dir == "./schema" })
		w.before = make(map[string]any)
	}
	return all
}

// inMemory is a copy of the files of a workspace.
func inMemory(t *testing.T, files fs.FS) fs.FS {
	t.Helper()
	l, ok := files.(layered)
	if !ok {
		t.Fatal("the workspace is portspec's own")
	}
	all := make(fstest.MapFS)
	err := fs.WalkDir(l.workspace, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(l.workspace, name)
		all[name] = &fstest.MapFile{Data: data, Mode: 0o444}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return layered{all, l.served}
}

// trials lists the mutants of all files. What other packages import, or what
// imports them, is judged with the whole workspace.
func (w *mutable) trials(t *testing.T) []trial {
	t.Helper()
	var all []trial
	for _, dir := range w.dirs {
		names, err := fs.Glob(w.files, path.Join(dir, "*.cue"))
		if err != nil {
			t.Fatal(err)
		}
		dirs := []string{dir}
		if base := path.Base(dir); base == "services" || base == "specs" || base == "." {
			dirs = w.dirs
		}
		for _, name := range names {
			for _, m := range mutants(t, w.files, name) {
				all = append(all, trial{mutant: m, in: w, dirs: dirs})
			}
		}
	}
	return all
}

// base is the model of the unchanged packages.
func (w *mutable) base(dirs []string) any {
	w.once.Lock()
	defer w.once.Unlock()
	key := strings.Join(dirs, " ")
	if w.before[key] == nil {
		r, err := loadDirs(context.Background(), w.files, dirs)
		if err != nil || len(r.Findings) > 0 {
			panic(fmt.Sprint(w.name, " has faults of its own: ", err, r.Findings))
		}
		w.before[key] = asJSON(r.Catalog)
	}
	return w.before[key]
}

func asJSON(x any) any {
	data, err := json.Marshal(x)
	if err != nil {
		panic(err)
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		panic(err)
	}
	return tree
}

// A trial is one mutant and what is loaded to judge it.
type trial struct {
	mutant
	in   *mutable
	dirs []string
}

// How a trial can end.
const (
	differs   = "model differs in that fact"
	onLine    = "finding on the line"
	beside    = "finding that names the line"
	elsewhere = "finding elsewhere"
	missed    = "MISSED"
	panicked  = "PANIC"
	noisy     = "NOISE"
)

type outcome struct {
	kind   string
	detail string
	others int // findings at other lines
}

func (tr trial) run() (o outcome) {
	defer func() {
		if p := recover(); p != nil {
			o = outcome{kind: panicked, detail: fmt.Sprint(p, "\n", string(debug.Stack()))}
		}
	}()
	base := tr.in.base(tr.dirs)
	r, err := loadDirs(context.Background(), overlaid{tr.in.files, tr.file, tr.text}, tr.dirs)
	if err != nil {
		return outcome{kind: missed, detail: "no result: " + err.Error()}
	}
	if len(r.Findings) > 0 {
		return tr.located(r.Findings)
	}
	return tr.fact(base, asJSON(r.Catalog))
}

// overlaid is files with one of them changed.
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

// located says how near findings are to the change.
func (tr trial) located(found diag.List) outcome {
	o := outcome{kind: elsewhere}
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
			return outcome{kind: noisy, detail: strings.Join(texts, "")}
		}
	}
	if len(texts) > 6 {
		texts = append(texts[:6], fmt.Sprintf("\n\t\tand %d more", len(texts)-6))
	}
	o.detail = strings.Join(texts, "")
	return o
}

// noise reports whether a finding speaks of what no author wrote.
func noise(f diag.Finding) bool {
	file := strings.TrimPrefix(f.Position.File, modulePath+"/")
	return strings.HasPrefix(file, "schema/") || f.Position.Line == 0 ||
		strings.Contains(f.Message, "disjunction") || strings.Contains(f.Message, "_check")
}

// fact compares two models: all that differs has to be the change.
func (tr trial) fact(before, after any) outcome {
	var changes []change
	compare(&changes, "", before, after)
	if len(changes) == 0 {
		return outcome{kind: missed, detail: "the model is the same"}
	}
	for _, c := range changes {
		if !tr.explains(c) {
			return outcome{kind: missed, detail: fmt.Sprintf("the model differs elsewhere, %s: %v became %v", c.path, c.before, c.after)}
		}
	}
	return outcome{kind: differs}
}

// A change is a place where two models differ.
type change struct {
	path          string
	before, after any // nil where there is nothing
}

func compare(changes *[]change, at string, x, y any) {
	switch x := x.(type) {
	case map[string]any:
		if y, ok := y.(map[string]any); ok {
			compareFields(changes, at, x, y)
			return
		}
	case []any:
		if y, ok := y.([]any); ok {
			compareElements(changes, at, x, y)
			return
		}
	}
	if fmt.Sprint(x) != fmt.Sprint(y) {
		*changes = append(*changes, change{at, x, y})
	}
}

func compareFields(changes *[]change, at string, x, y map[string]any) {
	for k := range x {
		if _, ok := y[k]; ok {
			compare(changes, at+"/"+k, x[k], y[k])
		} else {
			*changes = append(*changes, change{at + "/" + k, x[k], nil})
		}
	}
	for k := range y {
		if _, ok := x[k]; !ok {
			*changes = append(*changes, change{at + "/" + k, nil, y[k]})
		}
	}
}

func compareElements(changes *[]change, at string, x, y []any) {
	if len(x) == len(y) {
		for i := range x {
			compare(changes, fmt.Sprint(at, "/", i), x[i], y[i])
		}
		return
	}
	i := 0
	for i < len(x) && i < len(y) && fmt.Sprint(x[i]) == fmt.Sprint(y[i]) {
		i++
	}
	if len(x) == len(y)+1 && fmt.Sprint(x[i+1:]) == fmt.Sprint(y[i:]) {
		*changes = append(*changes, change{at, x[i], nil})
		return
	}
	*changes = append(*changes, change{at, x, y})
}

// explains reports whether a place differs because of the change.
func (tr trial) explains(c change) bool {
	if tr.kind == "label renamed" && (c.before == nil || c.after == nil) {
		return strings.HasSuffix(c.path, "/"+tr.before) || strings.HasSuffix(c.path, "/"+tr.after)
	}
	if tr.kind == "element dropped" {
		return c.before != nil && c.after == nil
	}
	before, after := fmt.Sprint(c.before), fmt.Sprint(c.after)
	return before == tr.before && after == tr.after || tr.moves(before, after)
}

// moves reports whether a number moved as far as the one that was changed: a
// port that is computed from it.
func (tr trial) moves(before, after string) bool {
	var numbers [4]int
	for i, s := range []string{tr.before, tr.after, before, after} {
		n, err := strconv.Atoi(s)
		if err != nil {
			return false
		}
		numbers[i] = n
	}
	return numbers[1]-numbers[0] == numbers[3]-numbers[2]
}

// A tally counts outcomes.
type tally struct {
	mu     sync.Mutex
	counts map[string]int            // by outcome
	kinds  map[string]map[string]int // by change and outcome
	others int
	shown  []string
}

func newTally() *tally {
	return &tally{counts: make(map[string]int), kinds: make(map[string]map[string]int)}
}

func (y *tally) add(tr trial, o outcome) {
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
	for _, kind := range sortedKeys(y.counts) {
		tried += y.counts[kind]
		t.Logf("%6d %s", y.counts[kind], kind)
	}
	for _, kind := range sortedKeys(y.kinds) {
		t.Logf("%s: %v", kind, y.kinds[kind])
	}
	t.Logf("%d of %d mutants; %d findings at other lines", tried, total, y.others)
	if n := y.counts[missed] + y.counts[panicked] + y.counts[noisy]; n > 0 {
		t.Errorf("%d mutants were missed, panicked or gave noise", n)
	}
	found := y.counts[onLine] + y.counts[beside] + y.counts[elsewhere]
	if y.counts[onLine]*10 < found*9 {
		t.Errorf("%d of %d findings on the very line; nine of ten are wanted", y.counts[onLine], found)
	}
}
