package cli

import (
	"errors"
	"fmt"
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

// byFlags reports whether flags say what is made, or how, in place of the
// configuration.
func (w *workspace) byFlags(cmd *cobra.Command, products []string) bool {
	return len(products) > 0 || w.site != "" ||
		slices.ContainsFunc(goFlagNames, func(name string) bool { return cmd.Flags().Changed(name) })
}

// generate writes what the configuration lists, or the named targets of it.
func (c *config) generate(cmd *cobra.Command, w *workspace, result *load.Result, names []string, checkOnly, force bool) error {
	var chosen []load.Output
	var others []string
	var faults []error
	for _, o := range c.Generate {
		if len(names) > 0 && !slices.Contains(names, o.Target) {
			others = append(others, o.Out)
			continue
		}
		chosen = append(chosen, o)
		if err := c.checkOut(o); err != nil {
			faults = append(faults, c.at(o, err))
		}
	}
	if len(chosen) == 0 {
		return fmt.Errorf("%s lists no output of %s", c.name, enumerate(names))
	}
	if len(faults) > 0 {
		return errors.Join(faults...)
	}
	deployments, found, err := w.deployments(result)
	if err != nil {
		return err
	}
	if found.HasErrors() {
		w.print(cmd.ErrOrStderr(), atLeast(found, diag.Error), result)
		return errFindings
	}
	out := &output{dir: c.dir, list: c.manifest(), config: filepath.Base(c.name), force: force, ctx: cmd.Context(), log: cmd.ErrOrStderr()}
	places := c.places()
	var files []gen.File
	var findings diag.List
	var outs []string
	for _, o := range chosen {
		made, found, err := c.output(o, result.Catalog, deployments, w)
		if err == nil {
			err = places.take(o, made)
		}
		if err != nil {
			faults = append(faults, c.at(o, err))
			continue
		}
		findings = append(findings, found...)
		files = append(files, made...)
		outs = append(outs, o.Out)
		out.into(o, made)
	}
	if len(faults) > 0 {
		return errors.Join(faults...)
	}
	w.print(cmd.ErrOrStderr(), atLeast(findings.Sort(), diag.Warning), result)
	if findings.HasErrors() {
		return errFindings
	}
	slices.SortFunc(files, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) })
	out.owns = ownedBy(others, outs)
	return out.run(cmd, files, checkOnly)
}

// at is an error with the line of the entry that it is about.
func (c *config) at(o load.Output, err error) error {
	return fmt.Errorf("%s:%d: %w", c.name, o.Position.Line, err)
}

// manifest is the name of the list of what the configuration's outputs are: a
// file that --config names has one of its own, as it may lie beside another.
func (c *config) manifest() string {
	base := filepath.Base(c.name)
	if base = strings.TrimSuffix(base, filepath.Ext(base)); base == "portspec" {
		return manifestName
	}
	return "." + base + manifestName
}

// into notes which folders an entry's files go to: one of its own, or one that is
// shared with somebody's package.
func (o *output) into(entry load.Output, made []gen.File) {
	switch dir := path.Dir(entry.Out); {
	case isGoFile(entry.Out):
		o.shared = append(o.shared, dir)
		o.packages = append(o.packages, partOf(dir, made, entry.Options["tags"]))
	case entry.Options["package"] != "":
		o.folders = append(o.folders, path.Join(entry.Out, "sites"))
		o.shared = append(o.shared, entry.Out)
		o.packages = append(o.packages, partOf(entry.Out, made, entry.Options["tags"]))
	default:
		o.folders = append(o.folders, entry.Out)
	}
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
		return nil, nil, errors.New(strings.Replace(strings.TrimPrefix(err.Error(), "--"), "with --product", "in products", 1))
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
	return placed(files, o.Target, options.Package, o.Out), findings, nil
}

// placed puts the files of a target into a folder: those of a package that has
// its name from somebody straight into it.
func placed(files []gen.File, target, pkg, dir string) []gen.File {
	for i := range files {
		name := strings.TrimPrefix(files[i].Path, target+"/")
		if pkg != "" {
			name = strings.TrimPrefix(name, pkg+"/")
		}
		files[i].Path = path.Join(dir, name)
	}
	return files
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
