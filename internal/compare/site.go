package compare

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/config"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/resolve"
	"github.com/portspec/portspec/internal/source"
	"github.com/portspec/portspec/internal/targets"
	ws "github.com/portspec/portspec/internal/workspace"
)

// compareSites resolves the site on both sides and compares the rules of its hosts. If a
// side has errors, it has no deployment, and nothing is compared.
func compareSites(c *diff.Changes, results []*load.Result, by [2]*config.Config) {
	deployed := make([]*model.Deployment, len(results))
	findings := make([]diag.List, len(results))
	for i, r := range results {
		if r.Findings.HasErrors() || len(r.Sites) == 0 {
			return
		}
		deployed[i], findings[i] = resolve.Site(r.Available, r.Sites[0])
	}
	c.Judge(findings[0], findings[1])
	if !findings[0].HasErrors() && !findings[1].HasErrors() {
		c.Site = diff.CompareDeployments(deployed[0], deployed[1], c)
		plan(c, deployed, by, nil)
	}
}

// isSiteFile reports whether an argument of diff is the file of a site: YAML, or JSON that
// is not an export.
func isSiteFile(name string) bool {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yaml", ".yml":
		return true
	case ".json":
		data, err := ws.ReadNamed(name, load.MaxSiteFile)
		data, _ = source.Plain(data)
		var doc map[string]json.RawMessage
		return err == nil && json.Unmarshal(data, &doc) == nil && doc["site"] != nil
	}
	return false
}

// compareSiteFiles compares two sites, using the products of the workspace.
func (by *Comparer) compareSiteFiles(ctx context.Context, names []string) (*diff.Changes, error) {
	if by.Site != "" {
		return nil, errors.New("--site cannot be used when comparing two sites")
	}
	for _, name := range names {
		if len(names) != 2 || !isSiteFile(name) {
			return nil, errors.New("a site can only be compared with another site, as in portspec diff OLD.yaml NEW.yaml; to compare a site in two versions of specs, use --site")
		}
	}
	none := &model.Catalog{}
	changes := diff.Compare(none, none)
	deployed := make([]*model.Deployment, 2)
	var configs [2]*config.Config
	for i, name := range names {
		one := *by.Project
		one.Site = name
		result, err := one.Load(ctx)
		if err != nil {
			return nil, err
		}
		configs[i] = one.Config
		found := result.Findings
		if !found.HasErrors() && len(result.Sites) == 1 {
			var of diag.List
			deployed[i], of = resolve.Site(result.Available, result.Sites[0])
			found = append(slices.Clone(found), of...)
		}
		if errs := found.AtLeast(diag.Error); len(errs) > 0 || deployed[i] == nil {
			p := diag.Printer{Files: result.Files, Name: func(file string) string { return file }}
			p.Print(by.Log, errs)
			return nil, fmt.Errorf("%s has errors, so nothing can be compared", name)
		}
	}
	changes.Site = diff.CompareDeployments(deployed[0], deployed[1], changes)
	plan(changes, deployed, configs, nil)
	return changes, nil
}

// plan sets the steps by which a site changes, with the rules of its firewalls according to
// the configurations of both sides.
func plan(c *diff.Changes, deployed []*model.Deployment, by [2]*config.Config, upgraded []string) {
	practices := targets.Practices(deployed[0].Site.ID, by[0], deployed[1].Site.ID, by[1])
	c.Plan(upgraded, diff.CompareFirewalls(deployed[0], deployed[1], practices, targets.Writing))
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// locateSite replaces the id of a site in --site by its path in the current workspace.
func (by *Comparer) locateSite() error {
	if by.Site == "" || exists(by.Site) {
		return nil
	}
	root, err := by.FindRoot(cmp.Or(by.Dir, "."))
	if err == nil {
		err = by.LocateSite(root)
	}
	if err != nil {
		return fmt.Errorf("--site: %w", err)
	}
	return nil
}

// siteName returns the path of --site in the current workspace.
func (by *Comparer) siteName() string {
	dir := by.Dir
	if dir == "" {
		dir = "."
	}
	if root, err := ws.FindRoot(dir); err == nil && root != "" {
		if name, inside, err := ws.Within(root, by.Site); err == nil && inside {
			return name
		}
	}
	return filepath.ToSlash(filepath.Clean(by.Site))
}

// siteOf returns the site that --site names as it is in a commit, whose root corresponds
// to the folder top on disk. If the commit does not contain it, siteOf returns the file
// on disk.
func (by *Comparer) siteOf(root string, door *ws.Door, top string) (load.SiteFile, error) {
	name := by.siteName()
	if fs.ValidPath(name) {
		below := path.Join(root, name)
		if _, info, err := door.Real(below); err == nil {
			if info.IsDir() {
				return load.SiteFile{Name: name}, nil
			}
			data, err := door.ReadFile(below)
			return load.SiteFile{Name: name, Data: data}, err
		}
	}
	if file, inside, err := ws.Within(top, by.Site); err == nil && inside {
		if _, info, err := door.Real(file); err == nil && !info.IsDir() {
			data, err := door.ReadFile(file)
			return load.SiteFile{Name: name, Data: data}, err
		}
	}
	if info, err := os.Stat(by.Site); err == nil && info.IsDir() {
		return load.SiteFile{}, fmt.Errorf("no site %s in the commit", name)
	}
	return by.SiteFile("")
}
