package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen/rows"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/prove"
	"github.com/portspec/portspec/internal/screen"
)

// mostDisagreements is how many disagreements the table lists.
const mostDisagreements = 50

// proveFlags are the flags of prove.
type proveFlags struct {
	format, target string
	hosts          []string
	options        prove.Options
}

func newProve(w *workspace) *cobra.Command {
	var f proveFlags
	cmd := &cobra.Command{
		Use:   "prove --site SITE",
		Short: "Load a site's rulesets into network namespaces, and probe them",
		Long: `Prove tests the rules that a target writes for the Linux hosts of a site. For
each host, it loads the rules into a network namespace, opens a listener on every
socket, and sends packets from every peer: from each host, from a member, both
edges and the neighbours of each network, and from strangers. It tries every port
that a flow names and random ones, over TCP and UDP, IPv4 and IPv6, and the other
transports of flows: SCTP, ICMP requests, ESP, GRE and others. Exactly the packets
that the site permits have to pass. With outbound: listed, it also tests what the
host sends. Flows that packets cannot prove are listed.

It needs Linux, the program ip and those of the firewall, and root or unprivileged
user namespaces. Nothing outside the namespaces changes. The exit status is 1 if
a packet passes that is not permitted, or is dropped although it is.`,
		Example: `  portspec prove --site acme.yaml
  portspec prove --site acme.yaml --target iptables
  portspec prove --site specs/sites/ha --probes 100000 --format json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(w, cmd) },
	}
	flags := cmd.Flags()
	w.siteFlag(cmd)
	flags.IntVar(&f.options.Probes, "probes", 0, "send at least this many packets, to random ports beyond those that flows name")
	flags.Uint64Var(&f.options.Seed, "seed", 1, "seed for the random ports")
	flags.StringVar(&f.target, "target", "nftables", "target whose rules are loaded: "+english.Or(prove.Targets()))
	flags.StringVar(&f.format, "format", "table", "table or json")
	flags.StringSliceVar(&f.hosts, "host", nil, "only these hosts")
	policyFlags(cmd, &f.options.Options)
	return cmd
}

// run probes the rules of the chosen hosts, and prints where they differ from the site.
func (f *proveFlags) run(w *workspace, cmd *cobra.Command) error {
	if err := oneOf("--format", f.format, "table", "json"); err != nil {
		return err
	}
	if err := oneOf("--target", f.target, prove.Targets()...); err != nil {
		return err
	}
	if f.options.Probes < 0 {
		return fmt.Errorf("--probes %d: the number of probes must be 0 or more", f.options.Probes)
	}
	if err := prove.Possible(); err != nil {
		return err
	}
	if done, status, err := prove.Enter(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr()); err != nil {
		return err
	} else if done {
		return map[int]error{statusFine: nil, statusFindings: errFindings, statusFailed: errReported}[status]
	}
	d, err := w.resolved(cmd, errReported)
	if err != nil {
		return err
	}
	chosen, err := d.choose(f.hosts)
	if err != nil {
		return err
	}
	if err := f.options.Fit(d.Deployment); err != nil {
		return err
	}
	settings := policy.Settings{Options: f.options.Options, Partial: true}
	cases, found := prove.Cases(f.target, d.Deployment, chosen, settings)
	w.print(cmd.ErrOrStderr(), found.AtLeast(diag.Error), d.result)
	if found.HasErrors() {
		return errReported
	}
	if len(cases) == 0 {
		return fmt.Errorf("site %s has no Linux host among those, and %s runs only on Linux", d.Site.ID, f.target)
	}
	result, err := prove.Run(cmd.Context(), d.Deployment, cases, f.options)
	if err != nil {
		return err
	}
	if f.format == "json" {
		enc := json.NewEncoder(screen.JSON(cmd.OutOrStdout()))
		enc.SetIndent("", "  ")
		err = enc.Encode(result)
	} else {
		err = printProof(cmd, result, len(cases))
	}
	if err == nil && len(result.Disagreements) > 0 {
		err = errFindings
	}
	return err
}

func printProof(cmd *cobra.Command, r *prove.Result, hosts int) error {
	if len(r.Disagreements) > 0 {
		tab := rows.NewTable(6)
		tab.Add("HOST", "DIRECTION", "FROM", "TO", "TRANSPORT", "RESULT")
		for _, p := range r.Disagreements[:min(mostDisagreements, len(r.Disagreements))] {
			direction, result := "in", "passed, but is not permitted"
			if p.Out {
				direction = "out"
			}
			if p.Want {
				result = "dropped, but is permitted"
			}
			tab.Add(p.Host, direction, p.Source(), p.Destination(), p.Kind(), result)
		}
		if err := tab.Write(cmd.OutOrStdout()); err != nil {
			return err
		}
		if n := len(r.Disagreements) - mostDisagreements; n > 0 {
			fmt.Fprintf(cmd.OutOrStdout(), "and %d more\n", n)
		}
	}
	for _, u := range r.NotProbed {
		fmt.Fprintf(cmd.OutOrStdout(), "not all proven: %s (%s): %s\n", english.Count(len(u.Flows), "flow"), u.Why, strings.Join(u.Flows, ", "))
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s, %s, %d permitted, %s\n", english.Count(hosts, "host"), english.Count(r.Probes, "probe"), r.Permitted,
		english.Count(len(r.Disagreements), "disagreement"))
	return err
}
