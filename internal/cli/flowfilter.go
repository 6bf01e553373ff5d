package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A flowFilter selects connections. An empty field selects all of them.
type flowFilter struct {
	products, components, from, to, ports, transports, features []string

	ranges []model.PortRange
}

// validate rejects filters that name something that no product has, so that a typing
// error does not look like an empty result.
func (f *flowFilter) validate(catalog *model.Catalog) error {
	all := func(list func(*model.Product) []string) []string {
		var ids []string
		for _, p := range catalog.Products {
			ids = append(ids, list(p)...)
		}
		slices.Sort(ids)
		return slices.Compact(ids)
	}
	parties := all(func(p *model.Product) []string {
		var ids []string
		for _, c := range p.Components {
			ids = append(ids, c.ID)
			if c.Service != "" {
				ids = append(ids, c.Service)
			}
		}
		return ids
	})
	features := all(func(p *model.Product) []string {
		var names []string
		for _, x := range p.Features {
			names = append(names, x.ID)
			for _, v := range x.Values() {
				names = append(names, x.ID+"="+v)
			}
		}
		return names
	})
	for _, x := range []struct {
		flag         string
		given, known []string
	}{
		{"--product", f.products, all(func(p *model.Product) []string { return []string{p.ID, p.Ref()} })},
		{"--component", f.components, parties},
		{"--from", f.from, parties},
		{"--to", f.to, parties},
		{"--feature", f.features, features},
		{"--transport", f.transports, all(func(p *model.Product) []string {
			var names []string
			for _, c := range p.Connections() {
				names = append(names, c.Transport)
			}
			return names
		})},
	} {
		for _, id := range x.given {
			if !slices.Contains(x.known, id) {
				return fmt.Errorf("%s %s: not in any product; use  %s", x.flag, id, strings.Join(x.known, ", "))
			}
		}
	}
	for _, p := range f.ports {
		r, err := parseRange(p)
		if err != nil {
			return err
		}
		f.ranges = append(f.ranges, r)
	}
	return nil
}

func parseRange(s string) (model.PortRange, error) {
	from, to, isRange := strings.Cut(s, "-")
	if !isRange {
		to = from
	}
	a, err1 := strconv.Atoi(from)
	b, err2 := strconv.Atoi(to)
	if err1 != nil || err2 != nil || a < 1 || b > 65535 || a > b {
		return model.PortRange{}, fmt.Errorf("--port %s: a port is a number from 1 to 65535, or two joined by a hyphen", s)
	}
	return model.PortRange{From: a, To: b}, nil
}

func (f *flowFilter) keeps(c *model.Connection) bool {
	is := func(given []string, values ...string) bool {
		return len(given) == 0 || slices.ContainsFunc(values, func(v string) bool { return slices.Contains(given, v) })
	}
	to := []string{c.To.ID, c.To.Service}
	var from []string
	for _, x := range c.From {
		from = append(from, x.ID, x.Service)
	}
	return is(f.products, c.Product.ID, c.Product.Ref()) &&
		is(f.components, slices.Concat(from, to)...) &&
		is(f.from, from...) && is(f.to, to...) &&
		is(f.transports, c.Transport) &&
		f.keepsPorts(c) && f.keepsFeatures(c)
}

func (f *flowFilter) keepsPorts(c *model.Connection) bool {
	if len(f.ranges) == 0 {
		return true
	}
	ports := slices.Clone(c.Ports())
	for _, other := range c.OtherPorts() {
		ports = append(ports, other.Ports...)
	}
	for _, want := range f.ranges {
		for _, r := range ports {
			if r.From <= want.To && want.From <= r.To {
				return true
			}
		}
	}
	return false
}

// keepsFeatures reports whether a connection depends on one of the features given
// without a value, and is active with those given as NAME=VALUE. Several values of one
// feature are alternatives.
func (f *flowFilter) keepsFeatures(c *model.Connection) bool {
	chosen := map[string][]string{}
	bare, conditioned := false, false
	for _, given := range f.features {
		name, value, valued := strings.Cut(given, "=")
		_, named := c.When[name]
		if !valued {
			bare = true
			conditioned = conditioned || named
			continue
		}
		if c.Product.Feature(name) != nil {
			chosen[name] = append(chosen[name], value)
		}
	}
	if bare && !conditioned {
		return false
	}
	for name, values := range chosen {
		for _, allowed := range c.When[name] {
			if !model.Intersect(values, allowed) {
				return false
			}
		}
	}
	return true
}
