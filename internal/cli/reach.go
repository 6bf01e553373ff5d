package cli

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen/rows"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/reach"
)

func newReach(w *workspace) *cobra.Command {
	var from, to, transport, format string
	var port int
	var options policy.Options
	cmd := &cobra.Command{
		Use:   "reach --site SITE [--from HOST] [--to HOST]",
		Short: "Tell who may reach whom in a site",
		Long: `Reach tells whether one host of a site may reach another, by which flows and
why. Without --from it lists who can reach a host, without --to what a host can
reach. An end is the id, a name or an address of a host, the id of a service
elsewhere, or any other address.

Optional flows and those of an installation count only with --optional and
--phase. The exit status is 0 if something is permitted, 1 if nothing is, and 2
if nobody can tell, as the port of a flow is not known.`,
		Example: `  portspec reach --site acme.yaml --from desktops --to ums1 --port 8443
  portspec reach --site acme.yaml --to sql
  portspec reach --site acme.yaml --from 10.20.3.4 --format json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := oneOf("--format", format, "table", "json"); err != nil {
				return err
			}
			if from == "" && to == "" {
				return fmt.Errorf("missing --from or --to: the hosts to ask about; portspec resolve lists all permits")
			}
			if cmd.Flags().Changed("port") && (port < 1 || port > 65535) {
				return fmt.Errorf("--port %d: a port is from 1 to 65535", port)
			}
			asked := []string{"reach", from, to, transport, strconv.Itoa(port), format, fmt.Sprintf("%+v", options)}
			return w.answered(cmd, asked, func(out, log io.Writer) (bool, error) {
				d, err := w.resolved(cmd, errReported)
				if err != nil {
					return false, err
				}
				if err := options.Fit(d.Deployment); err != nil {
					return false, err
				}
				q := reach.Query{Transport: transport, Port: port}
				if q.From, err = reach.Find(d.Deployment, from); err != nil {
					return false, fmt.Errorf("--from: %w", err)
				}
				if q.To, err = reach.Find(d.Deployment, to); err != nil {
					return false, fmt.Errorf("--to: %w", err)
				}
				return true, reached(out, log, d.Deployment, q, options, format)
			})
		},
	}
	flags := cmd.Flags()
	w.siteFlag(cmd)
	flags.StringVar(&from, "from", "", "who starts: a host, a service elsewhere or an address")
	flags.StringVar(&to, "to", "", "who is reached")
	flags.IntVar(&port, "port", 0, "only this port")
	flags.StringVar(&transport, "transport", "", "only this transport, as tcp")
	flags.StringVar(&format, "format", "table", "table or json")
	policyFlags(cmd, &options)
	return cmd
}

// reached prints who reaches whom, and ends as that says.
func reached(out, log io.Writer, d *model.Deployment, q reach.Query, options policy.Options, format string) error {
	all := reach.Ask(d, q)
	answers := slices.DeleteFunc(slices.Clone(all), func(a reach.Answer) bool { return !options.Wants(a.Permit) })
	var err error
	if format == "json" {
		err = rows.ReachJSON(out, d.Site.ID, q, answers)
	} else if len(answers) > 0 {
		err = rows.ReachTable(out, answers)
	}
	if err != nil {
		return err
	}
	permitted, unknown := reach.Told(answers)
	if n := len(all) - len(answers); n > 0 {
		fmt.Fprintf(log, "not counted: %s that are optional or for a phase; --optional and --phase count them\n", english.Count(n, "permit"))
	}
	switch {
	case permitted:
		return nil
	case unknown:
		fmt.Fprintf(log, "cannot tell: %s\n", q)
		return errReported
	}
	fmt.Fprintf(log, "not permitted: %s\n", q)
	return errFindings
}
