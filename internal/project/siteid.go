package project

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/load"
	ws "github.com/portspec/portspec/internal/workspace"
)

// LocateSite replaces the id of a site in --site by the path of the site, among those that
// the configuration names or, if it names none, those of the workspace. A file or folder
// of that name comes first.
func (p *Project) LocateSite(root string) error {
	_, missing := os.Stat(p.Site)
	if !errors.Is(missing, fs.ErrNotExist) || strings.ContainsAny(p.Site, `/\.`) {
		return nil // reading it reports what is wrong
	}
	known, err := p.sitePaths(root)
	switch {
	case err != nil:
		return err
	case known[p.Site] != "":
		p.Site = known[p.Site]
		return nil
	}
	ids := slices.Sorted(maps.Keys(known))
	if len(ids) == 0 {
		return fmt.Errorf("no file or folder %s, and no site has that id; portspec init site writes a site in YAML", p.Site)
	}
	hint := "sites are " + english.And(ids)
	if near := diag.Nearest(p.Site, ids); near != "" {
		hint = "did you mean " + near + "? " + hint
	}
	return fmt.Errorf("no file, folder or site %s; %s", p.Site, hint)
}

// sitePaths returns the paths of the sites that are known without --site, by id.
func (p *Project) sitePaths(root string) (map[string]string, error) {
	all := make(map[string]string)
	if p.Config != nil && len(p.Config.Sites) > 0 {
		sites, err := p.siteFiles(p.Config, root)
		if err != nil {
			return nil, err
		}
		folders, err := p.siteFolders(root)
		if err != nil {
			return nil, err
		}
		for i, s := range sites {
			where := filepath.Join(p.Config.Dir, filepath.FromSlash(path.Clean(p.Config.Sites[i])))
			if id := s.ID(); s.Data != nil && id != "" {
				all[id] = where
			}
			for id, folder := range folders {
				if s.Data == nil && path.Clean(s.Name) == folder {
					all[id] = where
				}
			}
		}
		return all, nil
	}
	folders, err := p.siteFolders(root)
	for id, folder := range folders {
		all[id] = filepath.Join(root, filepath.FromSlash(folder))
	}
	return all, err
}

// siteFolders returns the folders of the CUE packages of the workspace that are sites, by id.
func (p *Project) siteFolders(root string) (map[string]string, error) {
	if root == "" {
		return nil, nil
	}
	under := ""
	if p.Config != nil {
		under = p.Config.Dir
	}
	files, _, err := ws.Open(root, under, p.Reading)
	if err != nil || files == nil {
		return nil, err
	}
	return load.SiteFolders(files), nil
}
