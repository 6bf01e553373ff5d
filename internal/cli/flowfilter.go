package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// A flowFilter keeps some connections; empty fields keep all.
type flowFilter struct {
	products, components, from, to, ports, transports, features []string

	ranges []model.PortRange
}

// validate refuses filters that name what no product has: a typing error must
// not look like an empty answer.
func (f *flowFilter) validate(catalog *model.Catalog) error {
	known := func(flag string, given []string, is func(*model.Product, string) bool) error {
		for _, id := range given {
			if !slices.ContainsFunc(catalog.Products, func(p *model.Product) bool { return is(p, id) }) {
				return fmt.Errorf("%s %s: no product has it; portspec flows lists what there is", flag, id)
			}
		}
		return nil
	}
	component := func(p *model.Product, id string) bool {
		return p.Component(id) != nil || slices.ContainsFunc(p.Components, func(c *model.Component) bool { return c.Service == id })
	}
	for _, err := range []error{
		known("--product", f.products, func(p *model.Product, id string) bool { return p.ID == id }),
		known("--component", f.components, component),
		known("--from", f.from, component),
		known("--to", f.to, component),
		known("--feature", f.features, func(p *model.Product, given string) bool {
			name, value, valued := strings.Cut(given, "=")
			feature := p.Feature(name)
			return feature != nil && (!valued || slices.Contains(feature.Values(), value))
		}),
		known("--transport", f.transports, func(p *model.Product, t string) bool {
			return slices.ContainsFunc(p.Connections(), func(c *model.Connection) bool { return c.Transport == t })
		}),
	} {
		if err != nil {
			return err
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
	return is(f.products, c.Product.ID) &&
		is(f.components, slices.Concat(from, to)...) &&
		is(f.from, from...) && is(f.to, to...) &&
		is(f.transports, c.Transport) &&
		f.keepsPorts(c) && f.keepsFeatures(c)
}

func (f *flowFilter) keepsPorts(c *model.Connection) bool {
	if len(f.ranges) == 0 {
		return true
	}
	for _, want := range f.ranges {
		for _, r := range slices.Concat(c.Ports(), c.Listener.Fallback) {
			if r.From <= want.To && want.From <= r.To {
				return true
			}
		}
	}
	return false
}

// keepsFeatures wants one of the bare names to condition the flow, and every
// NAME=VALUE to leave it standing; several values of one name are alternatives.
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
		allowed, named := c.When[name]
		if named && !slices.ContainsFunc(values, func(v string) bool { return slices.Contains(allowed, v) }) {
			return false
		}
	}
	return true
}
