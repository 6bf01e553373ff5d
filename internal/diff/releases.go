package diff

import (
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// CompareProducts compares two releases of a product in a catalogue.
func CompareProducts(all *model.Catalog, old, new *model.Product) *Changes {
	return Compare(
		&model.Catalog{Products: []*model.Product{old}, Services: all.Services},
		&model.Catalog{Products: []*model.Product{new}, Services: all.Services},
	)
}

// byRelease makes the ids of products unique: where a catalogue has several releases of
// one, its id in all of them becomes id@version. Catalogues that need no change are returned
// as they are.
func byRelease(catalogs ...*model.Catalog) []*model.Catalog {
	several := make(map[string]bool)
	for _, c := range catalogs {
		seen := make(map[string]bool, len(c.Products))
		for _, p := range c.Products {
			if seen[p.ID] {
				several[p.ID] = true
			}
			seen[p.ID] = true
		}
	}
	if len(several) == 0 {
		return catalogs
	}
	made := make([]*model.Catalog, len(catalogs))
	for i, c := range catalogs {
		made[i] = withRefs(c, several)
	}
	return made
}

// withRefs is a catalogue in which the ids of some products are id@version.
func withRefs(c *model.Catalog, which map[string]bool) *model.Catalog {
	made := *c
	made.Products = slices.Clone(c.Products)
	for i, p := range made.Products {
		if which[p.ID] {
			release := *p
			release.ID = p.Ref()
			made.Products[i] = &release
		}
	}
	return &made
}

// releases lists the ids of the products that the changes call id@version.
func (c *Changes) releases() map[string]bool {
	all := make(map[string]bool)
	add := func(called string) {
		if id, _, ok := strings.Cut(called, "@"); ok {
			all[id] = true
		}
	}
	for _, x := range c.Changes {
		add(x.Old.in("products"))
		add(x.New.in("products"))
		if x.Kind == Reordered && x.Field == "products" {
			var order []string
			decode(x.After, &order)
			for _, called := range order {
				add(called)
			}
		}
	}
	return all
}

// withoutRefs undoes withRefs.
func withoutRefs(c *model.Catalog) {
	for _, p := range c.Products {
		p.ID, _ = model.SplitRef(p.ID)
	}
}

// A Step is one of the steps of an upgrade, in the order in which they are done.
type Step struct {
	Do    Task     `json:"do"`
	Hosts []string `json:"hosts"` // where there is something to do
}

// A Task is what a step is about.
type Task string

// The tasks, in their order. The side that listens is opened first, so that nobody is refused
// by it, and closed last.
const (
	OpenInbound   Task = "open-inbound"
	OpenOutbound  Task = "open-outbound"
	Upgrade       Task = "upgrade"
	CloseOutbound Task = "close-outbound"
	CloseInbound  Task = "close-inbound"
)

// Tasks lists all tasks in their order.
var Tasks = []Task{OpenInbound, OpenOutbound, Upgrade, CloseOutbound, CloseInbound}

// PlanUpgrade sets the steps of an upgrade of some hosts, by the changes of the site.
func (c *Changes) PlanUpgrade(hosts []string) {
	c.Work = nil
	at := map[Task][]string{Upgrade: hosts}
	for _, x := range c.Site {
		for _, task := range x.tasks() {
			if !slices.Contains(at[task], x.Host) {
				at[task] = append(at[task], x.Host)
			}
		}
	}
	for _, task := range Tasks {
		if len(at[task]) > 0 {
			c.Work = append(c.Work, &Step{task, at[task]})
		}
	}
}

// tasks lists what a change of a host's rule asks for. Sockets are opened by the product.
func (c *SiteChange) tasks() []Task {
	open, shut := OpenInbound, CloseInbound
	switch c.Rule().Direction {
	case "listens":
		return nil
	case "outbound":
		open, shut = OpenOutbound, CloseOutbound
	}
	switch c.Class {
	case MustOpen:
		return []Task{open}
	case MayClose:
		return []Task{shut}
	case Moved:
		return []Task{open, shut}
	}
	return nil
}

// upgraded lists the hosts that the work upgrades.
func (c *Changes) upgraded() []string {
	for _, s := range c.Work {
		if s.Do == Upgrade {
			return s.Hosts
		}
	}
	return nil
}
