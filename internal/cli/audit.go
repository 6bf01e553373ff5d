package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen/rows"
	"github.com/portspec/portspec/internal/audit"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/evidence"
	ws "github.com/portspec/portspec/internal/workspace"
)

// auditFlags are the flags of audit.
type auditFlags struct {
	host, kind, format string
	options            audit.Options
}

func newAudit(w *workspace) *cobra.Command {
	var f auditFlags
	cmd := &cobra.Command{
		Use:   "audit --site SITE --host HOST FILE...",
		Short: "Compare evidence from a machine with a site",
		Long: `Audit compares evidence from a machine with what a site says about the host:
which sockets listen, and what the firewall lets in and out. A file is the output
of ss -tulpn, nft -j list ruleset, iptables-save, ip6tables-save, nmap -oX, or
cmdlets of PowerShell such as Get-NetFirewallRule, as JSON or CSV. The format is
detected from the content; - is standard input.

Nothing is judged without evidence. The exit status is 0 if evidence and
site agree, 1 if they do not, and 2 if the evidence is not enough to tell.`,
		Example: `  ss -tulpn >ss.txt; nft -j list ruleset >nft.json
  portspec audit --site acme.yaml --host ums1 ss.txt nft.json`,
		RunE: func(cmd *cobra.Command, files []string) error { return f.run(w, cmd, files) },
	}
	flags := cmd.Flags()
	w.siteFlag(cmd)
	flags.StringVar(&f.host, "host", "", "the host that the evidence is from")
	flags.StringVar(&f.kind, "kind", "", "format of the files: ss, nmap, nft, iptables, ip6tables or powershell (default by content)")
	flags.StringSliceVar(&f.options.Interfaces, "interface", nil, "the interfaces that the traffic of the site goes through; rules for others do not count")
	flags.BoolVar(&f.options.Partial, "allow-partial", false, "ignore what no rule can express, such as an unknown port")
	flags.StringVar(&f.format, "format", "table", "table or json")
	policyFlags(cmd, &f.options.Options)
	return cmd
}

// run compares the evidence in files with the site, and prints the result.
func (f *auditFlags) run(w *workspace, cmd *cobra.Command, files []string) error {
	if err := oneOf("--format", f.format, "table", "json"); err != nil {
		return err
	}
	if f.kind != "" {
		if err := oneOf("--kind", f.kind, evidence.Kinds...); err != nil {
			return err
		}
	}
	switch {
	case f.host == "":
		return errors.New("missing --host: the host that the evidence is from")
	case len(files) == 0:
		return errors.New("missing evidence: a file with the output of ss -tulpn or another program; portspec audit --help lists them")
	}
	d, err := w.resolved(cmd, errReported)
	if err != nil {
		return err
	}
	if err := f.options.Fit(d.Deployment); err != nil {
		return err
	}
	chosen, err := d.choose([]string{f.host})
	if err != nil {
		return err
	}
	machine, err := w.evidence(cmd.InOrStdin(), files, evidence.Kind(f.kind))
	if err != nil {
		return err
	}
	report, err := audit.Run(d.Deployment, chosen[0], machine, f.options)
	if err != nil {
		return err
	}
	if f.format == "json" {
		err = rows.AuditJSON(cmd.OutOrStdout(), report)
	} else {
		err = rows.AuditTable(cmd.OutOrStdout(), report)
	}
	if err != nil {
		return err
	}
	return conclude(cmd.ErrOrStderr(), report)
}

// evidence reads all files of a machine.
func (w *workspace) evidence(stdin io.Reader, names []string, kind evidence.Kind) (*evidence.Machine, error) {
	most := cmp.Or(int64(w.Reading.File), int64(ws.MaxFile))
	var files []*evidence.File
	for _, name := range names {
		var data []byte
		var err error
		if name == "-" {
			data, err = io.ReadAll(io.LimitReader(stdin, most+1))
			if err == nil && int64(len(data)) > most {
				err = fmt.Errorf("standard input is larger than --max-file-size %s", w.Reading.File.String())
			}
		} else {
			data, err = ws.ReadNamed(name, most)
		}
		if err != nil {
			return nil, err
		}
		f, err := evidence.Read(name, data, kind)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return evidence.Join(files)
}

// conclude returns the error for the result of a comparison, and prints what the table does not
// show.
func conclude(log io.Writer, r *audit.Report) error {
	if r.Local > 0 {
		fmt.Fprintf(log, "not compared: %s that only the machine itself can reach\n", english.Count(r.Local, "socket"))
	}
	agrees, unknown := r.Agrees()
	switch {
	case !agrees:
		return errFindings
	case unknown:
		fmt.Fprintln(log, "cannot tell: the evidence is not enough for everything")
		return errReported
	}
	return nil
}
