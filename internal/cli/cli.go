// Package cli implements the command line, with one file for each command. [Main] runs it.
package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/limit"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/project"
	"github.com/portspec/portspec/internal/screen"
	"github.com/portspec/portspec/internal/status"
	ws "github.com/portspec/portspec/internal/workspace"
)

// Exit statuses.
const (
	statusFine     = status.Fine
	statusFindings = status.Findings
	statusFailed   = status.Failed
)

// errFindings ends a command that has already printed its findings.
var errFindings = errors.New("findings")

// errReported ends a command that could not run and has already printed why.
var errReported = errors.New("could not run")

// Main runs portspec with the arguments that follow its name and returns the
// exit status. Results go to stdout, everything else to stderr.
func Main(args []string, stdout, stderr io.Writer) int {
	asVetTool(args)
	raiseGCPercent()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	out, log := screen.NewWriter(stdout), screen.NewWriter(stderr)
	defer log.Close()
	cmd := newRoot(out, log)
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(ctx)
	if errors.As(err, new(limit.Exceeded)) {
		return giveUp(out, log, err)
	}
	if failed := out.Close(); failed != nil && (err == nil || errors.Is(err, errFindings)) {
		err = fmt.Errorf("writing the results: %w", failed)
	}
	switch {
	case err == nil:
		return statusFine
	case errors.Is(err, errFindings):
		return statusFindings
	case errors.Is(err, errReported):
		return statusFailed
	}
	fmt.Fprintf(log, "portspec: %v\n", err)
	return statusFailed
}

// giveUp reports the error of a command that is still running, and keeps it from
// printing anything else. If nobody reads what it printed, the command may be blocked in
// a write, so giveUp waits a second at most.
func giveUp(out, log *screen.Writer, err error) int {
	out.Shut()
	log.Shut()
	printed := make(chan struct{})
	go func() {
		defer close(printed)
		under := screen.Under(log)
		var text bytes.Buffer
		last := screen.NewWriter(&text)
		if screen.IsTerminal(under) {
			screen.Erase(last, screen.Line) // of progress
		}
		fmt.Fprintf(last, "portspec: %v\n", err)
		last.Close()
		limit.Tell(under, text.Bytes())
	}()
	select {
	case <-printed:
	case <-time.After(time.Second):
	}
	return statusFailed
}

// raiseGCPercent lets the heap grow to three times the live data before garbage is
// collected, unless the user has set GOGC. Evaluating specs makes much garbage, of which
// little survives. A higher percentage takes more memory and saves no time, because new
// memory has to be mapped and cleared.
//
// The first collection waits for a heap of 16 MB, which a small workspace does not reach. It would
// take a tenth of the time of such a run.
func raiseGCPercent() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(400)
	type unused struct{ _ *int } // is collected first
	runtime.AddCleanup(&unused{}, func(percent int) { debug.SetGCPercent(percent) }, usualGCPercent)
}

// newRoot returns the root command, which prints to out and log. They are parameters
// because Cobra's completion command captures out when it is added.
func newRoot(out, log io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "portspec",
		Short: "One checked source of truth for communication ports",
		Long: `portspec compiles specs of communication ports, written in CUE, and reports
contradictions. It generates Go constants, Markdown, a web site, Ansible
variables and playbooks, diagrams, firewall requests and firewall rules.

Without a directory, a command works on the current workspace (the nearest
folder with a cue.mod) or, outside a workspace, on the products embedded in the
binary. Exit status: 0 success, 1 findings or differences, 2 could not run.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(out)
	root.SetErr(log)
	w := &workspace{}
	root.PersistentFlags().StringVarP(&w.Dir, "dir", "C", "", "work on the workspace that contains this folder")
	root.PersistentFlags().StringVar(&w.ConfigFile, "config", "", "configuration file (default the nearest portspec.yaml or portspec.cue)")
	root.PersistentFlags().DurationVar(&w.limits.Time, "timeout", time.Minute, "time limit for the command; 0 for no limit")
	w.limits.Memory = 4 << 30
	w.Reading = ws.Limits{File: ws.MaxFile, Total: ws.MaxTotal}
	root.PersistentFlags().Var(&w.limits.Memory, "memory", "memory limit, which also limits the size of the outputs; 0 for no limit")
	root.PersistentFlags().Var(&w.Reading.File, "max-file-size", "maximum size of a file in the workspace")
	root.PersistentFlags().Var(&w.Reading.Total, "max-total-size", "maximum total size of all files read")
	root.PersistentFlags().BoolVar(&w.NoCache, "no-cache", false, "evaluate everything again, and do not write to the cache")
	root.AddCommand(
		newVet(w), newGenerate(w), newFlows(w), newExport(w), newResolve(w), newReach(w), newAudit(w), newProve(w), newCoverage(w), newExplain(w), newDiff(w), newReview(w), newInit(w), newFmt(w), newLintGo(w), newServe(w), newVersion(),
	)
	root.PersistentPreRunE = func(cmd *cobra.Command, args []string) error {
		w.Log = cmd.ErrOrStderr()
		var once sync.Once
		w.Distrust = func(err error) {
			once.Do(func() {
				fmt.Fprintf(w.Log, "portspec: %v, or name another folder in PORTSPEC_CACHE\n", err)
			})
		}
		return refuseEmpty(cmd, args)
	}
	root.InitDefaultCompletionCmd("portspec")
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" { // an unknown shell must be an error
			cmd.Args = cobra.NoArgs
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
	w.bound(root)
	return root
}

// refuseEmpty rejects empty arguments, and flags with an empty value. Most often they come from
// an unset variable in a script, and an empty filter would select everything.
func refuseEmpty(cmd *cobra.Command, args []string) error {
	var err error
	if i := slices.Index(args, ""); i >= 0 && cmd.Name() != cobra.ShellCompRequestCmd { // which completes it
		err = fmt.Errorf("argument %d of %s is empty", i+1, cmd.CommandPath())
	}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
			for i, v := range values {
				values[i] = strings.TrimSpace(v)
			}
			if e := list.Replace(values); e != nil {
				err = e
			}
		}
		if len(values) == 0 || slices.Contains(values, "") {
			err = fmt.Errorf("--%s is empty", f.Name)
		}
	})
	return err
}

// A workspace is what a command works on, and its limits.
type workspace struct {
	project.Project
	limits limit.Limits
}

// boundItself is the annotation of a command that runs until it is interrupted, and applies the
// limits itself to each piece of work.
const boundItself = "bound-itself"

// bound makes a command and its subcommands obey the limits. With --watch, the limits
// apply to each run, not to the watch.
func (w *workspace) bound(cmd *cobra.Command) {
	if cmd.RunE != nil && cmd.Flags().Lookup("watch") == nil && cmd.Annotations[boundItself] == "" {
		cmd.RunE = w.bounded(cmd.RunE)
	}
	for _, sub := range cmd.Commands() {
		w.bound(sub)
	}
}

// bounded wraps run so that it obeys the limits, and returns an error instead of
// panicking.
func (w *workspace) bounded(run func(*cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		lift := limit.Process(w.limits)
		_, err := limit.Within(cmd.Context(), w.limits, func(ctx context.Context) (struct{}, error) {
			cmd.SetContext(ctx)
			return struct{}{}, run(cmd, args)
		})
		if errors.As(err, new(limit.Exceeded)) {
			limit.EndChildren() // such as compilers started by lint-go
			return err          // run is still going, so the limits of the process stay
		}
		lift()
		return err
	}
}

// takeDir uses the optional argument of a command as its folder.
func (w *workspace) takeDir(args []string) error {
	if len(args) == 1 {
		if w.Dir != "" {
			return fmt.Errorf("directory specified twice: --dir %s and %s", w.Dir, args[0])
		}
		w.Dir = args[0]
	}
	return nil
}

// catalog returns the products of the folder that the optional argument names. Like
// sound, it fails if they have errors.
func (w *workspace) catalog(cmd *cobra.Command, args []string) (*model.Catalog, error) {
	if err := w.takeDir(args); err != nil {
		return nil, err
	}
	result, err := w.sound(cmd)
	if err != nil {
		return nil, err
	}
	return result.Catalog, nil
}

// sound loads the specs for a command that needs them to be free of errors. If there are
// errors, it prints them and fails. Otherwise it prints which links it did not follow.
func (w *workspace) sound(cmd *cobra.Command) (*load.Result, error) {
	result, err := w.Load(cmd.Context())
	if err != nil {
		return nil, err
	}
	if result.Findings.HasErrors() {
		w.print(cmd.ErrOrStderr(), result.Findings.AtLeast(diag.Error), result)
		return nil, errFindings
	}
	w.print(cmd.ErrOrStderr(), notFollowed(result.Findings), result)
	return result, nil
}

// notFollowed returns the findings about links to specs that are missing from the result, and
// whose outputs generate would delete.
func notFollowed(all diag.List) (found diag.List) {
	for _, f := range all {
		if f.Code == diag.LinkNotFollowed {
			found = append(found, f)
		}
	}
	return found
}

// print prints findings as text, except for suppressed ones.
func (w *workspace) print(out io.Writer, list diag.List, result *load.Result) {
	list, _ = list.Split()
	p := diag.Printer{Files: result.Files, Color: screen.Colored(out), Name: w.FileName}
	p.Print(out, list)
}
