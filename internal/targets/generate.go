package targets

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/mermaid"
	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/parallel"
)

// Choose is the targets of some names or, without any, those that need not be named.
func Choose(names []string) ([]Target, error) {
	if len(names) == 0 {
		return slices.DeleteFunc(slices.Clone(All), func(t Target) bool { return t.named }), nil
	}
	for _, name := range names {
		if !slices.Contains(Names(), name) {
			return nil, fmt.Errorf("no target %s; there are %s", name, strings.Join(Names(), ", "))
		}
	}
	return slices.DeleteFunc(slices.Clone(All), func(t Target) bool { return !slices.Contains(names, t.Name) }), nil
}

// Products is the catalogue of the named products and of the shared
// services that they use, or the whole one.
func Products(all *model.Catalog, ids []string) (*model.Catalog, error) {
	if len(ids) == 0 {
		return all, nil
	}
	chosen := &model.Catalog{}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		p := all.Product(id)
		if p == nil {
			var known []string
			for _, p := range all.Products {
				known = append(known, p.ID)
			}
			return nil, fmt.Errorf("no product %s; there are %s", id, strings.Join(known, ", "))
		}
		chosen.Products = append(chosen.Products, p)
		for _, c := range p.Components {
			if c.Service != "" {
				chosen.AddService(all.Service(c.Service))
			}
		}
	}
	chosen.Sort()
	return chosen, nil
}

// Generate makes the files of targets, below the folders of their names: of all
// products, and of all sites. Files that sites share are there once.
func Generate(catalog *model.Catalog, sites []*model.Deployment, chosen []Target, o check.Options) ([]gen.File, diag.List) {
	var files []gen.File
	var findings diag.List
	// Targets are made beside each other, and put together in their order.
	type outcome struct {
		made  []gen.File
		found diag.List
	}
	ofCatalog, ofSites := make([]outcome, len(chosen)), make([][]outcome, len(chosen))
	// Diagrams are drawn once, by whichever target needs them first.
	draw := sync.OnceValue(func() (o outcome) {
		o.made, o.found = mermaid.Generate(catalog)
		return o
	})
	draws := slices.ContainsFunc(chosen, func(t Target) bool { return t.Name == drawing })
	parallel.Do(len(chosen), func(i int) {
		t, of := chosen[i], &ofCatalog[i]
		switch {
		case catalog == nil || t.generate == nil:
		case t.Name == drawing:
			*of = draw()
		case draws && t.showing != nil:
			of.made, of.found = t.showing(catalog, func() []gen.File { return draw().made })
		default:
			of.made, of.found = t.generate(catalog)
		}
		for _, d := range sites {
			if t.site != nil {
				made, found := t.site(d)
				ofSites[i] = append(ofSites[i], outcome{made, found})
			}
		}
	})
	add := func(t Target, made []gen.File, found diag.List) {
		for _, f := range made {
			files = append(files, gen.File{Path: path.Join(t.Name, f.Path), Data: f.Data})
		}
		findings = append(findings, found...)
	}
	for i, t := range chosen {
		if catalog != nil {
			add(t, ofCatalog[i].made, t.accepted(catalog, ofCatalog[i].found, o))
		}
		for j, of := range ofSites[i] {
			add(t, of.made, check.SuppressSite(sites[j].Site, of.found, o, t.judges))
		}
	}
	slices.SortStableFunc(files, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) })
	files = slices.CompactFunc(files, func(a, b gen.File) bool { return a.Path == b.Path && bytes.Equal(a.Data, b.Data) })
	return files, findings.Sort()
}
