package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
	ws "github.com/portspec/portspec/internal/workspace"
)

// configNames are the files that say what a repository generates.
var configNames = []string{"portspec.yaml", "portspec.yml", "portspec.cue"}

// configExtensions are how the name of one ends that --config names.
var configExtensions = []string{".yaml", ".yml", ".json", ".cue"}

// maxConfig is how large such a file may be, in bytes.
const maxConfig = 1 << 20

// A config is the repository's configuration and where it is.
type config struct {
	*load.Config
	dir  string // absolute
	name string
}

// A configError is a configuration with findings, which say everything.
type configError struct {
	name  string
	data  []byte
	found diag.List
}

// Error implements error: the findings as text.
func (e configError) Error() string {
	var b strings.Builder
	p := diag.Printer{Files: oneFile{e}, Name: func(string) string { return e.name }}
	p.Print(&b, e.found)
	return "the configuration is not in order:\n" + strings.TrimRight(b.String(), "\n")
}

// oneFile is a file system with the configuration in it, as it was read.
type oneFile struct{ configError }

// Open implements [fs.FS].
func (f oneFile) Open(string) (fs.File, error) {
	return fstest.MapFS{"config": {Data: f.data, Mode: 0o444}}.Open("config")
}

// findRoot is the folder of the specs, as the configuration says it where there
// is one: the nearest at or above a folder. A workspace that is nearer, and not
// the one that the configuration names, stands on its own.
func (w *workspace) findRoot(dir string) (string, error) {
	if w.configFile != "" {
		return w.configured()
	}
	root, rootErr := ws.FindRoot(dir)
	c, err := w.findConfig(dir)
	switch {
	case err != nil:
		return "", err
	case c == nil || c.Specs == "":
		if rootErr != nil || c == nil {
			return root, rootErr
		}
	case rootErr != nil: // a folder above is not what the configuration names
		root = ""
	}
	own := root
	if c.Specs != "" {
		if own, err = c.specs(w.reading); err != nil {
			return "", err
		}
	}
	if below, err := filepath.Rel(c.dir, root); root != "" && err == nil && filepath.IsLocal(below) && below != "." && (c.Specs == "" || root != own) {
		return root, nil
	}
	w.config = c
	return own, nil
}

// configured is the folder of the specs as the configuration that --config
// names says it.
func (w *workspace) configured() (string, error) {
	if w.dir != "" {
		return "", fmt.Errorf("--config %s says which specs are meant, and the folder %s is given as well; leave one of them out", w.configFile, w.dir)
	}
	if !slices.Contains(configExtensions, filepath.Ext(w.configFile)) {
		return "", fmt.Errorf("--config: %s is no file whose name ends in %s", w.configFile, enumerate(configExtensions))
	}
	data, err := ws.ReadNamed(w.configFile, maxConfig)
	if err != nil {
		return "", fmt.Errorf("--config: %w", err)
	}
	file, err := filepath.Abs(w.configFile)
	if err != nil {
		return "", err
	}
	if w.config, err = parseConfig(filepath.Dir(file), filepath.Base(file), data); err != nil {
		return "", err
	}
	if w.config.Specs == "" {
		return ws.FindRoot(w.config.dir)
	}
	return w.config.specs(w.reading)
}

// specs is the folder of the specs that the configuration names.
func (c *config) specs(limits ws.Limits) (string, error) {
	door, err := ws.OpenDoor(c.dir, limits)
	if err != nil {
		return "", err
	}
	defer door.Close()
	real, info, err := door.Real(path.Clean(c.Specs))
	if errors.Is(err, ws.ErrLink) {
		return "", fmt.Errorf("%s: specs: %s: %w", c.name, c.Specs, ws.ErrLink)
	}
	if err == nil && info.IsDir() {
		_, info, err = door.Real(path.Join(real, "cue.mod"))
	}
	if err != nil || !info.IsDir() {
		return "", fmt.Errorf("%s: specs: %s has no cue.mod; portspec init %s makes it a workspace", c.name, c.Specs, c.Specs)
	}
	return filepath.Join(c.dir, filepath.FromSlash(real)), nil
}

// findConfig is the nearest configuration at or above a folder, up to the top
// of the repository; nil where there is none.
func (w *workspace) findConfig(dir string) (*config, error) {
	in, names, err := nearestConfig(dir)
	switch {
	case err != nil || len(names) == 0:
		return nil, err
	case len(names) > 1:
		return nil, fmt.Errorf("%s has %s; keep one of them", in, strings.Join(names, " and "))
	}
	door, err := ws.OpenDoor(in, ws.Limits{File: maxConfig})
	if err != nil {
		return nil, err
	}
	defer door.Close()
	data, err := door.ReadFile(names[0])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(in, names[0]), pathless(err))
	}
	return parseConfig(in, names[0], data)
}

// pathless is an error without a path that only the door knows.
func pathless(err error) error {
	var in *fs.PathError
	if errors.As(err, &in) {
		return in.Err
	}
	return err
}

// nearestConfig is the folder of that, and the names of those that are there.
func nearestConfig(dir string) (in string, names []string, err error) {
	from, err := filepath.Abs(dir)
	if err != nil {
		return "", nil, err
	}
	for dir = from; ; {
		for _, name := range configNames {
			file := filepath.Join(dir, name)
			info, err := os.Lstat(file)
			if err != nil {
				continue
			}
			if err := ws.Trust(from, file, info); err != nil {
				return "", nil, err
			}
			if !info.Mode().IsRegular() && !leadsToFile(dir, name) {
				return "", nil, fmt.Errorf("%s must be a regular file, or a link to one in its folder or below", file)
			}
			names = append(names, name)
		}
		up := filepath.Dir(dir)
		if _, err := os.Lstat(filepath.Join(dir, ".git")); len(names) > 0 || err == nil || up == dir {
			return dir, names, nil
		}
		dir = up
	}
}

// leadsToFile reports whether a configuration is a link to a file that may be one.
func leadsToFile(dir, name string) bool {
	door, err := ws.OpenDoor(dir, ws.Limits{})
	if err != nil {
		return false
	}
	defer door.Close()
	real, info, err := door.Real(name)
	return err == nil && info.Mode().IsRegular() && slices.Contains(configExtensions, path.Ext(real))
}

func parseConfig(dir, name string, data []byte) (*config, error) {
	file := filepath.Join(dir, name)
	read, found := load.ReadConfig(name, data)
	shown := file
	if cwd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(cwd, file); err == nil {
			shown = rel
		}
	}
	if len(found) > 0 {
		return nil, configError{shown, data, found}
	}
	return &config{read, dir, shown}, nil
}

// siteFiles are the sites that the configuration names.
func (c *config) siteFiles(w *workspace, root string) ([]load.SiteFile, error) {
	if len(c.Sites) == 0 {
		return nil, nil
	}
	door, err := ws.OpenDoor(c.dir, w.reading)
	if err != nil {
		return nil, err
	}
	defer door.Close()
	var sites []load.SiteFile
	for _, name := range c.Sites {
		site, err := w.siteFound(root, c.dir, door, path.Clean(name))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: sites: there is no %s; portspec init site writes a site in YAML", c.name, name)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: sites: %w", c.name, err)
		}
		sites = append(sites, site)
	}
	return sites, nil
}
