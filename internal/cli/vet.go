package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen/rows"
	"github.com/portspec/portspec/internal/config"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diag/report"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/load"
)

// vetFlags are the flags of vet.
type vetFlags struct {
	format, level, failOn, age string
}

func newVet(w *workspace) *cobra.Command {
	var f vetFlags
	cmd := &cobra.Command{
		Use:   "vet [DIR]",
		Short: "Check specs and sites",
		Long: `Vet compiles all specs of the workspace, resolves its sites (or only the one
given with --site), and reports all problems in one run, sorted by position. The
exit status is 1 if a finding is at least as severe as --fail-on. portspec
explain describes the code of a finding.

A product or a site can accept a warning or an info in its field suppress, with
a reason. Suppressed findings are counted, but not shown, and do not count as
failures.

The formats are text for people, json with all fields, github for annotations
(GitHub shows ten of each severity, so the tenth lists the rest), gitlab for
code quality reports, junit for test reports, and sarif for code scanning. In
the last four, paths are relative to the root of the git repository. Suppressed
findings are skipped tests in junit and suppressed results in sarif.`,
		Example: `  portspec vet
  portspec vet --format github
  portspec vet --format sarif > portspec.sarif`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(w, cmd, args) },
	}
	w.siteFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", "text", strings.Join(findingFormats(), ", "))
	flags.StringVar(&f.level, "level", "warning", "the least severe findings to show: error, warning or info")
	flags.StringVar(&f.failOn, "fail-on", "warning", "the least severe findings to fail on: error, warning, info or never")
	flags.BoolVar(&w.Checks.All, "no-suppress", false, "also report suppressed findings")
	flags.StringVar(&f.age, "source-age", "", "report sources that are older than this, such as 5y, 18m or 90d")
	w.watchFlag(cmd)
	return cmd
}

// run loads the workspace, resolves its sites, and prints the findings.
func (f *vetFlags) run(w *workspace, cmd *cobra.Command, args []string) error {
	for _, err := range []error{
		oneOf("--format", f.format, findingFormats()...),
		oneOf("--level", f.level, severities...),
		oneOf("--fail-on", f.failOn, append(severities, "never")...),
		w.takeDir(args),
	} {
		if err != nil {
			return err
		}
	}
	var err error
	if w.Checks.SourcesSince, err = since(time.Now(), f.age); err != nil {
		return err
	}
	w.Lean = true
	result, err := w.Load(cmd.Context())
	var broken *config.Error
	if errors.As(err, &broken) && f.format != "text" {
		if err := w.printBroken(cmd, f.format, broken); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	_, found, err := w.Deployments(result)
	if err != nil {
		return err
	}
	result.Findings = append(result.Findings, found...).Sort()
	open, suppressed := result.Findings.Split()
	shown := open.AtLeast(diag.Severity(f.level))
	suppressed = suppressed.AtLeast(diag.Severity(f.level))
	if err := w.printVet(cmd, f.format, shown, suppressed, result); err != nil {
		return err
	}
	fmt.Fprintln(cmd.ErrOrStderr(), summary(result, shown)+w.which()+accepted(suppressed))
	if f.failOn != "never" && len(open.AtLeast(diag.Severity(f.failOn))) > 0 {
		return errFindings
	}
	return nil
}

// printVet prints findings in a format. Text leaves out suppressed findings.
func (w *workspace) printVet(cmd *cobra.Command, format string, shown, suppressed diag.List, result *load.Result) error {
	switch format {
	case "text":
		w.print(cmd.OutOrStdout(), shown, result)
		return nil
	case "json":
		return writeJSON(cmd, struct {
			Findings   diag.List `json:"findings"`
			Suppressed diag.List `json:"suppressed,omitempty"`
		}{rows.NotNull(shown), suppressed})
	}
	r, err := w.report(slices.Concat(shown, suppressed).Sort(), result)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(report.Formats, func(f report.Format) bool { return f.Name == format })
	return report.Formats[i].Write(cmd.OutOrStdout(), r)
}

// printBroken prints the findings about the configuration in a format for programs, which can
// then show them at their lines. The error message is printed as well.
func (w *workspace) printBroken(cmd *cobra.Command, format string, broken *config.Error) error {
	w.SiteNames = make(map[string]string)
	for _, f := range broken.Found {
		w.SiteNames[f.Position.File] = broken.Name
	}
	return w.printVet(cmd, format, broken.Found, nil, &load.Result{Files: broken})
}

// which returns a note that the products in the binary were checked instead of a
// workspace, since the user may have meant the files in the current folder.
func (w *workspace) which() string {
	if w.Root != "" {
		return ""
	}
	if files, err := filepath.Glob("*.cue"); err == nil && len(files) > 0 {
		return " in the binary; the .cue files here were ignored because this is not a workspace (portspec init creates one)"
	}
	return " in the binary"
}

// since returns the date that lies the given age before now, in the format of sources;
// "" if there is no age.
func since(now time.Time, age string) (string, error) {
	if age == "" {
		return "", nil
	}
	n, err := strconv.Atoi(age[:len(age)-1])
	if err == nil && n > 0 && n < 1000 {
		switch age[len(age)-1] {
		case 'y':
			return now.AddDate(-n, 0, 0).Format(time.DateOnly), nil
		case 'm':
			return now.AddDate(0, -n, 0).Format(time.DateOnly), nil
		case 'd':
			return now.AddDate(0, 0, -n).Format(time.DateOnly), nil
		}
	}
	return "", fmt.Errorf("--source-age %q is not a number of years, months or days, such as 5y, 18m or 90d", age)
}

// accepted returns a note with the number of suppressed findings, if any.
func accepted(suppressed diag.List) string {
	if len(suppressed) == 0 {
		return ""
	}
	return fmt.Sprintf(", %d suppressed", len(suppressed))
}

// summary returns one line about what was checked and the result.
func summary(result *load.Result, shown diag.List) string {
	counts := map[diag.Severity]int{}
	for _, f := range shown {
		counts[f.Severity]++
	}
	if counts[diag.Error] > 0 {
		return fmt.Sprintf("%s, %s", english.Count(counts[diag.Error], "error"), english.Count(counts[diag.Warning], "warning"))
	}
	sites := ""
	if n := len(result.Sites); n > 0 {
		sites = english.Count(n, "site") + ", "
	}
	return fmt.Sprintf("%s, %s, %s%d of %d rows cited, %s",
		english.Count(result.Counts.Products, "product"), english.Count(result.Counts.Services, "shared service"), sites,
		result.Counts.Cited, result.Counts.Rows, english.Count(len(shown), "finding"))
}
