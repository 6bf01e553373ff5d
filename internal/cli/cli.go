// Package cli is the command line: one file a command, flags in and text out. [Main]
// runs it.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
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

// errFindings ends a command that has already said what it found.
var errFindings = errors.New("findings")

// errSaid ends a command that could not run and has already said why.
var errSaid = errors.New("could not run")

// Main runs portspec with the arguments that follow its name and returns the
// exit status. Results go to stdout, everything else to stderr.
func Main(args []string, stdout, stderr io.Writer) int {
	asVetTool(args)
	collectLess()
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
	case errors.Is(err, errSaid):
		return statusFailed
	}
	fmt.Fprintf(log, "portspec: %v\n", err)
	return statusFailed
}

// giveUp ends a command whose work goes on: that has nothing more to say. It may
// be waiting for somebody to read what it printed, which is not waited for.
func giveUp(out, log *screen.Writer, err error) int {
	out.Shut()
	log.Shut()
	said := make(chan struct{})
	go func() {
		defer close(said)
		under := screen.Under(log)
		last := screen.NewWriter(under)
		if screen.IsTerminal(under) {
			screen.Erase(last, screen.Line) // how far it was
		}
		fmt.Fprintf(last, "portspec: %v\n", err)
	}()
	select {
	case <-said:
	case <-time.After(time.Second):
	}
	return statusFailed
}

// collectLess has garbage collected when the heap has grown to three times what
// lives, unless the user has said when. Evaluating specs makes much garbage, and
// little of it lives; more than that takes memory and saves no time, as the
// memory that is new has to be made ready.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
}

// newRoot is the command line, which prints to out and log. Cobra's completion asks
// for out as soon as it is added.
func newRoot(out, log io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "portspec",
		Short: "One checked source for who talks to whom on which port",
		Long: `portspec compiles specs of communication ports, written in CUE, into Go
constants, Markdown, Ansible variables and diagrams, and reports contradictions.

Without a directory a command works on the workspace it is in (the nearest
folder with a cue.mod), and outside one on the products that are embedded in
the binary. Exit status: 0 fine, 1 findings or differences, 2 could not run.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(out)
	root.SetErr(log)
	w := &workspace{}
	root.PersistentFlags().StringVarP(&w.Dir, "dir", "C", "", "work in the workspace of this folder")
	root.PersistentFlags().StringVar(&w.ConfigFile, "config", "", "the configuration, in place of the nearest portspec.yaml or portspec.cue")
	root.PersistentFlags().DurationVar(&w.limits.Time, "timeout", time.Minute, "how long the command may take; 0 for no limit")
	w.limits.Memory = 4 << 30
	w.Reading = ws.Limits{File: ws.MaxFile, Total: ws.MaxTotal}
	root.PersistentFlags().Var(&w.limits.Memory, "memory", "how much memory it may take, and so how much it may write; 0 for no limit")
	root.PersistentFlags().Var(&w.Reading.File, "max-file-size", "how large a file of the workspace may be")
	root.PersistentFlags().Var(&w.Reading.Total, "max-total-size", "how large all files that are read may be together")
	root.PersistentFlags().BoolVar(&w.NoCache, "no-cache", false, "evaluate everything anew, and keep nothing")
	root.AddCommand(
		newVet(w), newGenerate(w), newFlows(w), newExport(w), newResolve(w), newCoverage(w), newExplain(w), newDiff(w), newReview(w), newInit(w), newFmt(w), newLintGo(w), newVersion(),
	)
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		w.Log = cmd.ErrOrStderr()
		var once sync.Once
		w.Distrust = func(err error) {
			once.Do(func() {
				fmt.Fprintf(w.Log, "portspec: %v, or name another folder in PORTSPEC_CACHE\n", err)
			})
		}
		return refuseEmpty(cmd)
	}
	root.InitDefaultCompletionCmd("portspec")
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" { // a wrong shell must not yield a page of help
			cmd.Args = cobra.NoArgs
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
	w.bound(root)
	return root
}

// refuseEmpty refuses flags that are given without a value, which most often
// come from an unset variable of a script: nothing must not mean everything.
func refuseEmpty(cmd *cobra.Command) error {
	var err error
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

// A workspace is the specs that a command works on.
type workspace struct {
	project.Project
	limits limit.Limits
}

// bound keeps a command and those below it within the limits. With --watch it is
// each run that is, not the watch.
func (w *workspace) bound(cmd *cobra.Command) {
	if cmd.RunE != nil && cmd.Flags().Lookup("watch") == nil {
		cmd.RunE = w.bounded(cmd.RunE)
	}
	for _, sub := range cmd.Commands() {
		w.bound(sub)
	}
}

// bounded is what a command does, within the limits and without a trace where it
// fails by a fault.
func (w *workspace) bounded(run func(*cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		lift := limit.Process(w.limits)
		_, err := limit.Within(cmd.Context(), w.limits, func(ctx context.Context) (struct{}, error) {
			cmd.SetContext(ctx)
			return struct{}{}, run(cmd, args)
		})
		if errors.As(err, new(limit.Exceeded)) {
			limit.EndChildren() // compilers that lint-go waited for would go on
			return err          // and so does the work, within the bounds
		}
		lift()
		return err
	}
}

// takeDir makes the optional argument of a command its folder.
func (w *workspace) takeDir(args []string) error {
	if len(args) == 1 {
		if w.Dir != "" {
			return fmt.Errorf("directory specified twice: --dir %s and %s", w.Dir, args[0])
		}
		w.Dir = args[0]
	}
	return nil
}

// catalog is the products of the folder that a command's optional argument
// names, as sound finds them.
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

// sound is what load finds, for commands that need specs without errors. It
// prints the errors and fails if there are any.
func (w *workspace) sound(cmd *cobra.Command) (*load.Result, error) {
	result, err := w.Load(cmd.Context())
	if err != nil {
		return nil, err
	}
	if result.Findings.HasErrors() {
		w.print(cmd.ErrOrStderr(), result.Findings.AtLeast(diag.Error), result)
		return nil, errFindings
	}
	return result, nil
}

// print shows findings as text, but for those that are suppressed.
func (w *workspace) print(out io.Writer, list diag.List, result *load.Result) {
	list, _ = list.Split()
	p := diag.Printer{Files: result.Files, Color: screen.Colored(out), Name: w.FileName}
	p.Print(out, list)
}
