package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/git"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
)

// A diffSide is one of two models that are compared, by what the user calls it.
type diffSide struct {
	name string
	ref  *git.Ref // where it is in a commit
	repo *git.Repository
}

// diffSides finds out what the arguments of diff are, with one run of git.
func (w *workspace) diffSides(cmd *cobra.Command, args []string) ([]*diffSide, error) {
	var sides []*diffSide
	var refs []string
	for _, name := range args {
		sides = append(sides, &diffSide{name: name})
		if name == "-" {
			continue
		}
		if _, err := os.Stat(name); err != nil {
			refs = append(refs, name)
		}
	}
	if len(refs) > 0 {
		repo, found, err := git.Find(cmd.Context(), cmp.Or(w.dir, "."), w.dir != "", refs...)
		if err != nil {
			return nil, err
		}
		for _, s := range sides {
			if i := slices.Index(refs, s.name); i >= 0 {
				s.ref, s.repo = &found[i], repo
			}
		}
	}
	if len(sides) == 1 {
		sides = append(sides, &diffSide{})
	}
	return sides, nil
}

// load reads a side; its error is that nothing could be read at all.
func (s *diffSide) load(cmd *cobra.Command, w *workspace) (*load.Result, error) {
	switch {
	case s.ref != nil:
		return s.commit(cmd, w)
	case s.name == "":
		one := workspace{dir: w.dir, limits: w.limits, site: w.site, noCache: w.noCache, log: w.log}
		result, err := one.load(cmd.Context())
		if err == nil && one.root == "" {
			return nil, errors.New("this is no workspace; say what to compare with, as in portspec diff OLD NEW")
		}
		return result, err
	}
	if info, err := os.Stat(s.name); s.name == "-" || err == nil && !info.IsDir() {
		if w.site != "" {
			return nil, fmt.Errorf("%s: an export holds no specs to resolve a site with; give a folder or a commit", s.name)
		}
		return s.exported(cmd)
	}
	one := workspace{dir: s.name, limits: w.limits, site: w.site, noCache: w.noCache, log: w.log}
	if w.site != "" {
		root, err := load.FindRoot(s.name)
		if err != nil {
			return nil, err
		}
		if own := filepath.Join(root, w.siteName()); exists(own) {
			one.site = own
		}
	}
	return one.load(cmd.Context())
}

// commit loads the workspace of a commit.
func (s *diffSide) commit(cmd *cobra.Command, w *workspace) (*load.Result, error) {
	result, err := load.Within(cmd.Context(), w.limits, func(ctx context.Context) (*load.Result, error) {
		tree, err := s.repo.Tree(ctx, s.ref.Tree)
		if err != nil {
			return nil, err
		}
		defer tree.Close()
		root, err := workspaceIn(tree, *s.ref)
		if err != nil {
			return nil, err
		}
		for _, module := range tree.Modules {
			if root == "." || strings.HasPrefix(module, root+"/") {
				fmt.Fprintf(cmd.ErrOrStderr(), "%s: %s is a submodule, and its files are not read\n", s.name, module)
			}
		}
		files, err := fs.Sub(tree, root)
		if err != nil {
			return nil, err
		}
		var sites []load.SiteFile
		if w.site != "" {
			site, err := w.siteOf(files)
			if err != nil {
				return nil, err
			}
			sites = append(sites, site)
		}
		// A commit is judged as on the day before any suppression expires.
		one := workspace{noCache: w.noCache, checks: check.Options{Today: "0"}}
		loader := one.loader(sites)
		defer loader.Cache.Close()
		result, err := loader.Tree(ctx, files)
		if err != nil {
			return nil, err
		}
		result.Files = nil // they end with the process of git
		return result, nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	return result, nil
}

// workspaceIn is the folder of a commit that holds cue.mod: the nearest one above
// what the user names or, where it has moved, the only one there is.
func workspaceIn(tree fs.FS, ref git.Ref) (string, error) {
	isRoot := func(dir string) bool {
		info, err := fs.Stat(tree, path.Join(dir, "cue.mod"))
		return err == nil && info.IsDir()
	}
	start := cmp.Or(ref.Path, ".")
	if ref.Named {
		if info, err := fs.Stat(tree, start); err != nil || !info.IsDir() {
			return "", fmt.Errorf("no folder %s in the commit", start)
		}
	}
	for dir := start; ; dir = path.Dir(dir) {
		if isRoot(dir) {
			return dir, nil
		}
		if dir == "." {
			break
		}
	}
	var roots []string
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if path.Base(name) == "cue.mod" {
			roots = append(roots, path.Dir(name))
			return fs.SkipDir
		}
		if load.LeavesOut(name) {
			return fs.SkipDir
		}
		return nil
	})
	switch {
	case err != nil:
		return "", err
	case len(roots) == 0:
		return "", errors.New("no cue.mod in the commit: it holds no workspace")
	case len(roots) > 1:
		return "", fmt.Errorf("several workspaces in the commit: %s; name one after a colon", strings.Join(roots, ", "))
	}
	return roots[0], nil
}

// exported reads what portspec export printed.
func (s *diffSide) exported(cmd *cobra.Command) (*load.Result, error) {
	data, err := []byte(nil), error(nil)
	if s.name == "-" {
		data, err = io.ReadAll(cmd.InOrStdin())
	} else {
		data, err = os.ReadFile(s.name)
	}
	if err != nil {
		return nil, err
	}
	catalog := &model.Catalog{}
	if err := followsSchema(data); err != nil {
		return nil, fmt.Errorf("%s is not what portspec export prints: %w", s.name, err)
	}
	if err := json.Unmarshal(data, catalog); err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	if err := diff.Check(catalog); err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	return &load.Result{Catalog: catalog}, nil
}
