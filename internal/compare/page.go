package compare

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"github.com/portspec/portspec/gen/changes"
	"github.com/portspec/portspec/internal/cache"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/git"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/screen"
)

// A Page is what diff prints, and what determines its exit status.
type Page struct {
	Differs, Breaks bool
	Text            []byte
}

// Page compares what the arguments name. For two commits, it caches the page in addition
// to the changes, because reading the changes would take most of the time.
func (by *Comparer) Page(ctx context.Context, args []string, format string) (*Page, error) {
	if err := by.locateSite(); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(args, isRelease) {
		c, err := by.compareReleases(ctx, args)
		if err != nil {
			return nil, err
		}
		return newPage(c, format)
	}
	if slices.ContainsFunc(args, isSiteFile) {
		c, err := by.compareSiteFiles(ctx, args)
		if err != nil {
			return nil, err
		}
		return newPage(c, format)
	}
	ranged := false
	if len(args) == 1 && !exists(args[0]) {
		if a, b, ok := git.Range(args[0]); ok {
			args, ranged = []string{a, b}, true
		}
	}
	_ = parallel.Go(cache.Tool) // needed for the key; computed while git runs
	sides, err := by.sides(ctx, args, ranged)
	if err != nil {
		return nil, err
	}
	store := by.Store()
	defer store.Close()
	key, kept := by.keyOf(sides)
	key = cache.KeyOf(key[:], []byte("page"), []byte(format))
	if kept {
		if data, ok := store.Get(key); ok && len(data) > 0 {
			return &Page{data[0]&1 != 0, data[0]&2 != 0, data[1:]}, nil
		}
	}
	c, kept, err := by.compare(ctx, sides, store)
	if err != nil {
		return nil, err
	}
	page, err := newPage(c, format)
	if err == nil && kept {
		state := byte(0)
		if page.Differs {
			state |= 1
		}
		if page.Breaks {
			state |= 2
		}
		store.Put(key, append([]byte{state}, page.Text...))
	}
	return page, err
}

func newPage(c *diff.Changes, format string) (*Page, error) {
	var out bytes.Buffer
	switch format {
	case "json":
		enc := json.NewEncoder(screen.JSON(&out))
		enc.SetIndent("", "  ")
		if err := enc.Encode(c); err != nil {
			return nil, err
		}
	case "markdown":
		changes.Markdown(&out, c)
	default:
		changes.Text(&out, c)
	}
	return &Page{!c.Empty(), len(c.Breaks()) > 0 || len(c.NotCompared) > 0, out.Bytes()}, nil
}
