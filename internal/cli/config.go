package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/portspec/portspec/internal/config"
	"github.com/portspec/portspec/internal/load"
	ws "github.com/portspec/portspec/internal/workspace"
)

// findRoot is the folder of the specs, as the configuration says it where there
// is one.
func (w *workspace) findRoot(dir string) (root string, err error) {
	if w.configFile == "" {
		root, w.config, err = config.Root(dir, w.reading)
		return root, err
	}
	if w.dir != "" {
		return "", fmt.Errorf("--config %s says which specs are meant, and the folder %s is given as well; leave one of them out", w.configFile, w.dir)
	}
	root, w.config, err = config.RootBy(w.configFile, w.reading)
	return root, err
}

// siteFiles are the sites that the configuration names.
func (w *workspace) siteFiles(c *config.Config, root string) ([]load.SiteFile, error) {
	if len(c.Sites) == 0 {
		return nil, nil
	}
	door, err := ws.OpenDoor(c.Dir, w.reading)
	if err != nil {
		return nil, err
	}
	defer door.Close()
	var sites []load.SiteFile
	for _, name := range c.Sites {
		site, err := w.siteFound(root, c.Dir, door, path.Clean(name))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: sites: there is no %s; portspec init site writes a site in YAML", c.Name, name)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: sites: %w", c.Name, err)
		}
		sites = append(sites, site)
	}
	return sites, nil
}
