package targets

import (
	"fmt"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/config"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// A firewall describes a target that writes the rules of firewalls.
type firewall struct {
	rules    func(*model.Deployment, policy.Settings) ([]gen.File, diag.List)
	can      *policy.Capabilities // what it can express
	observes bool                 // whether it has a mode that drops nothing
	// writesFor reports whether it writes rules for a host, in a site with settings of
	// firewalls; nil if it writes none for hosts.
	writesFor func(*model.Site, *model.Host) bool
	// lacks reports whether it cannot express a rule; nil if it can express all.
	lacks func(*diff.FirewallRule) bool
}

// WithFirewall returns the targets; those that write the rules of firewalls do so with the
// settings.
func WithFirewall(chosen []Target, s policy.Settings) []Target {
	chosen = slices.Clone(chosen)
	for i := range chosen {
		chosen[i].settings = s
	}
	return chosen
}

// FirewallFits returns an error if the settings do not fit the targets or the sites.
func FirewallFits(chosen []Target, s policy.Settings, sites []*model.Deployment) error {
	for _, t := range chosen {
		if s.Observe && t.Rules() && !t.firewall.observes {
			return fmt.Errorf("observe: the target %s does not support it; %s do", t.Name, english.And(observing()))
		}
	}
	return s.Fit(sites...)
}

// observing returns the names of targets that have a mode that drops nothing.
func observing() []string {
	var all []string
	for _, t := range All {
		if t.Rules() && t.firewall.observes {
			all = append(all, t.Name)
		}
	}
	return all
}

// Rules reports whether the target writes the rules of firewalls.
func (t Target) Rules() bool { return t.firewall != nil }

func sctp(r *diff.FirewallRule) bool { return r.Transport == "sctp" }

// Writing returns the names of the targets that write a rule for a host of a site.
func Writing(site *model.Site, h *model.Host, r *diff.FirewallRule) []string {
	all := []string{}
	for _, t := range All {
		if f := t.firewall; f != nil && f.writesFor != nil && f.writesFor(site, h) && (f.lacks == nil || !f.lacks(r)) {
			all = append(all, t.Name)
		}
	}
	return all
}

// Practices returns which permits of a site become rules of targets, in the old and the new
// version. The options of each version are those of its configuration for its site or, without
// a configuration, the defaults.
func Practices(oldSite string, old *config.Config, newSite string, new *config.Config) []diff.Practice {
	oldOptions, newOptions := optionsOf(old, oldSite), optionsOf(new, newSite)
	var all []diff.Practice
	for _, t := range All {
		if !t.Rules() {
			continue
		}
		p := diff.Practice{Targets: []string{t.Name}, Old: oldOptions[t.Name], New: newOptions[t.Name]}
		if i := slices.IndexFunc(all, func(x diff.Practice) bool { return sameOptions(x.Old, p.Old) && sameOptions(x.New, p.New) }); i >= 0 {
			all[i].Targets = append(all[i].Targets, t.Name)
			continue
		}
		all = append(all, p)
	}
	return all
}

func sameOptions(a, b policy.Options) bool {
	return a.Optional == b.Optional && slices.Equal(a.Phases, b.Phases)
}

// optionsOf returns the options of targets for a site. If a target is listed several times,
// everything that any of its outputs permits counts.
func optionsOf(c *config.Config, site string) map[string]policy.Options {
	all := make(map[string]policy.Options)
	if c == nil {
		return all
	}
	for _, o := range c.Generate {
		if len(o.Sites) > 0 && !slices.Contains(o.Sites, site) || len(o.Sites) == 0 && len(o.Products) > 0 {
			continue
		}
		x := all[o.Target]
		x.Optional = x.Optional || o.Options.Optional
		x.Phases = slices.Compact(slices.Sorted(slices.Values(slices.Concat(x.Phases, o.Options.Phases))))
		all[o.Target] = x
	}
	return all
}
