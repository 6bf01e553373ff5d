package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen/changes"
	"github.com/portspec/portspec/internal/compare"
)

func newDiff(w *workspace) *cobra.Command {
	var format, failOn string
	var table bool
	cmd := &cobra.Command{
		Use:   "diff OLD [NEW]",
		Short: "What changed between two versions, for the people who must act on it",
		Long: `Diff compares two models, not their text, and says what follows: what a
firewall must open or may close, what has moved, which conditions are others, and
what is only wording. An id that only has another name is a rename.

A side is a folder, a commit as git calls it (main, HEAD~3, v1.2.0:specs), or
what portspec export printed (- for standard input); without NEW it is the
workspace. What is both a folder and a commit is refused: ./NAME is the folder, and
refs/heads/NAME the branch. A..B is A and B, as git diff has it, and A...B the
last commit that both have in common and B. In a commit the workspace is the
nearest folder with a cue.mod, or the only one. Nothing is checked out or
fetched, and git replace changes nothing.

With --site it also says which rules of which hosts are others. A site that is in
the workspace of a side is taken from there, and else from the disk.

Two sites in YAML or JSON are compared host by host, with the products of the
workspace or, outside one, of the binary.

Where the specs of a side have errors, they are printed, what can be compared is,
and the other products are named. The status is 0 where nothing differs, and 1
where something does: with --fail-on breaking only where that is breaking for
somebody (--breaking prints what is), with never never.`,
		Example: `  portspec diff main
  portspec diff main...HEAD
  portspec diff v1.2.0 v1.3.0 --format markdown
  portspec diff old.json . --fail-on breaking
  portspec diff old-site.yaml new-site.yaml`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if table {
				changes.Breakings(cmd.OutOrStdout())
				return nil
			}
			if len(args) == 0 {
				return fmt.Errorf("say what to compare with: a folder, a commit, or exported JSON")
			}
			for _, err := range []error{
				oneOf("--format", format, "text", "json", "markdown"),
				oneOf("--fail-on", failOn, "any", "breaking", "never"),
			} {
				if err != nil {
					return err
				}
			}
			page, err := w.comparer(cmd).Page(cmd.Context(), args, format)
			if err != nil {
				return err
			}
			if _, err := cmd.OutOrStdout().Write(page.Text); err != nil {
				return err
			}
			if failOn == "any" && page.Differs || failOn == "breaking" && page.Breaks {
				return errFindings
			}
			return nil
		},
	}
	w.siteFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&format, "format", "text", "text, json or markdown")
	flags.StringVar(&failOn, "fail-on", "any", "what the status is 1 for: any, breaking or never")
	flags.BoolVar(&table, "breaking", false, "print what is breaking, for whom and why")
	return cmd
}

// comparer compares with what the command works on.
func (w *workspace) comparer(cmd *cobra.Command) *compare.Comparer {
	return &compare.Comparer{Project: &w.Project, Stdin: cmd.InOrStdin()}
}
