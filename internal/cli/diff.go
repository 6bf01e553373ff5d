package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen/changes"
	"github.com/portspec/portspec/internal/compare"
)

// diffFlags are the flags of diff.
type diffFlags struct {
	format, failOn string
	table          bool
}

func newDiff(w *workspace) *cobra.Command {
	var f diffFlags
	cmd := &cobra.Command{
		Use:   "diff OLD [NEW]",
		Short: "Compare two versions, and show what users have to do",
		Long: `Diff compares two models, not their text, and reports the consequences: what a
firewall must open or may close, what has moved, which conditions have changed,
and what is only wording. If only an id has changed, it reports a rename.

A side is a folder, a git commit (main, HEAD~3, v1.2.0:specs), or a file written
by portspec export (- for standard input). NEW defaults to the workspace. A name
that is both a folder and a commit is an error: write ./NAME for the folder or
refs/heads/NAME for the branch. As in git diff, A..B compares A with B, and
A...B compares their merge base with B. In a commit, the workspace is the
nearest folder with a cue.mod, or the only one. Nothing is checked out or
fetched, and git replace has no effect.

With --site, diff also shows which rules of which hosts change. The site is read
from the workspace of each side if it is there, otherwise from disk.

Two releases of a product in the workspace, such as igel-ums@12.01 and
igel-ums@12.04, make an upgrade note. With --site, it goes host by host, as if
all hosts were upgraded, and ends with the order of work.

Two sites in YAML or JSON are compared host by host, using the products of the
workspace or, outside a workspace, those in the binary.

If the specs of a side have errors, diff prints them, compares what it can, and
names the products that it could not compare. The exit status is 0 if nothing
differs and 1 if something does. With --fail-on breaking, it is 1 only for
breaking changes (--breaking lists them), and with --fail-on never it is never 1.`,
		Example: `  portspec diff main
  portspec diff main...HEAD
  portspec diff v1.2.0 v1.3.0 --format markdown
  portspec diff old.json . --fail-on breaking
  portspec diff igel-ums@12.01 igel-ums@12.04 --site acme.yaml
  portspec diff old-site.yaml new-site.yaml`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(w, cmd, args) },
	}
	w.siteFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", "text", "text, json or markdown")
	flags.StringVar(&f.failOn, "fail-on", "any", "which changes make the exit status 1: any, breaking or never")
	flags.BoolVar(&f.table, "breaking", false, "print which changes are breaking, for whom and why")
	return cmd
}

// run compares two sides, and prints the changes.
func (f *diffFlags) run(w *workspace, cmd *cobra.Command, args []string) error {
	if f.table {
		changes.Breakings(cmd.OutOrStdout())
		return nil
	}
	if len(args) == 0 {
		return fmt.Errorf("nothing to compare with: name a folder, a commit, or exported JSON")
	}
	for _, err := range []error{
		oneOf("--format", f.format, "text", "json", "markdown"),
		oneOf("--fail-on", f.failOn, "any", "breaking", "never"),
	} {
		if err != nil {
			return err
		}
	}
	page, err := w.comparer(cmd).Page(cmd.Context(), args, f.format)
	if err != nil {
		return err
	}
	if _, err := cmd.OutOrStdout().Write(page.Text); err != nil {
		return err
	}
	if f.failOn == "any" && page.Differs || f.failOn == "breaking" && page.Breaks {
		return errFindings
	}
	return nil
}

// comparer returns a comparer for the project that the command works on.
func (w *workspace) comparer(cmd *cobra.Command) *compare.Comparer {
	return &compare.Comparer{Project: &w.Project, Stdin: cmd.InOrStdin()}
}
