package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

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
	found diag.List
}

// Error implements error: the findings as text.
func (e configError) Error() string {
	var b strings.Builder
	p := diag.Printer{Files: oneFile{e}, Name: func(string) string { return e.name }}
	p.Print(&b, e.found)
	return "the configuration is not in order:\n" + strings.TrimRight(b.String(), "\n")
}

// oneFile is a file system with the configuration in it.
type oneFile struct{ configError }

// Open implements [fs.FS].
func (f oneFile) Open(string) (fs.File, error) { return os.Open(f.name) }

// findRoot is the folder of the specs, as the configuration says it where there
// is one: the nearest at or above a folder. A workspace that is nearer, and not
// the one that the configuration names, stands on its own.
func (w *workspace) findRoot(dir string) (string, error) {
	if w.configFile != "" {
		return w.configured()
	}
	root, err := ws.FindRoot(dir)
	if err != nil {
		return "", err
	}
	c, err := findConfig(dir)
	if err != nil || c == nil {
		return root, err
	}
	own := root
	if c.Specs != "" {
		if own, err = c.specs(); err != nil {
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
	info, err := os.Stat(w.configFile)
	if err != nil {
		return "", fmt.Errorf("--config: %w", err)
	}
	if !info.Mode().IsRegular() || !slices.Contains(configExtensions, filepath.Ext(w.configFile)) {
		return "", fmt.Errorf("--config: %s is no file whose name ends in %s", w.configFile, enumerate(configExtensions))
	}
	file, err := filepath.Abs(w.configFile)
	if err != nil {
		return "", err
	}
	if w.config, err = readConfig(filepath.Dir(file), filepath.Base(file)); err != nil {
		return "", err
	}
	if w.config.Specs == "" {
		return ws.FindRoot(w.config.dir)
	}
	return w.config.specs()
}

// specs is the folder of the specs that the configuration names.
func (c *config) specs() (string, error) {
	dir := filepath.Join(c.dir, filepath.FromSlash(c.Specs))
	if info, err := os.Stat(filepath.Join(dir, "cue.mod")); err != nil || !info.IsDir() {
		return "", fmt.Errorf("%s: specs: %s has no cue.mod; portspec init %s makes it a workspace", c.name, c.Specs, c.Specs)
	}
	return dir, nil
}

// findConfig is the nearest configuration at or above a folder, up to the top
// of the repository; nil where there is none.
func findConfig(dir string) (*config, error) {
	in, names, err := nearestConfig(dir)
	switch {
	case err != nil || len(names) == 0:
		return nil, err
	case len(names) > 1:
		return nil, fmt.Errorf("%s has %s; keep one of them", in, strings.Join(names, " and "))
	}
	return readConfig(in, names[0])
}

// nearestConfig is the folder of that, and the names of those that are there.
func nearestConfig(dir string) (in string, names []string, err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return "", nil, err
	}
	for {
		for _, name := range configNames {
			file := filepath.Join(dir, name)
			if _, err := os.Lstat(file); err != nil {
				continue
			}
			if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
				return "", nil, fmt.Errorf("%s is no file, or a link to none; a configuration is one", file)
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

func readConfig(dir, name string) (*config, error) {
	file := filepath.Join(dir, name)
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxConfig {
		return nil, fmt.Errorf("%s is larger than %d bytes", file, maxConfig)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	read, found := load.ReadConfig(name, data)
	shown := file
	if cwd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(cwd, file); err == nil {
			shown = rel
		}
	}
	if len(found) > 0 {
		return nil, configError{shown, found}
	}
	return &config{read, dir, shown}, nil
}

// siteFiles are the sites that the configuration names.
func (c *config) siteFiles(w *workspace, root string) ([]load.SiteFile, error) {
	var sites []load.SiteFile
	for _, name := range c.Sites {
		site, err := w.siteAt(root, filepath.Join(c.dir, filepath.FromSlash(name)))
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
