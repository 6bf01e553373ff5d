// Package project is what a command works on: the specs and the sites that its user
// and the configuration name, found, loaded and resolved. The central type is
// [Project].
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
	Dir        string // what --dir or an argument says; "" for the current folder
	Site       string // what --site says
	ConfigFile string // what --config says; "" for the nearest
	// Reading is what --max-file-size and --max-total-size say.
	Reading ws.Limits
	NoCache bool // what --no-cache says
	Lean    bool // the products themselves are not needed
	NoSites bool // the sites that the configuration names are not needed
	Checks  check.Options
	Log     io.Writer // for progress; nil for nobody
	// Distrust says, once in a run, why the cache is not used; nil for nobody.
	Distrust func(error)

	// What follows is known once the project is found.

	Config *config.Config // the repository's; nil where there is none
	Root   string         // the folder with cue.mod; "" for the embedded specs
	// SiteNames is where the files of sites are, by the names that positions have.
	SiteNames map[string]string
}

// FindRoot is the folder of the specs, as the configuration says it where there
// is one.
func (p *Project) FindRoot(dir string) (root string, err error) {
	if p.ConfigFile == "" {
		root, p.Config, err = config.Root(dir, p.Reading)
		return root, err
	}
	if p.Dir != "" {
		return "", fmt.Errorf("--config %s says which specs are meant, and the folder %s is given as well; remove one of them", p.ConfigFile, p.Dir)
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
			return nil, fmt.Errorf("%s is a file, and a workspace is a folder; if it is a site, say --site %[1]s", dir)
		}
		return nil, fmt.Errorf("%s is a file; give the folder of a workspace", dir)
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

// Evaluating is the stage of a command that reads specs.
const Evaluating = "evaluating the specs"

// Loader is how a project is loaded: what is checked beyond CUE, what is kept, and
// who is told how far it is.
func (p *Project) Loader(sites []load.SiteFile) load.Loader {
	if p.Checks.Today == "" {
		p.Checks.Today = time.Now().Format(time.DateOnly)
	}
	undated := p.Checks
	undated.Today = ""
	l := load.Loader{
		Limits: p.Reading, Sites: sites, Lean: p.Lean, Cache: p.Store(),
		Check:    func(of *model.Product) (diag.List, bool) { return check.Product(of, p.Checks), check.Lasting(of) },
		CheckKey: fmt.Sprintf("%+v", undated),
	}
	return l
}

// Store is where the command keeps what it computed; nil for nowhere.
func (p *Project) Store() *cache.Store {
	if dir := cache.Dir(); dir != "" && !p.NoCache {
		return cache.Open(dir, cache.Limit, p.Distrust)
	}
	return nil
}

// FileName is the path from the current folder to a file of the workspace, so that
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
