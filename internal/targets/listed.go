package targets

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/golang"
	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/config"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/output"
)

// WithGo returns the targets, with go using the given options.
func WithGo(chosen []Target, o golang.Options) []Target {
	chosen = slices.Clone(chosen)
	for i := range chosen {
		if chosen[i].Name == "go" {
			chosen[i].generate = o.Generate
		}
	}
	return chosen
}

// A Naming has the names of options of the target go, and how to choose products, for
// messages.
type Naming struct{ Package, Component, Products string }

// ByFlags are the names on the command line, and InConfig those in a configuration.
var (
	ByFlags  = Naming{"--package", "--component", "with --product"}
	InConfig = Naming{"package", "component", "in products"}
)

// Fits returns an error if the options do not fit the products.
func Fits(o golang.Options, c *model.Catalog, by Naming) error {
	if c == nil {
		return nil
	}
	if o.Package != "" && len(c.Products) != 1 {
		return fmt.Errorf("%s is for a single product, but there are %d; choose one %s", by.Package, len(c.Products), by.Products)
	}
	for _, id := range o.Components {
		var known []string
		for _, p := range c.Products {
			for _, c := range p.Components {
				known = append(known, c.ID)
			}
		}
		if slices.Contains(known, id) {
			continue
		}
		if meant := diag.Nearest(id, known); meant != "" {
			return fmt.Errorf("%s: no component %s; did you mean %s?", by.Component, id, meant)
		}
		return fmt.Errorf("%s: unknown component %s; known are %s", by.Component, id, english.Or(known))
	}
	return nil
}

// Entry converts an output of a configuration for package output.
func Entry(o config.Output) output.Entry {
	return output.Entry{Target: o.Target, Out: o.Out, Line: o.Position.Line, Package: o.Options.Package, Tags: o.Options.Tags}
}

// Listed makes the files of an output of a configuration, with paths relative to the
// configuration, for all products and sites or those that the output lists.
func Listed(c *config.Config, o config.Output, all *model.Catalog, sites []*model.Deployment, checks check.Options) ([]gen.File, diag.List, error) {
	chosen, err := Choose([]string{o.Target})
	if err != nil {
		return nil, nil, err
	}
	if err := o.Options.OnlyFor(o.Target); err != nil {
		return nil, nil, err
	}
	g := o.Options.GoOptions
	options := golang.Options{Package: g.Package, Only: g.Only, Prefix: g.Prefix, Type: g.Type, Tags: g.Tags, Components: g.Components}
	if options.Type == "untyped" {
		options.Type = ""
	}
	if err := options.Validate(); err != nil {
		return nil, nil, err
	}
	pages := markdown.Options{Flavor: o.Options.Flavor, Base: o.Options.Base}
	if err := pages.Validate(); err != nil {
		return nil, nil, err
	}
	var catalog *model.Catalog
	if len(o.Products) > 0 || len(o.Sites) == 0 {
		if catalog, err = Products(all, o.Products); err != nil {
			return nil, nil, err
		}
	}
	if sites, err = sitesOf(sites, o); err != nil {
		return nil, nil, err
	}
	if err := Fits(options, catalog, InConfig); err != nil {
		return nil, nil, err
	}
	if output.IsGoFile(o.Out) {
		if o.Target != "go" || catalog == nil || len(o.Products) != 1 || len(o.Sites) > 0 {
			return nil, nil, fmt.Errorf("%s is a single Go file: it needs the target go and one product", o.Out)
		}
		if options.Package == "" {
			if options.Package, err = output.PackageAt(c.Dir, path.Dir(o.Out), path.Base(o.Out)); err != nil {
				return nil, nil, err
			}
		}
		dir, name := path.Split(o.Out)
		var beside []string
		for _, other := range c.Generate {
			if in, file := path.Split(other.Out); in == dir && file != name && output.IsGoFile(file) {
				beside = append(beside, file)
			}
		}
		documented, err := output.IsDocumented(c.Dir, path.Clean(dir), name, beside)
		if err != nil {
			return nil, nil, err
		}
		options.Documents = !documented
		product, err := Only(catalog, InConfig)
		if err != nil {
			return nil, nil, err
		}
		data, findings := options.File(product)
		return []gen.File{{Path: o.Out, Data: data}}, findings, nil
	}
	files, findings := Generate(catalog, sites, WithMarkdown(WithGo(chosen, options), pages), checks)
	return Placed(files, o.Target, options.Package, o.Out), findings, nil
}

// Placed moves the files of a target to a folder. The files of a package with a chosen name
// go directly to that folder.
func Placed(files []gen.File, target, pkg, dir string) []gen.File {
	for i := range files {
		name := strings.TrimPrefix(files[i].Path, target+"/")
		if pkg != "" {
			name = strings.TrimPrefix(name, pkg+"/")
		}
		files[i].Path = path.Join(dir, name)
	}
	return files
}

// sitesOf returns the sites of an entry.
func sitesOf(all []*model.Deployment, o config.Output) ([]*model.Deployment, error) {
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
			return nil, fmt.Errorf("site %s is not one of this configuration's sites", id)
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}
