package cli

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
)

func newVet(w *workspace) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "vet [DIR]",
		Short: "Check specs",
		Long: `Vet compiles all specs of the workspace and prints what is wrong with them, all
of it in one run, sorted by place. The status is 1 if there is any finding.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf("--format", format, "text", "json"); err != nil {
				return err
			}
			if err := w.takeDir(args); err != nil {
				return err
			}
			result, err := w.load(cmd.Context())
			if err != nil {
				return err
			}
			if format == "json" {
				err = writeJSON(cmd, struct {
					Findings diag.List `json:"findings"`
				}{append(diag.List{}, result.Findings...)})
				if err != nil {
					return err
				}
			} else {
				w.print(cmd.OutOrStdout(), result.Findings, result)
			}
			fmt.Fprintln(cmd.ErrOrStderr(), summary(result))
			if len(result.Findings) > 0 {
				return errFindings
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

// summary says in one line what was checked and how it went.
func summary(result *load.Result) string {
	counts := map[diag.Severity]int{}
	for _, f := range result.Findings {
		counts[f.Severity]++
	}
	rows, cited := 0, 0
	for _, p := range result.Catalog.Products {
		c := p.Coverage()
		rows += len(c.Rows)
		cited += len(c.Rows) - len(c.Missing())
	}
	if counts[diag.Error] > 0 {
		return fmt.Sprintf("%s, %s", plural(counts[diag.Error], "error"), plural(counts[diag.Warning], "warning"))
	}
	return fmt.Sprintf("%s, %s, %d of %d rows cited, %s",
		plural(len(result.Catalog.Products), "product"), plural(len(result.Catalog.Services), "shared service"),
		cited, rows, plural(len(result.Findings), "finding"))
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// oneOf refuses a flag's value that is none of those listed.
func oneOf(flag, value string, allowed ...string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	return fmt.Errorf("%s is %q; it can be %s", flag, value, enumerate(allowed))
}

// enumerate lists words as "a, b or c".
func enumerate(words []string) string {
	list := ""
	for i, word := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			list += " or "
		default:
			list += ", "
		}
		list += word
	}
	return list
}

// writeJSON prints a value as indented JSON.
func writeJSON(cmd *cobra.Command, value any) error {
	enc := json.NewEncoder(cmd.OutOrStdout())
	enc.SetIndent("", "  ")
	return enc.Encode(value)
}
