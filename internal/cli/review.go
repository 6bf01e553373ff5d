package cli

import (
	"github.com/spf13/cobra"
)

func newReview(w *workspace) *cobra.Command {
	var base, format string
	var noOutputs bool
	cmd := &cobra.Command{
		Use:   "review [DIR]",
		Short: "Report the effects of a pull request",
		Long: `Review compares the workspace with another commit and prints a report for a pull
request: who is affected and how, which findings are new or fixed, what the
network must open and may close (with a diagram), and which rules of the sites'
hosts and which outputs change. The outputs are those that portspec.yaml lists
or, without one, those that portspec generate writes. To compare them, review
generates both versions in memory; --no-outputs skips this.

The Markdown fits in a comment on GitHub, and mentions what had to be left out;
the JSON is complete. If the base branch has advanced, --base main... compares
with the merge base. The exit status is 1 if the workspace has errors that the
base does not have.`,
		Example: `  portspec review --base main
  portspec review --base origin/main >> "$GITHUB_STEP_SUMMARY"`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf("--format", format, "markdown", "json"); err != nil {
				return err
			}
			if err := w.takeDir(args); err != nil {
				return err
			}
			report, err := w.comparer(cmd).Review(cmd.Context(), base, !noOutputs)
			if err != nil {
				return err
			}
			if format == "json" {
				err = writeJSON(cmd, report)
			} else {
				_, err = cmd.OutOrStdout().Write(report.Markdown())
			}
			if err != nil {
				return err
			}
			if report.New.HasErrors() {
				return errFindings
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&base, "base", "HEAD", "base of the comparison: a commit, a folder, or exported JSON")
	cmd.Flags().BoolVar(&noOutputs, "no-outputs", false, "do not compare outputs")
	cmd.Flags().StringVar(&format, "format", "markdown", "markdown or json")
	return cmd
}
