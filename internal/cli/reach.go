package cli

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen/rows"
	"github.com/portspec/portspec/internal/cache"
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
		Short: "Tell which hosts of a site may reach which",
		Long: `Reach tells whether one host of a site may reach another, by which flows and
why. Without --from it lists who can reach a host, without --to what a host can
reach. An end is the id, a name or an address of a host, the id of a service
elsewhere, or any other address.

Optional flows and those of an installation count only with --optional and
--phase. The exit status is 0 if something is permitted, 1 if nothing is, and 2
if the answer depends on the port of a flow, which is not known.`,
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
			x, err := w.indexed(func() (*model.Deployment, error) {
				d, err := w.resolved(cmd, errReported)
				if err != nil {
					return nil, err
				}
				return d.Deployment, nil
			})
			if err != nil {
				return err
			}
			if err := options.FitPhases(x.Phases); err != nil {
				return err
			}
			q := reach.Query{Transport: transport, Port: port}
			if q.From, err = x.Find(from); err != nil {
				return fmt.Errorf("--from: %w", err)
			}
			if q.To, err = x.Find(to); err != nil {
				return fmt.Errorf("--to: %w", err)
			}
			return printReach(cmd.OutOrStdout(), cmd.ErrOrStderr(), x, q, options, format)
		},
	}
	flags := cmd.Flags()
	w.siteFlag(cmd)
	flags.StringVar(&from, "from", "", "who connects: a host, a service elsewhere or an address")
	flags.StringVar(&to, "to", "", "whom it connects to")
	flags.IntVar(&port, "port", 0, "only this port")
	flags.StringVar(&transport, "transport", "", "only this transport, such as tcp")
	flags.StringVar(&format, "format", "table", "table or json")
	policyFlags(cmd, &options)
	return cmd
}

// indexed returns the index of the site that --site names. It is cached until a file of the
// workspace, the site or the day changes: resolving a large site takes many times as long as
// answering a question about it.
func (w *workspace) indexed(resolve func() (*model.Deployment, error)) (*reach.Index, error) {
	store := w.Store()
	defer store.Close()
	keyed := func() (cache.Key, bool) {
		if store == nil || w.Site == "" {
			return cache.Key{}, false
		}
		return w.SiteKey("reach")
	}
	key, keep := keyed()
	if data, ok := store.Get(key); keep && ok {
		if x, err := reach.Decode(data); err == nil {
			return x, nil
		}
	}
	d, err := resolve()
	if err != nil {
		return nil, err
	}
	x := reach.NewIndex(d)
	// What was resolved may be newer than the key.
	if now, ok := keyed(); ok && keep && now == key {
		store.Put(key, x.Encode())
	}
	return x, nil
}

// printReach prints who reaches whom, and returns the error for the answer.
func printReach(out, log io.Writer, x *reach.Index, q reach.Query, options policy.Options, format string) error {
	all, err := x.Ask(q)
	if err != nil {
		return err
	}
	answers := slices.DeleteFunc(slices.Clone(all), func(a reach.Answer) bool { return !options.Wants(a.Permit) })
	if format == "json" {
		err = rows.ReachJSON(out, x.Site, q, answers)
	} else if len(answers) > 0 {
		err = rows.ReachTable(out, answers)
	}
	if err != nil {
		return err
	}
	permitted, unknown := reach.Told(answers)
	if n := len(all) - len(answers); n > 0 {
		fmt.Fprintf(log, "not counted: %s that are optional or for a phase; --optional and --phase include them\n", english.Count(n, "permit"))
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
