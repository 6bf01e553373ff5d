package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/portspec/portspec/internal/watch"
	ws "github.com/portspec/portspec/internal/workspace"
)

// watchedBy is set in the environment of the runs that --watch starts.
const watchedBy = "PORTSPEC_WATCHED"

// watchFlag adds --watch to a command, which runs it again whenever a file of
// the workspace changes. Call it last: it wraps what the command does.
//
// Each run is a process of its own. Evaluation cannot be stopped in any other
// way when the specs change again or exceed a limit, and what one run leaves
// behind, in memory or by a fault of CUE, cannot reach the next. The process of
// the next run is started, and warm, before it is needed.
func (w *workspace) watchFlag(cmd *cobra.Command) {
	var on bool
	cmd.Flags().BoolVar(&on, "watch", false, "run again whenever a file of the workspace changes, until interrupted")
	once := w.bounded(cmd.RunE)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		switch {
		case os.Getenv(watchedBy) != "":
			if awaitTurn(cmd.Context(), os.Stdin) != nil {
				return errSaid
			}
			return once(cmd, args)
		case on:
			return w.watch(cmd, args)
		}
		return once(cmd, args)
	}
}

// watch runs a command now and after every change. It returns when it is
// interrupted, with the outcome of the last run, and when the first run cannot be made.
func (w *workspace) watch(cmd *cobra.Command, args []string) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	r := &reruns{
		program: program, args: commandLine(cmd, args), screen: newScreen(cmd),
		find: func() (*watched, error) { return w.watched(cmd, args) },
	}
	if err := r.follow(cmd.Context()); err != nil {
		return err
	}
	status, err := r.loop(cmd.Context())
	switch {
	case err != nil:
		return err
	case status == statusFindings:
		return errFindings
	case status != statusFine:
		return errSaid
	}
	return nil
}

// commandLine is the arguments that say the same again, without --watch.
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

// reruns runs a program over and over.
type reruns struct {
	program string
	args    []string
	screen  *watchScreen
	find    func() (*watched, error) // what is to be watched
	files   *watched
	changes *watch.Watcher
	leave   context.CancelFunc // ends changes
	spare   *rerun             // that waits for the next run; nil for none
}

// follow watches the files that are to be watched now. Those of before are let go
// of only then, so that no change is lost.
func (r *reruns) follow(ctx context.Context) error {
	files, err := r.find()
	if err == nil && r.files != nil && r.files.config != "" && files.config == "" {
		// Without it the run would be about something else: all that is in the
		// binary, say.
		err = fmt.Errorf("the configuration %s is gone", ws.Near(r.files.config))
	}
	for range maxGivenUp { // the configuration may change just now
		if err != nil {
			return err
		}
		ctx, leave := context.WithCancel(ctx)
		changes, err := watch.Start(ctx, files.Set)
		if err != nil {
			leave()
			return err
		}
		if r.leave != nil {
			r.leave()
		}
		r.files, r.changes, r.leave = files, changes, leave
		again, err := r.find()
		if err != nil || again.Root == files.Root && slices.Equal(again.Files, files.Files) {
			return nil
		}
		files = again
	}
	return nil
}

// refollow does so when the configuration is among files that changed. Where it is
// not in order, or gone, nothing is to be run.
func (r *reruns) refollow(ctx context.Context, changed []string) error {
	if r.files.reconfigured(changed) {
		return r.follow(ctx)
	}
	return nil
}

// lost goes on with the configuration alone where the specs that it names are gone:
// they may come back, as with another branch of the repository, or it may say where
// they are now. It returns what is to be looked at again; nil where the watch has
// ended.
func (r *reruns) lost(ctx context.Context) []string {
	if !errors.Is(r.changes.Err(), watch.ErrGone) || r.files.config == "" || filepath.Dir(r.files.config) == r.files.Root {
		return nil
	}
	files := *r.files
	files.Set = watch.Set{Files: append(slices.Clone(files.configs), filepath.Join(files.Root, "cue.mod", "module.cue"))}
	files.configs = files.Files
	ctx, leave := context.WithCancel(ctx)
	changes, err := watch.Start(ctx, files.Set)
	if err != nil {
		leave()
		return nil
	}
	r.leave()
	r.files, r.changes, r.leave = &files, changes, leave
	return []string{files.config}
}

// maxGivenUp is how many runs in a row are given up for newer changes, so that
// files that never stop changing do not keep every run from its end.
const maxGivenUp = 3

// loop returns the status of the last run that came to its end.
func (r *reruns) loop(ctx context.Context) (status int, err error) {
	defer func() {
		r.leave()
		if r.spare != nil {
			r.spare.stop()
		}
	}()
	var changed []string
	givenUp, ran := 0, false
	for {
		err := r.refollow(ctx, changed)
		r.screen.begin(changed)
		started := time.Now()
		run := refused(err)
		if err == nil {
			run = r.start(ctx)
		}
		var again []string
		for ended := false; !ended; {
			select {
			case run.status = <-run.done:
				ended = true
			case names, ok := <-r.changes.Changes():
				if !ok {
					if names = r.lost(ctx); names == nil {
						run.stop()
						return status, r.changes.Err()
					}
					givenUp = 0 // there is nothing to go on with
				}
				again = append(again, names...)
				if givenUp < maxGivenUp {
					run.stop()
					run.status, ended = givenUpRun, true
				}
			}
		}
		if ctx.Err() != nil {
			return status, nil
		}
		if run.status == givenUpRun {
			givenUp++
			changed = again
			continue
		}
		givenUp, status = 0, run.status
		if err := r.screen.show(run); err != nil {
			return status, err
		}
		if !ran && status == statusFailed {
			return status, nil
		}
		ran = true
		if changed = again; len(changed) > 0 {
			continue
		}
		r.screen.wait(r.files.where, time.Since(started))
		r.prepare(ctx)
		var ok bool
		if changed, ok = <-r.changes.Changes(); !ok {
			if changed = r.lost(ctx); changed == nil {
				return status, r.changes.Err()
			}
		}
	}
}
