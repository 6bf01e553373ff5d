package project

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/portspec/portspec/internal/config"
	"github.com/portspec/portspec/internal/load"
	ws "github.com/portspec/portspec/internal/workspace"
)

// SiteFile returns the site that --site names, for the loader.
func (p *Project) SiteFile(root string) (load.SiteFile, error) {
	var s load.SiteFile
	err := p.LocateSite(root)
	if err == nil {
		s, err = p.siteAt(root, p.Site)
	}
	if err != nil {
		err = fmt.Errorf("--site: %w", err)
	}
	return s, err
}

// siteAt returns the site in a file or folder that the user named.
func (p *Project) siteAt(root, site string) (load.SiteFile, error) {
	info, err := os.Stat(site)
	if err != nil {
		return load.SiteFile{}, err
	}
	return p.siteIn(root, site, info, func() ([]byte, error) { return ws.ReadNamed(site, load.MaxSiteFile) })
}

// siteFiles returns the sites that the configuration names.
func (p *Project) siteFiles(c *config.Config, root string) ([]load.SiteFile, error) {
	if len(c.Sites) == 0 {
		return nil, nil
	}
	door, err := ws.OpenDoor(c.Dir, p.Reading)
	if err != nil {
		return nil, err
	}
	defer door.Close()
	var sites []load.SiteFile
	for _, name := range c.Sites {
		site, err := p.siteFound(root, c.Dir, door, path.Clean(name))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: sites: %s does not exist; portspec init site writes a site in YAML", c.Name, name)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: sites: %w", c.Name, err)
		}
		sites = append(sites, site)
	}
	return sites, nil
}

// siteFound returns the site in a file or folder that a configuration names, relative to
// the configuration.
func (p *Project) siteFound(root, dir string, door *ws.Door, name string) (load.SiteFile, error) {
	site := filepath.Join(dir, filepath.FromSlash(name))
	real, info, err := door.Real(name)
	if err != nil {
		return load.SiteFile{}, fmt.Errorf("%s: %w", name, ws.Pathless(err))
	}
	if info.IsDir() { // packages belong to the real path
		site = filepath.Join(dir, filepath.FromSlash(real))
	} else if !strings.EqualFold(filepath.Ext(real), filepath.Ext(name)) {
		return load.SiteFile{}, fmt.Errorf("%s: %w", name, ws.ErrLink)
	}
	return p.siteIn(root, site, info, func() ([]byte, error) {
		data, err := door.ReadFile(name)
		if err != nil {
			err = fmt.Errorf("%s: %w", name, ws.Pathless(err))
		}
		return data, err
	})
}

// siteIn returns the site in a file, whose contents read returns, or in a folder.
func (p *Project) siteIn(root, site string, info fs.FileInfo, read func() ([]byte, error)) (load.SiteFile, error) {
	name, inside, err := ws.Within(p.siteBase(root, site), site)
	if err != nil {
		return load.SiteFile{}, err
	}
	if info.IsDir() {
		if root == "" || !inside {
			return load.SiteFile{}, fmt.Errorf("the folder %s is not in the workspace %s; name one that is, or a file in YAML or JSON", site, cmp.Or(root, "(there is none)"))
		}
		return load.SiteFile{Name: name}, nil
	}
	switch strings.ToLower(filepath.Ext(site)) {
	case ".yaml", ".yml", ".json":
	case ".cue":
		return load.SiteFile{}, fmt.Errorf("%s is a file of a CUE package; name its folder, %s", site, filepath.Dir(site))
	default:
		return load.SiteFile{}, fmt.Errorf("%s is neither a folder nor a .yaml, .yml or .json file", site)
	}
	if !info.Mode().IsRegular() {
		return load.SiteFile{}, fmt.Errorf("%s is not a regular file", site)
	}
	if info.Size() > load.MaxSiteFile {
		return load.SiteFile{}, fmt.Errorf("%s has %d MiB, but a site can have at most %d: describe identical machines as one host with a count",
			site, info.Size()>>20, load.MaxSiteFile>>20)
	}
	data, err := read()
	if err != nil {
		return load.SiteFile{}, err
	}
	if data == nil {
		data = []byte{} // nil would mean a folder
	}
	if p.SiteNames == nil {
		p.SiteNames = make(map[string]string)
	}
	if p.SiteNames[name], err = filepath.Abs(site); err != nil {
		return load.SiteFile{}, err
	}
	return load.SiteFile{Name: name, Data: data}, nil
}

// siteBase returns the folder to which positions in a site are relative: the workspace or,
// without one, a folder that does not depend on the current one, because outputs contain
// such positions.
func (p *Project) siteBase(root, site string) string {
	dir, err := filepath.Abs(filepath.Dir(site))
	switch {
	case root != "":
		return root
	case p.Config != nil:
		return p.Config.Dir
	case err != nil:
		return "."
	}
	return cmp.Or(ws.Repository(dir), dir)
}
