// Package rerun runs a command again whenever a file that it reads changes ([Watch]).
//
// Each run is a separate process, because CUE's evaluation can only be stopped by ending
// the process, and because memory use and faults of one run cannot affect the next. The
// process for the next run is started and warmed up in advance.
package rerun

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/portspec/portspec/internal/status"
	"github.com/portspec/portspec/internal/watch"
	ws "github.com/portspec/portspec/internal/workspace"
)

// Options configure a watch.
type Options struct {
	Args           []string // command line of the runs, for the current program
	Stdout, Stderr io.Writer
	// Find returns the files to watch. It is called again when the configuration changes.
	Find func() (*Files, error)
	// Take receives the standard output of each completed run, and its status and error output, in
	// place of Stdout; nil shows the output.
	Take func(status int, stdout, stderr []byte)
}

// Watch runs a command now and after every change. When it is interrupted, it returns the
// status of the last run. It fails if the first run cannot be started.
func Watch(ctx context.Context, o Options) (int, error) {
	program, err := os.Executable()
	if err != nil {
		return status.Failed, err
	}
	r := &reruns{program: program, args: o.Args, screen: newDisplay(o), find: o.Find}
	if err := r.follow(ctx); err != nil {
		return status.Failed, err
	}
	return r.loop(ctx)
}

// reruns is the state of a [Watch].
type reruns struct {
	program string
	args    []string
	screen  *display
	find    func() (*Files, error) // see [Options]
	files   *Files
	changes *watch.Watcher
	leave   context.CancelFunc // ends the current watch
	spare   *process           // waits for the next run; may be nil
}

// follow finds the files and watches them. The previous watch ends only afterwards, so
// that no change is lost.
func (r *reruns) follow(ctx context.Context) error {
	files, err := r.find()
	if err == nil && r.files != nil && r.files.config != "" && files.config == "" {
		// Without it, the next run would work on something else, such as the products in
		// the binary.
		err = fmt.Errorf("the configuration %s is gone", ws.Near(r.files.config))
	}
	for range maxGivenUp { // the configuration may be changing
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

// refollow calls follow if the configuration has changed. If the configuration is broken
// or gone, it returns an error, and nothing should be run.
func (r *reruns) refollow(ctx context.Context, changed []string) error {
	if r.files.reconfigured(changed) {
		return r.follow(ctx)
	}
	return nil
}

// lost watches the configuration alone after the specs that it names have disappeared:
// they may come back when another branch is checked out, or the configuration may change.
// It returns the files that changed, or nil if the watch has ended.
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

// maxGivenUp is how many runs in a row are given up for newer changes, so that some runs
// complete even if files never stop changing.
const maxGivenUp = 3

// loop returns the status of the last run that completed.
func (r *reruns) loop(ctx context.Context) (last int, err error) {
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
						return last, r.changes.Err()
					}
					givenUp = 0 // nothing left to run
				}
				again = append(again, names...)
				if givenUp < maxGivenUp {
					run.stop()
					run.status, ended = givenUpRun, true
				}
			}
		}
		if ctx.Err() != nil {
			return last, nil
		}
		if run.status == givenUpRun {
			givenUp++
			changed = again
			continue
		}
		givenUp, last = 0, run.status
		if err := r.screen.show(run); err != nil {
			return last, err
		}
		if !ran && last == status.Failed {
			return last, nil
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
				return last, r.changes.Err()
			}
		}
	}
}
