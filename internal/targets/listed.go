package targets

import (
	"fmt"
	"path"
	"slices"

	"github.com/portspec/portspec/gen/golang"
	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/internal/config"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/output"
	"github.com/portspec/portspec/internal/policy"
)

// WithGo returns the targets, with go using the given options.
func WithGo(chosen []Target, o golang.Options) []Target {
	chosen = slices.Clone(chosen)
	for i := range chosen {
		if chosen[i].Name == "go" {
			chosen[i].products = of(o.New)
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
func Fits(o golang.Options, products *model.Shelf, by Naming) error {
	if products == nil {
		return nil
	}
	if n := products.Len(); o.Package != "" && n != 1 {
		return fmt.Errorf("%s is for a single product, but there are %d; choose one %s", by.Package, n, by.Products)
	}
	if len(o.Components) == 0 {
		return nil
	}
	var known []string
	for i := range products.Len() {
		p, err := products.Read(i)
		if err != nil {
			return err
		}
		for _, c := range p.Components {
			known = append(known, c.ID)
		}
	}
	for _, id := range o.Components {
		if slices.Contains(known, id) {
			continue
		}
		if meant := diag.Nearest(id, known); meant != "" {
			return fmt.Errorf("%s: no component %s; did you mean %s?", by.Component, id, meant)
		}
		return fmt.Errorf("%s: unknown component %s; use %s", by.Component, id, english.Or(known))
	}
	return nil
}

// Entry converts an output of a configuration for package output.
func Entry(o config.Output) output.Entry {
	return output.Entry{Target: o.Target, Out: o.Out, Line: o.Position.Line, Package: o.Options.Package, Tags: o.Options.Tags}
}

// Listed returns the job of an output of a configuration, with paths relative to the
// configuration, for all products and sites or those that the output lists.
func Listed(c *config.Config, o config.Output, all *model.Shelf, sites []*model.Deployment) (*Job, error) {
	chosen, err := Choose([]string{o.Target})
	if err != nil {
		return nil, err
	}
	if err := o.Options.OnlyFor(o.Target, chosen[0].Rules()); err != nil {
		return nil, err
	}
	g := o.Options.GoOptions
	options := golang.Options{Package: g.Package, Only: g.Only, Prefix: g.Prefix, Type: g.Type, Tags: g.Tags, Components: g.Components}
	if options.Type == "untyped" {
		options.Type = ""
	}
	if err := options.Validate(); err != nil {
		return nil, err
	}
	pages := markdown.Options{Flavor: o.Options.Flavor, Base: o.Options.Base}
	if err := pages.Validate(); err != nil {
		return nil, err
	}
	j := &Job{Dir: o.Out, Package: options.Package}
	if len(o.Products) > 0 || len(o.Sites) == 0 {
		if j.Products, err = Products(all, o.Products); err != nil {
			return nil, err
		}
	}
	if j.Sites, err = sitesOf(sites, o); err != nil {
		return nil, err
	}
	if err := Fits(options, j.Products, InConfig); err != nil {
		return nil, err
	}
	if output.IsGoFile(o.Out) {
		if o.Target != "go" || j.Products == nil || len(o.Products) != 1 || len(o.Sites) > 0 {
			return nil, fmt.Errorf("%s is a single Go file: it needs the target go and one product", o.Out)
		}
		if options, err = inPackage(c, o.Out, options); err != nil {
			return nil, err
		}
		return OneFile(chosen[0], j.Products, o.Out, options, InConfig)
	}
	f := o.Options.FirewallOptions
	settings := policy.Settings{
		Options: policy.Options{Optional: f.Optional, Phases: f.Phases}, Observe: f.Observe, Partial: f.AllowPartial,
	}
	if err := FirewallFits(chosen, settings, j.Sites); err != nil {
		return nil, fmt.Errorf("options: %w", err)
	}
	j.Target = WithFirewall(WithMarkdown(WithGo(chosen, options), pages), settings)[0]
	return j, nil
}

// inPackage adds options that a single Go file needs in its folder.
func inPackage(c *config.Config, out string, options golang.Options) (golang.Options, error) {
	var err error
	if options.Package == "" {
		if options.Package, err = output.PackageAt(c.Dir, path.Dir(out), path.Base(out)); err != nil {
			return options, err
		}
	}
	dir, name := path.Split(out)
	var beside []string
	for _, other := range c.Generate {
		if in, file := path.Split(other.Out); in == dir && file != name && output.IsGoFile(file) {
			beside = append(beside, file)
		}
	}
	documented, err := output.IsDocumented(c.Dir, path.Clean(dir), name, beside)
	options.Documents = !documented
	return options, err
}

// OneFile returns the job of a single Go file, for which there must be a single product.
func OneFile(t Target, products *model.Shelf, file string, options golang.Options, by Naming) (*Job, error) {
	return &Job{Target: t, Products: products, File: file, Options: options}, only(products, by)
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
