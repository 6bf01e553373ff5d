package cli

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen/changes"
	"github.com/portspec/portspec/internal/cache"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/git"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/screen"
)

// A diffPage is what diff prints, and what its status hangs on.
type diffPage struct {
	differs, breaks bool
	text            []byte
}

// diffPage compares what two arguments name. The page of two commits is kept as
// well as their changes, which take longer to read than all else.
func (w *workspace) diffPage(cmd *cobra.Command, args []string, format string) (*diffPage, error) {
	if slices.ContainsFunc(args, isSiteFile) {
		c, err := w.compareSiteFiles(cmd, args)
		if err != nil {
			return nil, err
		}
		return newDiffPage(c, format)
	}
	ranged := false
	if len(args) == 1 && !exists(args[0]) {
		if a, b, ok := git.Range(args[0]); ok {
			args, ranged = []string{a, b}, true
		}
	}
	_ = parallel.Go(cache.Tool) // which the key needs, while git runs
	sides, err := w.diffSides(cmd, args, ranged)
	if err != nil {
		return nil, err
	}
	store := w.Store()
	defer store.Close()
	key, kept := w.keyOf(sides)
	key = cache.KeyOf(key[:], []byte("page"), []byte(format))
	if kept {
		if data, ok := store.Get(key); ok && len(data) > 0 {
			return &diffPage{data[0]&1 != 0, data[0]&2 != 0, data[1:]}, nil
		}
	}
	c, kept, err := w.compare(cmd, sides, store)
	if err != nil {
		return nil, err
	}
	page, err := newDiffPage(c, format)
	if err == nil && kept {
		state := byte(0)
		if page.differs {
			state |= 1
		}
		if page.breaks {
			state |= 2
		}
		store.Put(key, append([]byte{state}, page.text...))
	}
	return page, err
}

func newDiffPage(c *diff.Changes, format string) (*diffPage, error) {
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
	return &diffPage{!c.Empty(), len(c.Breaks()) > 0 || len(c.NotCompared) > 0, out.Bytes()}, nil
}
