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
	"github.com/portspec/portspec/internal/config"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/output"
)

// byFlags reports whether flags say what is made, or how, in place of the
// configuration.
func (w *workspace) byFlags(cmd *cobra.Command, products []string) bool {
	return len(products) > 0 || w.site != "" ||
		slices.ContainsFunc(goFlagNames, func(name string) bool { return cmd.Flags().Changed(name) })
}

// generateListed writes what the configuration lists, or the named targets of it.
func (w *workspace) generateListed(cmd *cobra.Command, result *load.Result, names []string, checkOnly, force bool) error {
	c := w.config
	var chosen []config.Output
	var others []string
	var faults []error
	places := output.NewPlaces(c.Dir, append([]string{filepath.Base(c.Name), output.ManifestOf(filepath.Base(c.Name))}, c.Sites...))
	for _, o := range c.Generate {
		if len(names) > 0 && !slices.Contains(names, o.Target) {
			others = append(others, o.Out)
			continue
		}
		chosen = append(chosen, o)
		if err := places.Check(o.Out); err != nil {
			faults = append(faults, c.At(o, err))
		}
	}
	if len(chosen) == 0 {
		return fmt.Errorf("%s lists no output of %s", c.Name, english.Or(names))
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
	out := &output.Output{Dir: c.Dir, Config: filepath.Base(c.Name), Others: others, Force: force}
	out.Makes = func(name string) bool { return makes(name, true) }
	var files []gen.File
	var findings diag.List
	for _, o := range chosen {
		made, found, err := listedOutput(c, o, result.Catalog, deployments, w)
		if err == nil {
			err = places.Take(entry(o), made)
		}
		if err != nil {
			faults = append(faults, c.At(o, err))
			continue
		}
		findings = append(findings, found...)
		files = append(files, made...)
		out.Into(entry(o), made)
	}
	if len(faults) > 0 {
		return errors.Join(faults...)
	}
	w.print(cmd.ErrOrStderr(), atLeast(findings.Sort(), diag.Warning), result)
	if findings.HasErrors() {
		return errFindings
	}
	slices.SortFunc(files, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) })
	return writeOutput(cmd, out, files, checkOnly)
}

// entry is an output as what writes it needs to know it.
func entry(o config.Output) output.Entry {
	return output.Entry{Target: o.Target, Out: o.Out, Package: o.Options["package"], Tags: o.Options["tags"], Line: o.Position.Line}
}

// output makes the files of one entry, by their paths in the repository.
func listedOutput(c *config.Config, o config.Output, all *model.Catalog, sites []*model.Deployment, w *workspace) ([]gen.File, diag.List, error) {
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
	if output.IsGoFile(o.Out) {
		if o.Target != "go" || catalog == nil || len(o.Products) != 1 || len(o.Sites) > 0 {
			return nil, nil, fmt.Errorf("%s is one file of Go: it takes the target go and one product", o.Out)
		}
		if options.Package == "" {
			if options.Package, err = output.PackageAt(c.Dir, path.Dir(o.Out), path.Base(o.Out)); err != nil {
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
func chooseSites(all []*model.Deployment, o config.Output) ([]*model.Deployment, error) {
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
