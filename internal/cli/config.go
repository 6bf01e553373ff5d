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

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/golang"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
)

// configNames are the files that say what a repository generates.
var configNames = []string{"portspec.yaml", "portspec.yml", "portspec.cue"}

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
	root, err := load.FindRoot(dir)
	if err != nil {
		return "", err
	}
	c, err := findConfig(dir)
	if err != nil || c == nil {
		return root, err
	}
	own := root
	if c.Specs != "" {
		own = filepath.Join(c.dir, filepath.FromSlash(c.Specs))
		if info, err := os.Stat(filepath.Join(own, "cue.mod")); err != nil || !info.IsDir() {
			return "", fmt.Errorf("%s: specs: %s has no cue.mod; portspec init %s makes it a workspace", c.name, c.Specs, c.Specs)
		}
	}
	if below, err := filepath.Rel(c.dir, root); root != "" && err == nil && filepath.IsLocal(below) && below != "." && (c.Specs == "" || root != own) {
		return root, nil
	}
	w.config = c
	return own, nil
}

// findConfig is the nearest configuration at or above a folder, up to the top
// of the repository; nil where there is none.
func findConfig(dir string) (*config, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	for {
		var here []string
		for _, name := range configNames {
			if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.Mode().IsRegular() {
				here = append(here, name)
			}
		}
		switch {
		case len(here) > 1:
			return nil, fmt.Errorf("%s has %s; keep one of them", dir, strings.Join(here, " and "))
		case len(here) == 1:
			return readConfig(dir, here[0])
		}
		up := filepath.Dir(dir)
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil || up == dir {
			return nil, nil
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
func (c *config) siteFiles(root string) ([]load.SiteFile, error) {
	var sites []load.SiteFile
	for _, name := range c.Sites {
		w := workspace{site: filepath.Join(c.dir, filepath.FromSlash(name))}
		site, err := w.siteFile(root)
		if err != nil {
			return nil, fmt.Errorf("%s: sites: %s", c.name, strings.TrimPrefix(err.Error(), "--site: "))
		}
		sites = append(sites, site)
	}
	return sites, nil
}

// byFlags reports whether flags say what is made, or how, in place of the
// configuration.
func (w *workspace) byFlags(cmd *cobra.Command, products []string) bool {
	return len(products) > 0 || w.site != "" ||
		slices.ContainsFunc(goFlagNames, func(name string) bool { return cmd.Flags().Changed(name) })
}

// generate writes what the configuration lists, or the named targets of it.
func (c *config) generate(cmd *cobra.Command, w *workspace, result *load.Result, names []string, checkOnly, force bool) error {
	deployments, found, err := w.deployments(result)
	if err != nil {
		return err
	}
	if found.HasErrors() {
		w.print(cmd.ErrOrStderr(), atLeast(found, diag.Error), result)
		return errFindings
	}
	var files []gen.File
	var findings diag.List
	var outs, others []string
	by := make(map[string]load.Output)
	for _, o := range c.Generate {
		if len(names) > 0 && !slices.Contains(names, o.Target) {
			others = append(others, o.Out)
			continue
		}
		outs = append(outs, o.Out)
		made, found, err := c.output(o, result.Catalog, deployments, w)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", c.name, o.Position.Line, err)
		}
		findings = append(findings, found...)
		for _, f := range made {
			if first, twice := by[strings.ToLower(f.Path)]; twice {
				return fmt.Errorf("%s:%d: %s would be written twice, by target %s here and by target %s in line %d; give one of them another out",
					c.name, o.Position.Line, f.Path, o.Target, first.Target, first.Position.Line)
			}
			by[strings.ToLower(f.Path)] = o
		}
		files = append(files, made...)
	}
	if len(outs) == 0 {
		return fmt.Errorf("%s lists no output of %s", c.name, enumerate(names))
	}
	w.print(cmd.ErrOrStderr(), atLeast(findings.Sort(), diag.Warning), result)
	if findings.HasErrors() {
		return errFindings
	}
	slices.SortFunc(files, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) })
	o := &output{dir: c.dir, force: force, ctx: cmd.Context(), log: cmd.ErrOrStderr(), owns: ownedBy(others, outs)}
	for _, out := range outs {
		if isGoFile(out) {
			out = path.Dir(out)
			if out == "." { // the repository's own folder is not looked through
				continue
			}
		}
		o.folders = append(o.folders, out)
	}
	return o.run(cmd, files, checkOnly)
}

// ownedBy reports of a file that is no longer made whether it is a run's: in
// none of the folders of the other outputs, or deeper in one of its own.
func ownedBy(others, outs []string) func(string) bool {
	deepest := func(name string, folders []string) int {
		best := -1
		for _, dir := range folders {
			if dir == "." || name == dir || strings.HasPrefix(name, dir+"/") {
				best = max(best, len(dir))
			}
		}
		return best
	}
	return func(name string) bool { return len(others) == 0 || deepest(name, outs) > deepest(name, others) }
}

// output makes the files of one entry, by their paths in the repository.
func (c *config) output(o load.Output, all *model.Catalog, sites []*model.Deployment, w *workspace) ([]gen.File, diag.List, error) {
	chosen, err := chooseTargets([]string{o.Target})
	if err != nil {
		return nil, nil, err
	}
	options := golang.Options{
		Package: o.Options["package"], Only: o.Options["only"], Prefix: o.Options["prefix"],
		Type: o.Options["type"], Tags: o.Options["tags"],
	}
	if options.Type == "untyped" {
		options.Type = ""
	}
	if list := o.Options["components"]; list != "" {
		options.Components = strings.Split(list, ",")
	}
	if err := options.Validate(); err != nil {
		return nil, nil, err
	}
	if o.Options != nil && o.Target != "go" {
		return nil, nil, fmt.Errorf("the target %s has no options", o.Target)
	}
	var catalog *model.Catalog
	if len(o.Products) > 0 || len(o.Sites) == 0 {
		if catalog, err = chooseProducts(all, o.Products); err != nil {
			return nil, nil, err
		}
	}
	if sites, err = chooseSites(sites, o); err != nil {
		return nil, nil, err
	}
	if err := fits(options, catalog); err != nil {
		return nil, nil, errors.New(strings.TrimPrefix(err.Error(), "--"))
	}
	if isGoFile(o.Out) {
		if o.Target != "go" || catalog == nil || len(o.Products) != 1 || len(o.Sites) > 0 {
			return nil, nil, fmt.Errorf("%s is one file of Go: it takes the target go and one product", o.Out)
		}
		if options.Package == "" {
			if options.Package, err = packageAt(filepath.Join(c.dir, filepath.FromSlash(path.Dir(o.Out))), path.Base(o.Out)); err != nil {
				return nil, nil, err
			}
		}
		data, findings := options.File(catalog.Products[0])
		return []gen.File{{Path: o.Out, Data: data}}, findings, nil
	}
	files, findings := generate(catalog, sites, withGo(chosen, options), w.checks)
	for i := range files {
		name := strings.TrimPrefix(files[i].Path, o.Target+"/")
		if options.Package != "" {
			name = strings.TrimPrefix(name, options.Package+"/")
		}
		files[i].Path = path.Join(o.Out, name)
	}
	return files, findings, nil
}

// chooseSites are the sites that an entry is about.
func chooseSites(all []*model.Deployment, o load.Output) ([]*model.Deployment, error) {
	if len(o.Sites) == 0 {
		if len(o.Products) > 0 {
			return nil, nil
		}
		return all, nil
	}
	var chosen []*model.Deployment
	for _, id := range o.Sites {
		i := slices.IndexFunc(all, func(d *model.Deployment) bool { return d.Site.ID == id })
		if i < 0 {
			return nil, fmt.Errorf("no site %s among those of this configuration", id)
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}
