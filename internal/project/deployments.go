package project

import (
	"fmt"

	"github.com/portspec/portspec/internal/check"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/resolve"
)

// Deployments resolves the sites of a workspace, or the one that --site names.
func (p *Project) Deployments(result *load.Result) ([]*model.Deployment, diag.List, error) {
	if p.Site != "" && len(result.Sites) == 0 && !result.Findings.HasErrors() {
		return nil, nil, fmt.Errorf("no site in %s; a package defines a site with site: schema.#Site & {…}", p.Site)
	}
	var all []*model.Deployment
	var findings diag.List
	for _, s := range result.Sites {
		d, found := resolve.Site(result.Available, s)
		all = append(all, d)
		sound := !found.HasErrors() // otherwise not all checks were made
		found = append(found, check.ExpiredPermits(s, p.Checks)...)
		findings = append(findings, check.SuppressSite(s, found, p.Checks, func(code diag.Code) bool {
			return sound && code.In("PS22")
		})...)
	}
	return all, findings.Sort(), nil
}
