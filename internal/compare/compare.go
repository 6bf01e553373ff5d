// Package compare loads two versions of specs or of a site from folders, git commits or
// exports, and compares them, for portspec diff ([Comparer.Page]) and portspec review
// ([Comparer.Review]).
package compare

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strconv"

	"github.com/portspec/portspec/internal/cache"
	"github.com/portspec/portspec/internal/config"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/project"
	"github.com/portspec/portspec/internal/screen"
)

// A Comparer compares versions of a project.
type Comparer struct {
	*project.Project
	Stdin io.Reader // read if a side is "-"
}

// compare compares two sides. The result for two commits is cached, unless their specs
// have errors; kept reports whether it came from the cache or was added to it.
func (by *Comparer) compare(ctx context.Context, sides []*side, store *cache.Store) (changes *diff.Changes, kept bool, err error) {
	key, kept := by.keyOf(sides)
	if kept {
		changes = &diff.Changes{}
		if data, ok := store.Get(key); ok && json.Unmarshal(data, changes) == nil {
			return changes, true, nil
		}
	}
	results := make([]*load.Result, len(sides))
	for i, s := range sides {
		if results[i], err = s.load(ctx, by); err != nil {
			return nil, false, err
		}
		if errs := results[i].Findings.AtLeast(diag.Error); len(errs) > 0 {
			kept = false
			fmt.Fprintf(by.Log, "the specs of %s have these errors; the rest is compared:\n", screen.Cell(sideName(s)))
			p := diag.Printer{Files: results[i].Files, Name: func(file string) string { return file }}
			p.Print(by.Log, errs)
		}
	}
	changes = diff.CompareSides(
		diff.Side{Catalog: results[0].Catalog, Findings: results[0].Findings},
		diff.Side{Catalog: results[1].Catalog, Findings: results[1].Findings},
	)
	if by.Site != "" {
		compareSites(changes, results, [2]*config.Config{sides[0].config, sides[1].config})
	}
	if kept {
		data, err := json.Marshal(changes)
		if err != nil {
			return nil, false, err
		}
		store.Put(key, data)
	}
	return changes, kept, nil
}

// sideName returns the name of a side for messages.
func sideName(s *side) string {
	if s.name == "" {
		return "the workspace"
	}
	return s.name
}

// keyOf returns the cache key for the comparison of two commits, and false if it must not
// be cached.
func (by *Comparer) keyOf(sides []*side) (cache.Key, bool) {
	config := by.ConfigFile
	if abs, err := filepath.Abs(config); err == nil && config != "" {
		config = abs
	}
	parts := [][]byte{[]byte("diff"), cache.Tool(), []byte(config)}
	for _, s := range sides {
		if s.ref == nil || by.Site != "" {
			return cache.Key{}, false
		}
		parts = append(parts, []byte(s.ref.Tree), []byte(s.ref.Path), strconv.AppendBool(nil, s.ref.Named))
	}
	return cache.KeyOf(parts...), cache.Tool() != nil
}
