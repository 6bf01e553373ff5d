package rerun

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/config"
	"github.com/portspec/portspec/internal/project"
	"github.com/portspec/portspec/internal/watch"
	ws "github.com/portspec/portspec/internal/workspace"
)

// Files are the files that a command reads.
type Files struct {
	watch.Set
	where   string   // what is watched, for messages: the workspace, the site, the configuration
	config  string   // the configuration; "" for none
	configs []string // places where a configuration is or could be
}

// ErrNothing is the error of [FilesOf] where nothing that the command reads can change.
var ErrNothing = errors.New("nothing to watch: this is not a workspace, and the specs in the binary do not change; portspec init creates a workspace")

// FilesOf finds the project, and returns the files that a command working on it reads.
func FilesOf(now *project.Project) (*Files, error) {
	dir := now.Dir
	if dir == "" {
		dir = "."
	}
	root, err := now.FindRoot(dir)
	if err != nil {
		return nil, err
	}
	all := &Files{Set: watch.Set{Root: root, LeavesOut: unread, Matters: read}}
	names := []string{root}
	if now.Site != "" {
		if err := now.LocateSite(root); err != nil {
			return nil, fmt.Errorf("--site: %w", err)
		}
		info, err := os.Stat(now.Site)
		if err != nil {
			return nil, fmt.Errorf("--site: %w", err)
		}
		if !info.IsDir() {
			all.Files = append(all.Files, now.Site)
			names = append(names, now.Site)
		}
	}
	if c := now.Config; c != nil {
		all.config = filepath.Join(c.Dir, filepath.Base(c.Name))
		names = append(names, all.config)
		if now.Site == "" {
			for _, site := range c.Sites {
				all.Files = append(all.Files, filepath.Join(c.Dir, filepath.FromSlash(site)))
			}
		}
	}
	if root == "" && now.Site == "" && now.Config == nil {
		return nil, ErrNothing
	}
	top := root
	if all.config != "" {
		top = filepath.Dir(all.config)
	}
	if all.configs, err = configPlaces(now.ConfigFile, dir, top); err != nil {
		return nil, err
	}
	all.Files = append(all.Files, all.configs...)
	all.where = where(names)
	return all, nil
}

// configPlaces returns the files that are or could be the configuration of dir. It looks
// up to the root of the repository or, outside a repository, up to the folder of the
// current configuration, because folders further up contain many unrelated files.
func configPlaces(named, dir, now string) ([]string, error) {
	if named != "" {
		file, err := filepath.Abs(named)
		return []string{file}, err
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	top := cmp.Or(ws.Repository(dir), now, dir)
	var all []string
	for {
		// Unreadable folders cannot be watched.
		if f, err := os.Open(dir); err == nil {
			_ = f.Close()
			for _, name := range config.Names {
				all = append(all, filepath.Join(dir, name))
			}
		}
		up := filepath.Dir(dir)
		if rel, err := filepath.Rel(top, up); err != nil || !filepath.IsLocal(rel) || up == dir {
			return all, nil
		}
		dir = up
	}
}

// reconfigured reports whether the configuration is among the changed files, which have
// the names that a watch reports.
func (w *Files) reconfigured(changed []string) bool {
	return slices.ContainsFunc(changed, func(name string) bool {
		if !filepath.IsAbs(name) {
			name = filepath.Join(w.Root, filepath.FromSlash(name))
		}
		return name == w.Root || slices.Contains(w.configs, name) // "" can be any file
	})
}

// unread reports whether a folder of a workspace is never read. In cue.mod, the loader
// reads its files and vendored modules.
func unread(dir string) bool {
	if dir == "cue.mod" || strings.HasPrefix(dir, "cue.mod/") {
		return dir == ws.CopiedTo
	}
	return ws.LeavesOut(dir)
}

// read reports whether a file of a workspace may be read, given its name. Files that start
// with a dot belong to editors: Emacs locks x.cue with .#x.cue.
func read(name string) bool {
	base := path.Base(name)
	return path.Ext(base) == ".cue" && !strings.HasPrefix(base, ".") && !strings.HasPrefix(base, "_")
}

// where lists what is watched.
func where(names []string) string {
	var all []string
	for _, name := range names {
		if name != "" {
			all = append(all, ws.Near(name))
		}
	}
	if len(all) == 3 {
		return all[0] + ", " + all[1] + " and " + all[2]
	}
	return strings.Join(all, " and ")
}
