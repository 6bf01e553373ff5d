package load

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/portspec/portspec/internal/workspace"
)

// A mutable is a workspace whose files are mutated.
type mutable struct {
	name  string
	files fs.FS
	dirs  []string
	// before has the models of packages by folder; "" is the folder of the whole workspace.
	before map[string]any
	once   sync.Mutex
}

func mutableWorkspaces(t *testing.T) []*mutable {
	t.Helper()
	own := &mutable{name: "specs", files: workspace.Bundle()}
	all := []*mutable{own}
	if _, err := os.Stat("../../testdata/workspace/cue.mod"); err == nil {
		all = append(all, &mutable{name: "testdata/workspace", files: inMemory(t, os.DirFS("../../testdata/workspace"))})
	}
	for _, w := range all {
		snap, _, err := workspace.OpenFS(w.files, workspace.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		w.dirs = slices.DeleteFunc(snap.Dirs, func(dir string) bool { return dir == "./schema" })
		w.before = make(map[string]any)
	}
	return all
}

// inMemory returns a copy of files in memory.
func inMemory(t *testing.T, files fs.FS) fs.FS {
	t.Helper()
	all := make(fstest.MapFS)
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		all[name] = &fstest.MapFile{Data: data, Mode: 0o444}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	opened, _, err := workspace.OpenFS(all, workspace.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

// trials lists the mutants of all workspaces in a random order, but first one of each kind of
// mutation, so that even a few trials cover every kind.
func trials(t *testing.T, stream uint64) []trial {
	t.Helper()
	var all []trial
	for _, w := range mutableWorkspaces(t) {
		all = append(all, w.trials(t)...)
	}
	r := rand.New(rand.NewPCG(*mutationSeed, stream))
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	var first, others []trial
	for _, tr := range all {
		if slices.ContainsFunc(first, func(f trial) bool { return f.kind == tr.kind }) {
			others = append(others, tr)
		} else {
			first = append(first, tr)
		}
	}
	return append(first, others...)
}

// trials lists the mutants of all files. A package that is imported or imports others is judged
// with the whole workspace.
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

// base returns the model of the unchanged packages.
func (w *mutable) base(dirs []string) any {
	w.once.Lock()
	defer w.once.Unlock()
	key := strings.Join(dirs, " ")
	if w.before[key] == nil {
		r, err := loadDirs(context.Background(), w.files, dirs)
		if err != nil || len(r.Findings) > 0 {
			panic(fmt.Sprint(w.name, " has faults: ", err, r.Findings))
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
