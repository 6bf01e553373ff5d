package prove

import (
	"slices"

	"github.com/portspec/portspec/gen/firewalld"
	"github.com/portspec/portspec/gen/iptables"
	"github.com/portspec/portspec/gen/nftables"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// targets are the targets whose rules can be tested here.
var targets = []struct {
	name  string
	cases func(*model.Deployment, []*model.Deployed, policy.Settings) ([]Case, diag.List)
}{
	{"nftables", func(d *model.Deployment, hosts []*model.Deployed, s policy.Settings) (all []Case, found diag.List) {
		rulesets, found := nftables.Rulesets(d, hosts, s)
		for _, r := range rulesets {
			all = append(all, Case{r.Host, NFTables(r.Text), r.Lacking})
		}
		return all, found
	}},
	{"iptables", func(d *model.Deployment, hosts []*model.Deployed, s policy.Settings) (all []Case, found diag.List) {
		rulesets, found := iptables.Rulesets(d, hosts, s)
		for _, r := range rulesets {
			all = append(all, Case{r.Host, IPTables{r.V4, r.V6}, r.Lacking})
		}
		return all, found
	}},
	{"firewalld", func(d *model.Deployment, hosts []*model.Deployed, s policy.Settings) (all []Case, found diag.List) {
		configs, found := firewalld.Configs(d, hosts, s)
		for _, c := range configs {
			all = append(all, Case{c.Host, Firewalld(c.Files), c.Lacking})
		}
		return all, found
	}},
}

// Targets returns the names of the targets whose rules can be tested.
func Targets() []string {
	var names []string
	for _, t := range targets {
		names = append(names, t.name)
	}
	return names
}

// Cases returns the Linux hosts among hosts of a deployment, with their rules for a target,
// and the target's findings.
func Cases(target string, d *model.Deployment, hosts []*model.Deployed, s policy.Settings) ([]Case, diag.List) {
	i := slices.Index(Targets(), target)
	return targets[i].cases(d, hosts, s)
}
