package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/internal/diag"
)

func newExplain(w *workspace) *cobra.Command {
	var flows []string
	cmd := &cobra.Command{
		Use:   "explain [CODE... | --site SITE HOST:PORT...]",
		Short: "Explain the code of a finding, or why a port of a site is open",
		Long: `Explain describes the rule behind a finding's code, why it matters, and how to
fix the finding, with an example. Without arguments, it lists all codes.

With --site, it shows what listens on a port of a host and who may reach it or,
with --flow, between which hosts a flow is permitted. It gives the reasons in
order (default, features, rules, the site itself), each with its line and the
vendor's rows. The host is an id, a name or an address. The exit status is 1 if
nothing listens on the port or the flow is not permitted.`,
		Example: `  portspec explain PS2101
  portspec explain --site specs/sites/ha ums1:30002
  portspec explain --site acme.yaml --flow igel-ums/os12-websocket`,
		ValidArgs: func() []string {
			var all []string
			for _, c := range diag.Codes {
				all = append(all, string(c.Code))
			}
			return all
		}(),
		RunE: func(cmd *cobra.Command, args []string) error {
			out := cmd.OutOrStdout()
			if w.Site != "" {
				if len(args)+len(flows) == 0 {
					return fmt.Errorf("with --site, name what to explain: HOST:PORT or --flow FLOW")
				}
				return w.explainSite(cmd, args, flows)
			}
			if len(flows) > 0 {
				return fmt.Errorf("--flow needs --site")
			}
			if len(args) == 0 {
				for _, c := range diag.Codes {
					fmt.Fprintf(out, "%s  %-7s  %s\n", c.Code, c.Severity, c.Title)
				}
				return nil
			}
			var codes []diag.Explanation
			for _, arg := range args {
				c, ok := diag.Lookup(diag.Code(strings.ToUpper(arg)))
				if !ok {
					if strings.Contains(arg, ":") {
						return fmt.Errorf("%s is not a code; to explain a port, name the site with --site", arg)
					}
					return fmt.Errorf("no code %s; portspec explain lists all codes", arg)
				}
				codes = append(codes, c)
			}
			for i, c := range codes {
				if i > 0 {
					fmt.Fprintln(out)
				}
				printCode(out, c)
			}
			return nil
		},
	}
	w.siteFlag(cmd)
	cmd.Flags().StringSliceVar(&flows, "flow", nil, "explain these flows of the site, given as FLOW or PRODUCT/FLOW")
	return cmd
}

func printCode(out io.Writer, c diag.Explanation) {
	fmt.Fprintf(out, "%s (%s): %s\n", c.Code, c.Severity, c.Title)
	fmt.Fprintf(out, "\nWhy:      %s\n", fold(c.Why))
	fmt.Fprintf(out, "Fix:      %s\n", fold(c.Fix))
	accept, piece := c.Accept()
	fmt.Fprintf(out, "Suppress: %s\n", fold(accept))
	if c.Wrong != "" {
		fmt.Fprintf(out, "\n  wrong: %s\n  right: %s\n", c.Wrong, c.Right)
	} else {
		fmt.Fprintf(out, "\n  wrong, for portspec %s:\n\n", c.Run())
		for line := range strings.Lines(c.Files) {
			fmt.Fprint(out, strings.TrimRight("    "+line, " \n")+"\n")
		}
	}
	if piece != "" {
		fmt.Fprintf(out, "\n  %s\n", piece)
	}
}

// fold wraps a text, and indents all lines but the first by the ten columns of a label.
func fold(text string) string {
	const width = 78
	var lines []string
	line := "          "
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > width {
			lines = append(lines, line)
			line = "          "
		}
		if strings.TrimSpace(line) != "" {
			line += " "
		}
		line += word
	}
	lines = append(lines, line)
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// severities lists the values of flags that take a severity, the most severe first.
var severities = []string{string(diag.Error), string(diag.Warning), string(diag.Info)}
