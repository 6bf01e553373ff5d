package compare

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/review"
	"github.com/portspec/portspec/internal/cache"
	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/config"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/output"
	"github.com/portspec/portspec/internal/project"
	"github.com/portspec/portspec/internal/targets"
)

// reviewed is one of the two versions that a review compares.
type reviewed struct {
	side   *side
	result *load.Result
	config *config.Config
	sites  []*model.Deployment
	found  diag.List       // about the sites
	broken map[string]bool // ids of sites with errors
	// outputs is nil if outputs are not compared; noOutputs is the reason.
	outputs   *outputs
	noOutputs string
	none      bool // this version has no outputs
}

// outputs are the generated files of a version.
type outputs struct {
	Files []madeFile `json:"files"`
	Found diag.List  `json:"found"` // what targets cannot express
}

// A madeFile is an output file, without its contents, since there may be thousands.
type madeFile struct {
	Target string `json:"target"`
	Out    string `json:"out"`  // folder or file of the target's outputs
	Name   string `json:"name"` // within Out
	Hash   string `json:"hash"`
}

// reviewed loads a version and resolves its sites.
func (by *Comparer) reviewed(ctx context.Context, s *side) (*reviewed, error) {
	s.today = time.Now().Format(time.DateOnly) // the same day for both versions
	result, err := s.load(ctx, by)
	if errors.Is(err, errNoWorkspace) { // normal in the first pull request with specs
		fmt.Fprintf(by.Log, "%v: everything in the workspace is new\n", err)
		s.empty, err = true, nil
		result = &load.Result{Catalog: &model.Catalog{}, Available: &model.Catalog{}}
	}
	if err != nil {
		return nil, err
	}
	r := &reviewed{side: s, result: result, config: s.config, broken: make(map[string]bool), none: s.empty}
	if result.Findings.HasErrors() {
		r.noOutputs = "the specs of " + sideName(s) + " have errors"
		return r, nil
	}
	one := project.Project{Checks: check.Options{Today: s.today}}
	for _, site := range result.Sites {
		d, found, err := one.Deployments(&load.Result{Available: result.Available, Sites: []*model.Site{site}})
		if err != nil {
			return nil, err
		}
		r.sites, r.found = append(r.sites, d...), append(r.found, found...)
		if found.HasErrors() {
			r.broken[site.ID] = true
			r.noOutputs = "the site " + site.ID + " of " + sideName(s) + " has errors"
		}
	}
	return r, nil
}

// findings returns all findings of a version.
func (r *reviewed) findings() diag.List {
	all := append(slices.Clone(r.result.Findings), r.found...)
	if r.outputs != nil {
		all = append(all, r.outputs.Found...)
	}
	open, _ := all.Sort().Split()
	return open
}

// makeOutputs generates the outputs that the configuration lists or, without a list, all
// targets. Those of a commit are cached.
func (by *Comparer) makeOutputs(r *reviewed) error {
	switch {
	case r.noOutputs != "":
		return nil
	case r.none:
		r.outputs = &outputs{}
		return nil
	}
	store := by.Store()
	defer store.Close()
	key, kept := by.keyOf([]*side{r.side})
	kept = kept && r.config == r.side.config && !r.asksDisk() // otherwise the outputs depend only on the commit
	key = cache.KeyOf(key[:], []byte("outputs"), []byte(r.side.today))
	if kept {
		var made outputs
		if data, ok := store.Get(key); ok && json.Unmarshal(data, &made) == nil {
			r.outputs = &made
			return nil
		}
	}
	made, err := r.make()
	if err != nil {
		r.noOutputs = "those of " + sideName(r.side) + " cannot be made: " + err.Error()
		return nil
	}
	r.outputs = made
	if kept {
		data, err := json.Marshal(made)
		if err != nil {
			return err
		}
		store.Put(key, data)
	}
	return nil
}

// asksDisk reports whether an output depends on other files in its folder, as a single
// file in a Go package does.
func (r *reviewed) asksDisk() bool {
	return r.config != nil && slices.ContainsFunc(r.config.Generate, func(o config.Output) bool { return output.IsGoFile(o.Out) })
}

func (r *reviewed) make() (*outputs, error) {
	var jobs []*targets.Job
	listed := make(map[*targets.Job]config.Output)
	all := r.result.Catalog.Shelf()
	if r.config == nil || len(r.config.Generate) == 0 {
		chosen, err := targets.Choose(nil)
		if err != nil {
			return nil, err
		}
		for _, t := range chosen {
			j := &targets.Job{Target: t, Products: all, Sites: r.sites, Dir: path.Join("out", t.Name)}
			jobs, listed[j] = append(jobs, j), config.Output{Target: t.Name, Out: j.Dir}
		}
	} else {
		for _, o := range r.config.Generate {
			j, err := targets.Listed(r.config, o, all, r.sites)
			if err != nil {
				return nil, r.config.At(o, err)
			}
			jobs, listed[j] = append(jobs, j), o
		}
	}
	var mu sync.Mutex
	made := make(map[madeFile]bool) // files that sites share are made several times
	found, err := targets.Make(jobs, check.Options{Today: r.side.today}, func(j *targets.Job, files ...gen.File) error {
		for _, f := range files {
			o := listed[j]
			name := cmp.Or(strings.TrimPrefix(strings.TrimPrefix(f.Path, o.Out), "/"), path.Base(o.Out))
			of := madeFile{o.Target, o.Out, name, output.Hash(f.Data)}
			mu.Lock()
			made[of] = true
			mu.Unlock()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	files := slices.SortedFunc(maps.Keys(made), func(a, b madeFile) int {
		return cmp.Or(strings.Compare(a.Target, b.Target), strings.Compare(a.Out, b.Out), strings.Compare(a.Name, b.Name), strings.Compare(a.Hash, b.Hash))
	})
	return &outputs{Files: append([]madeFile{}, files...), Found: append(diag.List{}, found...)}, nil
}

// changedOutputs lists the files that differ, by target and folder.
func changedOutputs(old, new []madeFile) []review.Output {
	type key struct{ target, out, name string }
	keyOf := func(f madeFile) key { return key{f.Target, f.Out, f.Name} }
	was := make(map[key]madeFile, len(old))
	for _, f := range old {
		was[keyOf(f)] = f
	}
	all := []review.Output{}
	of := func(f madeFile) *review.Output {
		i := slices.IndexFunc(all, func(o review.Output) bool { return o.Target == f.Target && o.Out == f.Out })
		if i < 0 {
			i = len(all)
			all = append(all, review.Output{Target: f.Target, Out: f.Out})
		}
		return &all[i]
	}
	for _, f := range new {
		before, ok := was[keyOf(f)]
		delete(was, keyOf(f))
		switch {
		case !ok:
			o := of(f)
			o.Added = append(o.Added, f.Name)
		case before.Hash != f.Hash:
			o := of(f)
			o.Changed = append(o.Changed, f.Name)
		}
	}
	for _, f := range old {
		if _, ok := was[keyOf(f)]; ok {
			o := of(f)
			o.Removed = append(o.Removed, f.Name)
		}
	}
	slices.SortFunc(all, func(a, b review.Output) int {
		return cmp.Or(strings.Compare(a.Target, b.Target), strings.Compare(a.Out, b.Out))
	})
	return all
}

// changedSites lists the sites with hosts whose rules change. A site that has errors on
// one side is not compared, because its rules are not known there.
func changedSites(old, new *reviewed, c *diff.Changes) []review.Site {
	all := []review.Site{}
	if old.result.Findings.HasErrors() || new.result.Findings.HasErrors() {
		return all
	}
	was, is := deployed(old), deployed(new)
	var ids []string
	for _, list := range [][]*model.Deployment{old.sites, new.sites} {
		for _, d := range list {
			ids = append(ids, d.Site.ID)
		}
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		s := review.Site{ID: id, Kind: diff.Changed}
		switch {
		case old.broken[id] || new.broken[id]:
			continue
		case was[id] == nil:
			s.Kind = diff.Added
		case is[id] == nil:
			s.Kind = diff.Removed
		}
		if s.Changes = diff.CompareDeployments(was[id], is[id], c); len(s.Changes) > 0 {
			all = append(all, s)
		}
	}
	return all
}

func deployed(r *reviewed) map[string]*model.Deployment {
	all := make(map[string]*model.Deployment)
	for _, d := range r.sites {
		all[d.Site.ID] = d
	}
	return all
}
