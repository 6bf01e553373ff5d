package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen/rows"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
)

func newResolve(w *workspace) *cobra.Command {
	var format, level, failOn string
	var hosts []string
	cmd := &cobra.Command{
		Use:   "resolve --site SITE",
		Short: "List the sockets and permitted flows of each host of a site",
		Long: `Resolve determines which sockets each host of a site opens and who may talk to
whom, and reports contradictions: two owners of one socket, a port that breaks a
rule, features that exclude each other. SITE is the id of a site in the workspace
or its configuration, the folder of a CUE package, or a file in YAML or JSON.

Table and CSV list, for each host, what it listens on, who may reach it and whom
it may reach; JSON also contains the reasons. The exit status is 1 if a finding
is at least as severe as --fail-on. If there is an error, only the findings are
printed.`,
		Example: `  portspec resolve --site specs/sites/small
  portspec resolve --site acme.yaml --format json --host ums1`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, err := range []error{
				oneOf("--format", format, "table", "json", "csv"),
				oneOf("--level", level, severities...),
				oneOf("--fail-on", failOn, append(severities, "never")...),
			} {
				if err != nil {
					return err
				}
			}
			d, err := w.deployment(cmd)
			if err != nil {
				return err
			}
			chosen, err := d.choose(hosts)
			if err != nil {
				return err
			}
			open, suppressed := d.findings.Split()
			shown := open.AtLeast(diag.Severity(level))
			out := cmd.OutOrStdout()
			if format != "json" {
				w.print(cmd.ErrOrStderr(), shown, d.result)
			}
			switch {
			case format == "json":
				err = rows.HostsJSON(out, d.Site.ID, chosen, shown, suppressed.AtLeast(diag.Severity(level)))
			case d.findings.HasErrors():
			case format == "csv":
				err = rows.HostsCSV(out, chosen)
			default:
				err = rows.HostsTable(out, chosen)
			}
			if err == nil && failOn != "never" && len(open.AtLeast(diag.Severity(failOn))) > 0 {
				err = errFindings
			}
			return err
		},
	}
	flags := cmd.Flags()
	w.siteFlag(cmd)
	flags.StringVar(&format, "format", "table", "table, json or csv")
	flags.StringVar(&level, "level", "warning", "the least severe findings to show: error, warning or info")
	flags.StringVar(&failOn, "fail-on", "error", "the least severe findings to fail on: error, warning, info or never")
	flags.StringSliceVar(&hosts, "host", nil, "only these hosts")
	return cmd
}

// A deployment is a resolved site with the findings about it. If these include errors,
// it has no hosts.
type deployment struct {
	*model.Deployment
	findings diag.List
	result   *load.Result
}

// deployment resolves the site that --site names.
func (w *workspace) deployment(cmd *cobra.Command) (*deployment, error) {
	if w.Site == "" {
		return nil, fmt.Errorf("missing --site: the id of a site, the folder of its CUE package, or a file in YAML or JSON; portspec init site writes one")
	}
	result, err := w.Load(cmd.Context())
	if err != nil {
		return nil, err
	}
	d := &deployment{&model.Deployment{Site: &model.Site{}}, result.Findings.AtLeast(diag.Error), result}
	if d.findings.HasErrors() {
		return d, nil
	}
	sites, found, err := w.Deployments(result)
	if err != nil {
		return nil, err
	}
	d.findings = found
	if found.HasErrors() {
		d.Site = result.Sites[0]
	} else {
		d.Deployment = sites[0]
	}
	return d, nil
}

// resolved is like deployment, for commands that need a site without errors: it prints the
// errors, and returns failed.
func (w *workspace) resolved(cmd *cobra.Command, failed error) (*deployment, error) {
	d, err := w.deployment(cmd)
	if err != nil {
		return nil, err
	}
	if d.findings.HasErrors() {
		w.print(cmd.ErrOrStderr(), d.findings.AtLeast(diag.Error), d.result)
		return nil, failed
	}
	return d, nil
}

// choose returns the hosts with the given ids, or all hosts if there are no ids.
func (d *deployment) choose(ids []string) ([]*model.Deployed, error) {
	if len(ids) == 0 || d.findings.HasErrors() {
		return d.Hosts, nil
	}
	var all []*model.Deployed
	for _, id := range ids {
		h := d.Host(id)
		if h == nil {
			var known []string
			for _, h := range d.Hosts {
				known = append(known, h.ID)
			}
			hint := ""
			if near := diag.Nearest(id, known); near != "" {
				hint = "; did you mean " + near + "?"
			}
			return nil, fmt.Errorf("no host %s in the site%s", id, hint)
		}
		all = append(all, h)
	}
	return all, nil
}
