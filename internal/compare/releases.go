package compare

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/config"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/resolve"
)

// isRelease reports whether an argument of diff is a release of a product, such as
// igel-ums@12.04, and not a file or one of git's names, such as main@{1}.
func isRelease(name string) bool {
	id, version, ok := strings.Cut(name, "@")
	return ok && version != "" && version[0] != '{' && id != "" && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && !exists(name)
}

// compareReleases compares two releases of a product, and with a site what an upgrade from
// one to the other changes on its hosts.
func (by *Comparer) compareReleases(ctx context.Context, refs []string) (*diff.Changes, error) {
	if len(refs) != 2 || !isRelease(refs[0]) || !isRelease(refs[1]) {
		return nil, errors.New("a release can only be compared with another release of the product, as in portspec diff igel-ums@12.01 igel-ums@12.04")
	}
	result, err := by.Load(ctx)
	if err != nil {
		return nil, err
	}
	if errs := result.Findings.AtLeast(diag.Error); len(errs) > 0 {
		by.print(result, errs)
		return nil, errors.New("the specs have errors, so nothing can be compared")
	}
	all := result.Catalog
	if result.Available != nil {
		all = result.Available
	}
	var sides [2]*model.Product
	for i, ref := range refs {
		id, version := model.SplitRef(ref)
		if sides[i] = all.Release(id, version); sides[i] != nil {
			continue
		}
		if releases := all.Releases(id); len(releases) > 0 {
			return nil, fmt.Errorf("no release %s of %s; it has %s", version, id, strings.Join(model.VersionsOf(releases), ", "))
		}
		return nil, fmt.Errorf("no product %s", id)
	}
	old, new := sides[0], sides[1]
	if old.ID != new.ID {
		return nil, fmt.Errorf("%s and %s are different products", old.Ref(), new.Ref())
	}
	changes := diff.CompareProducts(all, old, new)
	if by.Site == "" {
		return changes, nil
	}
	if len(result.Sites) == 0 {
		return nil, fmt.Errorf("no site in %s", by.Site)
	}
	return changes, by.compareUpgrade(changes, result, old, new)
}

// compareUpgrade resolves the site with each of two releases on all hosts.
func (by *Comparer) compareUpgrade(changes *diff.Changes, result *load.Result, old, new *model.Product) error {
	site := result.Sites[0]
	deployed := make([]*model.Deployment, 2)
	for i, p := range []*model.Product{old, new} {
		d, found := resolve.Site(result.Available, siteWith(site, p))
		if errs := found.AtLeast(diag.Error); len(errs) > 0 {
			by.print(result, errs)
			return fmt.Errorf("site %s has errors with %s, so nothing can be compared", site.ID, p.Ref())
		}
		deployed[i] = d
	}
	changes.Site = diff.CompareDeployments(deployed[0], deployed[1], changes)
	var hosts []string
	for _, h := range site.Hosts {
		if slices.ContainsFunc(h.Runs, func(at model.Place) bool { return at.Product() == new.ID }) {
			hosts = append(hosts, h.ID)
		}
	}
	plan(changes, deployed, [2]*config.Config{by.Config, by.Config}, hosts)
	return nil
}

func (by *Comparer) print(result *load.Result, errs diag.List) {
	p := diag.Printer{Files: result.Files, Name: by.FileName}
	p.Print(by.Log, errs)
}

// siteWith returns a site whose hosts all run one release of a product. Settings for components,
// listeners, features and flows that the release does not have are removed.
func siteWith(site *model.Site, p *model.Product) *model.Site {
	made := *site
	use := model.Use{Product: p.ID}
	if own := site.Use(p.ID); own != nil {
		use = *own
	}
	use.Release = p.Version
	hasListener := func(c, l string) bool { return p.Component(c) != nil && p.Component(c).Listener(l) != nil }
	use.Features = with(use.Features, func(f string, _ []string) bool { return p.Feature(f) != nil })
	use.Ports = listenersWith(use.Ports, hasListener)
	use.Transports = listenersWith(use.Transports, hasListener)
	hasFlow := func(f, _ string) bool { return p.Flow(f) != nil }
	use.Directions, use.Suffices = with(use.Directions, hasFlow), with(use.Suffices, hasFlow)
	use.Without = slices.DeleteFunc(slices.Clone(use.Without), func(c string) bool { return p.Component(c) == nil })
	made.Products = append(slices.DeleteFunc(slices.Clone(site.Products), func(u *model.Use) bool { return u.Product == p.ID }), &use)
	made.Services = slices.DeleteFunc(slices.Clone(site.Services), func(l *model.Location) bool {
		at := model.Place(l.What)
		return at.Product() == p.ID && !l.IsService() && p.Component(at.Component()) == nil
	})
	made.Hosts = nil
	for _, h := range site.Hosts {
		host := *h
		host.Releases = with(h.Releases, func(product, _ string) bool { return product != p.ID })
		host.Runs = slices.DeleteFunc(slices.Clone(h.Runs), func(at model.Place) bool {
			return at.Product() == p.ID && p.Component(at.Component()) == nil
		})
		host.Ports = nil
		for at, ports := range h.Ports {
			if at.Product() == p.ID {
				ports = with(ports, func(l string, _ model.PortRange) bool { return hasListener(at.Component(), l) })
			}
			if len(ports) > 0 {
				if host.Ports == nil {
					host.Ports = make(map[model.Place]map[string]model.PortRange)
				}
				host.Ports[at] = ports
			}
		}
		made.Hosts = append(made.Hosts, &host)
	}
	return &made
}

// with returns a copy of a map with the entries for which is returns true.
func with[V any](m map[string]V, is func(string, V) bool) map[string]V {
	made := maps.Clone(m)
	maps.DeleteFunc(made, func(k string, v V) bool { return !is(k, v) })
	return made
}

// listenersWith returns the entries of existing listeners, by component and listener.
func listenersWith[V any](m map[string]map[string]V, is func(component, listener string) bool) map[string]map[string]V {
	made := make(map[string]map[string]V)
	for c, listeners := range m {
		if of := with(listeners, func(l string, _ V) bool { return is(c, l) }); len(of) > 0 {
			made[c] = of
		}
	}
	return made
}
