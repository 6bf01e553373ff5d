package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/load"
)

func newDiff(w *workspace) *cobra.Command {
	var format, failOn string
	var noCache, table bool
	cmd := &cobra.Command{
		Use:   "diff OLD [NEW]",
		Short: "What changed between two versions, for the people who must act on it",
		Long: `Diff compares two models, not their text, and says what follows: what a
firewall must open or may close, what has moved, which conditions are others, and
what is only wording. An id that only has another name is a rename.

A side is a folder, a commit as git calls it (main, HEAD~3, v1.2.0:specs), or
what portspec export printed (- for standard input); without NEW it is the
workspace. What is both a folder and a commit is the folder. In a commit the
workspace is the nearest folder with a cue.mod, or the only one. Nothing is
checked out or fetched.

With --site it also says which rules of which hosts are others. A site that is in
the workspace of a side is taken from there, and else from the disk.

Where the specs of a side have errors, they are printed, what can be compared is,
and the other products are named. The status is 0 where nothing differs, and 1
where something does: with --fail-on breaking only where that is breaking for
somebody (--breaking prints what is), with never never.`,
		Example: `  portspec diff main
  portspec diff v1.2.0 v1.3.0 --format markdown
  portspec diff old.json . --fail-on breaking`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if table {
				printBreakings(cmd.OutOrStdout())
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
			changes, err := w.diff(cmd, args, !noCache)
			if err != nil {
				return err
			}
			switch format {
			case "json":
				err = writeJSON(cmd, changes)
			case "markdown":
				diffMarkdown(cmd.OutOrStdout(), changes)
			default:
				diffText(cmd.OutOrStdout(), changes)
			}
			if err != nil {
				return err
			}
			if failOn == "any" && !changes.Empty() || failOn == "breaking" && (len(changes.Breaks()) > 0 || len(changes.NotCompared) > 0) {
				return errFindings
			}
			return nil
		},
	}
	w.siteFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&format, "format", "text", "text, json or markdown")
	flags.StringVar(&failOn, "fail-on", "any", "what the status is 1 for: any, breaking or never")
	flags.BoolVar(&noCache, "no-cache", false, "compare anew what was compared before")
	flags.BoolVar(&table, "breaking", false, "print what is breaking, for whom and why")
	return cmd
}

// diff compares what two arguments name. Two commits are compared once: the
// outcome is kept, unless specs have errors.
func (w *workspace) diff(cmd *cobra.Command, args []string, cached bool) (*diff.Changes, error) {
	sides, err := w.diffSides(cmd, args)
	if err != nil {
		return nil, err
	}
	kept := ""
	if cached && w.site == "" {
		kept = keptDiff(sides)
	}
	var changes diff.Changes
	if data, err := os.ReadFile(kept); kept != "" && err == nil && json.Unmarshal(data, &changes) == nil {
		return &changes, nil
	}
	results := make([]*load.Result, len(sides))
	for i, s := range sides {
		if results[i], err = s.load(cmd, w); err != nil {
			return nil, err
		}
		if errs := atLeast(results[i].Findings, diag.Error); len(errs) > 0 {
			kept = ""
			fmt.Fprintf(cmd.ErrOrStderr(), "the specs of %s have errors; what can be compared is:\n", sideName(s))
			p := diag.Printer{Files: results[i].Files, Name: func(file string) string { return file }}
			p.Print(cmd.ErrOrStderr(), errs)
		}
	}
	c := diff.CompareSides(
		diff.Side{Catalog: results[0].Catalog, Findings: results[0].Findings},
		diff.Side{Catalog: results[1].Catalog, Findings: results[1].Findings},
	)
	if w.site != "" {
		compareSites(c, results)
	}
	if kept != "" {
		keep(kept, c)
	}
	return c, nil
}

func sideName(s *diffSide) string {
	if s.name == "" {
		return "the workspace"
	}
	return s.name
}

// keptDiff is the file that keeps the outcome of comparing two commits with this
// very program; "" where it is not to be kept.
func keptDiff(sides []*diffSide) string {
	if slices.ContainsFunc(sides, func(s *diffSide) bool { return s.ref == nil }) {
		return ""
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	self, err := os.Executable()
	if err != nil {
		return ""
	}
	info, err := os.Stat(self)
	if err != nil {
		return ""
	}
	h := sha256.New()
	fmt.Fprintf(h, "%q %d %d", self, info.Size(), info.ModTime().UnixNano())
	for _, s := range sides {
		fmt.Fprintf(h, " %s %q %v", s.ref.Tree, s.ref.Path, s.ref.Named)
	}
	return filepath.Join(dir, "portspec", "diff", hex.EncodeToString(h.Sum(nil))+".json")
}

// keep writes an outcome, whole or not at all; that it cannot be kept is no
// fault.
func keep(name string, c *diff.Changes) {
	data, err := json.Marshal(c)
	if err != nil || os.MkdirAll(filepath.Dir(name), 0o700) != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(name), "new-*")
	if err != nil {
		return
	}
	_, err = f.Write(data)
	if closed := f.Close(); err != nil || closed != nil || os.Rename(f.Name(), name) != nil {
		os.Remove(f.Name())
	}
}
