package cli

import (
	"github.com/spf13/cobra"
)

func newReview(w *workspace) *cobra.Command {
	var base, format string
	var noOutputs bool
	cmd := &cobra.Command{
		Use:   "review [DIR]",
		Short: "One report of what a pull request means, in Markdown or JSON",
		Long: `Review compares the workspace with the same in another commit and prints one
report for a pull request, in Markdown: what it means for whom, findings that
are new or fixed, what the network must open and may close, with a diagram, which
rules of which hosts of the sites change, and which outputs: those that
portspec.yaml lists, and without one those that portspec generate makes. It keeps
within the size of a comment on GitHub and says what it leaves out; --format json
leaves nothing out. Where the base has gone on, --base main... compares with the
commit that it was left at. To know which outputs change, those of both versions
are made, in memory; --no-outputs leaves that out. The status is 1 where the
workspace has errors that the base has not.`,
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
	cmd.Flags().StringVar(&base, "base", "HEAD", "what to compare with: a commit, a folder, or exported JSON")
	cmd.Flags().BoolVar(&noOutputs, "no-outputs", false, "do not say which outputs change")
	cmd.Flags().StringVar(&format, "format", "markdown", "markdown or json")
	return cmd
}
