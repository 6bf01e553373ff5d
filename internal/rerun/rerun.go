// Package rerun runs a command again whenever a file that it reads changes ([Watch]).
//
// Each run is a process of its own. Evaluation cannot be stopped in any other
// way when the specs change again or exceed a limit, and what one run leaves
// behind, in memory or by a fault of CUE, cannot reach the next. The process of
// the next run is started, and warm, before it is needed.
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

// Options say what is run again, and where it prints.
type Options struct {
	Args           []string // of the program that runs now
	Stdout, Stderr io.Writer
	// Find says what is to be watched, as things are now.
	Find func() (*Files, error)
}

// Watch runs a command now and after every change. It returns when it is
// interrupted, with the status of the last run, and when the first run cannot be made.
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

// reruns runs a program over and over.
type reruns struct {
	program string
	args    []string
	screen  *display
	find    func() (*Files, error) // what is to be watched
	files   *Files
	changes *watch.Watcher
	leave   context.CancelFunc // ends changes
	spare   *process           // that waits for the next run; nil for none
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
