// Package project finds, loads and resolves what a command works on: the specs and sites
// named by its flags and the configuration. The central type is [Project].
package project

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/portspec/portspec/internal/cache"
	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/config"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/limit"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	ws "github.com/portspec/portspec/internal/workspace"
)

// A Project is the specs and the sites that a command works on.
type Project struct {
	Dir        string // from --dir or an argument; "" for the current folder
	Site       string // from --site
	ConfigFile string // from --config; "" for the nearest
	// Reading has the values of --max-file-size and --max-total-size.
	Reading ws.Limits
	NoCache bool // from --no-cache
	Lean    bool // only counts and findings are needed, not products
	Shelve  bool // products are needed one at a time
	Anew    bool // the cache has lost something and is not read
	NoSites bool // the sites that the configuration names are not needed
	Checks  check.Options
	Log     io.Writer // for progress; may be nil
	// Distrust is called once with the reason if the cache cannot be used; may be nil.
	Distrust func(error)

	// The following fields are set when the project is found.

	Config *config.Config // of the repository; nil if there is none
	Root   string         // folder with cue.mod; "" for the specs in the binary
	// SiteNames maps the names of site files in positions to their paths.
	SiteNames map[string]string
}

// FindRoot returns the folder of the specs, taking the configuration into account.
func (p *Project) FindRoot(dir string) (root string, err error) {
	if p.ConfigFile == "" {
		root, p.Config, err = config.Root(dir, p.Reading)
		return root, err
	}
	if p.Dir != "" {
		return "", fmt.Errorf("--config %s selects the specs, so the folder %s cannot be given as well; remove one of them", p.ConfigFile, p.Dir)
	}
	root, p.Config, err = config.RootBy(p.ConfigFile, p.Reading)
	return root, err
}

// Load compiles and checks the specs.
func (p *Project) Load(ctx context.Context) (*load.Result, error) {
	dir := p.Dir
	if dir == "" {
		dir = "."
	} else if info, err := os.Stat(dir); err != nil {
		return nil, err
	} else if !info.IsDir() {
		if ext := filepath.Ext(dir); slices.Contains([]string{".yaml", ".yml", ".json"}, ext) {
			return nil, fmt.Errorf("%s is a file, not the folder of a workspace; if it is a site, use --site %[1]s", dir)
		}
		return nil, fmt.Errorf("%s is a file; name the folder of a workspace", dir)
	}
	root, err := p.FindRoot(dir)
	if err != nil {
		return nil, err
	}
	var sites []load.SiteFile
	if p.Site == "" && p.Config != nil && !p.NoSites {
		if sites, err = p.siteFiles(p.Config, root); err != nil {
			return nil, err
		}
	}
	if p.Site != "" {
		site, err := p.SiteFile(root)
		if err != nil {
			return nil, err
		}
		sites = append(sites, site)
	}
	loader := p.Loader(sites)
	if p.Config != nil {
		loader.Under = p.Config.Dir
	}
	defer loader.Cache.Close()
	progress := newProgress(p.Log)
	defer progress.end()
	loader.Progress = progress.step
	defer limit.Stage(ctx, Evaluating)()
	switch {
	case root != "":
		p.Root = root
		return loader.Workspace(ctx, root)
	case p.Dir != "" && p.Config == nil:
		return nil, fmt.Errorf("no cue.mod in %s or above: not a workspace", p.Dir)
	}
	return loader.Embedded(ctx)
}

// Evaluating is the name of the stage in which a command loads specs.
const Evaluating = "evaluating the specs"

// Loader returns a loader with the project's checks, cache and progress output.
func (p *Project) Loader(sites []load.SiteFile) load.Loader {
	if p.Checks.Today == "" {
		p.Checks.Today = time.Now().Format(time.DateOnly)
	}
	undated := p.Checks
	undated.Today = ""
	l := load.Loader{
		Limits: p.Reading, Sites: sites, Lean: p.Lean, Shelve: p.Shelve, Anew: p.Anew, Cache: p.Store(),
		Check:    func(of *model.Product) (diag.List, bool) { return check.Product(of, p.Checks), check.Lasting(of) },
		CheckKey: fmt.Sprintf("%+v", undated),
	}
	return l
}

// Store returns the command's cache; nil if it must not use one.
func (p *Project) Store() *cache.Store {
	if dir := cache.Dir(); dir != "" && !p.NoCache {
		return cache.Open(dir, cache.Limit, p.Distrust)
	}
	return nil
}

// FileName returns the path of a workspace file relative to the current folder, so that
// terminals and editors can open it.
func (p *Project) FileName(file string) string {
	site, ofSite := p.SiteNames[file]
	switch {
	case ofSite:
		file = site
	case p.Root == "" || ws.Served(file):
		return file
	default:
		file = filepath.Join(p.Root, filepath.FromSlash(file))
	}
	if cwd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(cwd, file); err == nil {
			file = rel
		}
	}
	return filepath.ToSlash(file)
}
