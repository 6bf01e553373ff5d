package compare

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/config"
	"github.com/portspec/portspec/internal/git"
	"github.com/portspec/portspec/internal/limit"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/project"
	"github.com/portspec/portspec/internal/screen"
	ws "github.com/portspec/portspec/internal/workspace"
)

// commit loads the workspace in a commit.
func (s *side) commit(ctx context.Context, by *Comparer) (*load.Result, error) {
	result, err := s.evaluate(ctx, by)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	return result, nil
}

func (s *side) evaluate(ctx context.Context, by *Comparer) (*load.Result, error) {
	defer limit.Stage(ctx, project.Evaluating)()
	tree, err := s.repo.Tree(ctx, s.ref.Tree)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	tree.MaxFile = int64(by.Reading.File)
	door := ws.OpenDoorFS(tree, by.Reading)
	root, own, err := workspaceIn(tree, *s.ref, s.configIn(by, door))
	if s.config = own; err != nil {
		return nil, err
	}
	for _, module := range tree.Modules {
		if root == "" || root == "." || strings.HasPrefix(module, root+"/") {
			fmt.Fprintf(by.Log, "%s: %s is a submodule; its files are not read\n", screen.Cell(s.name), screen.Cell(module))
		}
	}
	files, err := fs.Sub(tree, cmp.Or(root, "."))
	if err != nil {
		return nil, err
	}
	var sites []load.SiteFile
	if by.Site == "" && s.config != nil {
		if sites, err = s.configured(door, root); err != nil {
			return nil, err
		}
	}
	if by.Site != "" {
		site, err := by.siteOf(root, door, s.top())
		if err != nil {
			return nil, err
		}
		sites = append(sites, site)
	}
	one := project.Project{NoCache: by.NoCache, Reading: by.Reading, Distrust: by.Distrust, Checks: check.Options{Today: cmp.Or(s.today, "0")}}
	loader := one.Loader(sites)
	defer loader.Cache.Close()
	var result *load.Result
	if root == "" {
		result, err = loader.Embedded(ctx)
	} else {
		result, err = loader.Tree(ctx, files)
	}
	if err != nil {
		return nil, err
	}
	result.Files = nil // they cannot be read after the git process has ended
	return result, nil
}

// configIn returns the configuration in the commit: the one that --config names, or the
// nearest at or above the folder that the user named. If it has errors, it is ignored,
// since the specs can still be compared.
func (s *side) configIn(by *Comparer, door *ws.Door) *config.Config {
	read := func(name string) (*config.Config, bool) {
		data, err := door.ReadFile(name)
		if err != nil {
			return nil, false
		}
		c, found := config.Read(path.Base(name), data)
		if len(found) > 0 {
			fmt.Fprintf(by.Log, "%s: ignoring the configuration %s, which has errors there\n", screen.Cell(s.name), screen.Cell(name))
			s.badConfig = true
			return nil, true
		}
		c.Dir, c.Name = filepath.Join(s.top(), filepath.FromSlash(path.Dir(name))), name
		return c, true
	}
	if by.ConfigFile != "" {
		name, inside, err := ws.Within(s.top(), by.ConfigFile)
		if err != nil || !inside {
			return nil
		}
		c, _ := read(name)
		return c
	}
	for dir := cmp.Or(s.ref.Path, "."); ; dir = path.Dir(dir) {
		for _, name := range config.Names {
			if c, ok := read(path.Join(dir, name)); ok {
				return c
			}
		}
		if dir == "." {
			return nil
		}
	}
}

// top returns the folder on disk that corresponds to the root of the commit.
func (s *side) top() string {
	dir, err := filepath.Abs(s.repo.Top())
	if err != nil {
		return s.repo.Top()
	}
	return dir
}

// configured returns the sites that the configuration names, as they are in the commit.
// It skips sites that do not exist there: they are new on the other side.
func (s *side) configured(door *ws.Door, root string) ([]load.SiteFile, error) {
	var sites []load.SiteFile
	for _, site := range s.config.Sites {
		name := path.Join(path.Dir(s.config.Name), site)
		real, info, err := door.Real(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("sites: %w", err)
		}
		if info.IsDir() {
			name = real
		}
		// Positions must have the same file names as on disk.
		top := s.config.Dir
		if root != "" {
			top = filepath.Join(s.top(), filepath.FromSlash(root))
		}
		var file load.SiteFile
		if file.Name, _, err = ws.Within(top, filepath.Join(s.top(), filepath.FromSlash(name))); err != nil {
			return nil, err
		}
		if !info.IsDir() {
			if file.Data, err = door.ReadFile(name); err != nil {
				return nil, err
			}
		}
		sites = append(sites, file)
	}
	return sites, nil
}

// workspaceIn returns the folder of the specs in a commit and their configuration, by the
// same rules as [config.Root]: the nearest folder with a cue.mod, or the one that the
// configuration names. If there is neither, it is the only workspace in the commit, since
// specs may have moved; it is "" if the configuration is for the specs in the binary.
func workspaceIn(tree fs.FS, ref git.Ref, c *config.Config) (string, *config.Config, error) {
	start := cmp.Or(ref.Path, ".")
	if ref.Named {
		if info, err := fs.Stat(tree, start); err != nil || !info.IsDir() {
			return "", nil, fmt.Errorf("no folder %s in the commit", start)
		}
	}
	nearest := ""
	for dir := start; nearest == ""; dir = path.Dir(dir) {
		switch root, err := isRoot(tree, dir); {
		case err != nil:
			return "", nil, err
		case root:
			nearest = dir
		}
		if dir == "." {
			break
		}
	}
	if c == nil {
		if nearest != "" {
			return nearest, nil, nil
		}
		only, err := onlyRoot(tree)
		return only, nil, err
	}
	own := nearest
	if c.Specs != "" {
		own = path.Join(path.Dir(c.Name), c.Specs)
	}
	if below, err := filepath.Rel(path.Dir(c.Name), nearest); nearest != "" && err == nil && filepath.IsLocal(below) && below != "." && (c.Specs == "" || nearest != own) {
		return nearest, nil, nil
	}
	if own == "" {
		return own, c, nil
	}
	if root, err := isRoot(tree, own); root || err != nil {
		return own, c, err
	}
	only, err := onlyRoot(tree)
	return only, c, err
}

// isRoot reports whether a folder has a cue.mod. As in [ws.FindRoot], one that is not a folder is
// an error.
func isRoot(tree fs.FS, dir string) (bool, error) {
	name := path.Join(dir, "cue.mod")
	info, err := fs.Lstat(tree, name)
	if err != nil {
		return false, nil
	}
	return true, ws.IsFolder(name, info)
}

var errNoWorkspace = errors.New("no cue.mod in the commit: it does not contain a workspace")

// onlyRoot returns the root of the only workspace in a commit.
func onlyRoot(tree fs.FS) (string, error) {
	var roots []string
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if path.Base(name) == "cue.mod" {
			roots = append(roots, path.Dir(name))
			return fs.SkipDir
		}
		if ws.LeavesOut(name) {
			return fs.SkipDir
		}
		return nil
	})
	switch {
	case err != nil:
		return "", err
	case len(roots) == 0:
		return "", errNoWorkspace
	case len(roots) > 1:
		return "", fmt.Errorf("several workspaces in the commit: %s; name one after a colon", strings.Join(roots, ", "))
	}
	return roots[0], nil
}
