package load

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/store"
	"github.com/portspec/portspec/internal/model"
)

// A found is the folder of a product, and its summary.
type found struct {
	dir string
	*store.Summary
}

// misplacedReleases finds releases without a place in the order.
func misplacedReleases(products map[string]found) diag.List {
	var list diag.List
	byID := make(map[string][]found)
	for _, p := range products {
		byID[p.ProductID] = append(byID[p.ProductID], p)
	}
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		all := byID[id]
		slices.SortFunc(all, func(a, b found) int { return strings.Compare(a.dir, b.dir) })
		chain := make([]model.Successor, len(all))
		for i, p := range all {
			chain[i] = model.Successor{Version: p.Version, After: p.After}
		}
		_, wrong := model.Chain(chain)
		for _, w := range wrong {
			list = append(list, misplaced(all, w))
		}
	}
	return list
}

// misplaced returns the finding for a release without a place in the order.
func misplaced(all []found, w model.Misplaced) diag.Finding {
	p, other := all[w.Release], all[w.Other]
	if w.Why == model.Unordered && p.After == "" && other.After != "" { // a reference that leads nowhere is the likelier mistake
		p, other = other, p
	}
	f := diag.Finding{Code: diag.ReleaseOrder, Severity: diag.Error, Path: model.PathOf("product", "after"), Position: p.AfterAt}
	switch {
	case w.Why == model.SameAfter:
		f.Message = fmt.Sprintf("releases %s and %s of %s both come after %s", other.Version, p.Version, p.ProductID, p.After)
		f.Related = []diag.Related{{Position: other.AfterAt, Message: "the other one is here"}}
		f.Hint = fmt.Sprintf("make the newer one come after the other, as in after: %q", other.Version)
	case w.Why == model.Circular:
		f.Message = fmt.Sprintf("release %s of %s comes after %s, which directly or indirectly comes after %[1]s", p.Version, p.ProductID, p.After)
		f.Related = []diag.Related{{Position: other.AfterAt, Message: "release " + other.Version + " is here"}}
		f.Hint = "remove after from the oldest of them"
	case p.After != "":
		var versions []string
		for _, r := range all {
			if r.Version != p.Version {
				versions = append(versions, r.Version)
			}
		}
		f.Message = fmt.Sprintf("release %s of %s comes after %s, which is not defined", p.Version, p.ProductID, p.After)
		f.Hint = "name an existing release: " + strings.Join(versions, ", ")
	default:
		f.Position, f.Path = p.VersionAt, model.PathOf("product", "version")
		f.Message = fmt.Sprintf("%s has the releases %s and %s, and nothing says which is newer", p.ProductID, other.Version, p.Version)
		f.Related = []diag.Related{{Position: other.VersionAt, Message: "release " + other.Version + " is here"}}
		f.Hint = fmt.Sprintf("add after: %q to release %s if it is the newer one; if they are two products, give one another id", other.Version, p.Version)
	}
	return f
}
