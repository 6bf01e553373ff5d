package cli

import (
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/portspec/portspec/internal/project"
	"github.com/portspec/portspec/internal/rerun"
)

// watchFlag adds --watch to a command, which runs it again whenever a file of the
// workspace changes. Call it after RunE is set, which it wraps.
func (w *workspace) watchFlag(cmd *cobra.Command) {
	var on bool
	cmd.Flags().BoolVar(&on, "watch", false, "run again whenever a file of the workspace changes, until interrupted")
	once := w.bounded(cmd.RunE)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		switch {
		case rerun.IsRun():
			if rerun.AwaitTurn(cmd.Context(), os.Stdin) != nil {
				return errReported
			}
			return once(cmd, args)
		case on:
			return w.watch(cmd, args)
		}
		return once(cmd, args)
	}
}

// watch runs a command now and after every change. When it is interrupted, it returns
// the result of the last run. It fails if the first run cannot be started.
func (w *workspace) watch(cmd *cobra.Command, args []string) error {
	ended, err := rerun.Watch(cmd.Context(), w.watching(cmd, args))
	switch {
	case err != nil:
		return err
	case ended == statusFindings:
		return errFindings
	case ended != statusFine:
		return errReported
	}
	return nil
}

// watching returns the options for running a command again.
func (w *workspace) watching(cmd *cobra.Command, args []string) rerun.Options {
	return rerun.Options{
		Args: commandLine(cmd, args), Stdout: cmd.OutOrStdout(), Stderr: cmd.ErrOrStderr(),
		Find: func() (*rerun.Files, error) {
			now := workspace{Project: project.Project{Dir: w.Dir, Site: w.Site, ConfigFile: w.ConfigFile, Reading: w.Reading}}
			if cmd.Name() == "vet" {
				if err := now.takeDir(args); err != nil {
					return nil, err
				}
			}
			return rerun.FilesOf(&now.Project)
		},
	}
}

// commandLine returns the arguments of a command, without --watch.
func commandLine(cmd *cobra.Command, args []string) []string {
	line := []string{cmd.Name()}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Name == "watch" {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, v := range values {
			line = append(line, "--"+f.Name+"="+v)
		}
	})
	return append(append(line, "--"), args...)
}
