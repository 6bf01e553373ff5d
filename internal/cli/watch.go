package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/watch"
)

// watchedBy is set in the environment of the runs that --watch starts.
const watchedBy = "PORTSPEC_WATCHED"

// watchFlag adds --watch to a command, which runs it again whenever a file of
// the workspace changes. Call it last: it wraps what the command does.
//
// Each run is a process of its own. Evaluation cannot be stopped in any other
// way when the specs change again or exceed a limit, and what one run leaves
// behind, in memory or by a fault of CUE, cannot reach the next.
func (w *workspace) watchFlag(cmd *cobra.Command) {
	var on bool
	cmd.Flags().BoolVar(&on, "watch", false, "run again whenever a file of the workspace changes, until interrupted")
	once := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if !on || os.Getenv(watchedBy) != "" {
			return once(cmd, args)
		}
		return w.watch(cmd, args)
	}
}

// watch runs a command now and after every change. It returns when it is
// interrupted, with the outcome of the last run, and when the first run cannot be made.
func (w *workspace) watch(cmd *cobra.Command, args []string) error {
	set, err := w.watched(cmd, args)
	if err != nil {
		return err
	}
	changes, err := watch.Start(cmd.Context(), set)
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	r := &reruns{program: program, args: commandLine(cmd, args), screen: newScreen(cmd), changes: changes}
	status, err := r.loop(cmd.Context(), where(set))
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

// watched is the files that a command reads.
func (w *workspace) watched(cmd *cobra.Command, args []string) (watch.Set, error) {
	dir := w.dir
	if cmd.Name() == "vet" && len(args) == 1 {
		dir = args[0]
	}
	if dir == "" {
		dir = "."
	}
	root, err := load.FindRoot(dir)
	if err != nil {
		return watch.Set{}, err
	}
	set := watch.Set{Root: root, LeavesOut: unread, Matters: read}
	if w.site != "" {
		info, err := os.Stat(w.site)
		if err != nil {
			return watch.Set{}, fmt.Errorf("--site: %w", err)
		}
		if !info.IsDir() {
			set.Files = append(set.Files, w.site)
		}
	}
	if root == "" && w.site == "" {
		return watch.Set{}, errors.New("there is nothing to watch: this is no workspace, and the specs in the binary do not change; portspec init makes a workspace")
	}
	return set, nil
}

// unread reports whether a folder of a workspace is never read. Of cue.mod what
// the loader gets to see is: its files, and modules that lie there.
func unread(dir string) bool {
	if dir == "cue.mod" || strings.HasPrefix(dir, "cue.mod/") {
		return dir == load.CopiedTo
	}
	return load.LeavesOut(dir)
}

// read reports whether a file of a workspace may be read, by its name. Files
// that start with a dot are editors': Emacs locks x.cue by .#x.cue.
func read(name string) bool {
	base := path.Base(name)
	return path.Ext(base) == ".cue" && !strings.HasPrefix(base, ".") && !strings.HasPrefix(base, "_")
}

// where says what is watched.
func where(set watch.Set) string {
	var names []string
	for _, name := range append([]string{set.Root}, set.Files...) {
		if name != "" {
			names = append(names, near(name))
		}
	}
	return strings.Join(names, " and ")
}

// near is a path from the current folder where it is below it.
func near(name string) string {
	if cwd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(cwd, name); err == nil && filepath.IsLocal(rel) {
			return rel
		}
	}
	return name
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
	screen  *screen
	changes *watch.Watcher
}

// maxGivenUp is how many runs in a row are given up for newer changes, so that
// files that never stop changing do not keep every run from its end.
const maxGivenUp = 3

// loop returns the status of the last run that came to its end.
func (r *reruns) loop(ctx context.Context, where string) (status int, err error) {
	var changed []string
	givenUp, ran := 0, false
	for {
		r.screen.begin(changed)
		started := time.Now()
		run := r.start(ctx)
		var again []string
		for ended := false; !ended; {
			select {
			case run.status = <-run.done:
				ended = true
			case names, ok := <-r.changes.Changes():
				if !ok {
					run.stop()
					return status, r.changes.Err()
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
		r.screen.wait(where, time.Since(started))
		var ok bool
		if changed, ok = <-r.changes.Changes(); !ok {
			return status, r.changes.Err()
		}
	}
}

// givenUpRun is the status of a run that was stopped.
const givenUpRun = -1

// A rerun is one run of the program.
type rerun struct {
	stdout, stderr *bytes.Buffer // the same where both are one terminal
	status         int
	done           chan int
	cancel         context.CancelFunc
}

// stopping is how long a run that is stopped may go on. It is long because files
// are being written: a run that is killed then leaves whole files, but old and
// new ones.
const stopping = 10 * time.Second

func (r *reruns) start(ctx context.Context) *rerun {
	run := &rerun{stdout: new(bytes.Buffer), stderr: new(bytes.Buffer), done: make(chan int, 1)}
	if r.screen.terminal {
		run.stderr = run.stdout
	}
	ctx, run.cancel = context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, r.program, r.args...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(os.Environ(), watchedBy+"=1")
	if r.screen.color {
		cmd.Env = append(cmd.Env, "CLICOLOR_FORCE=1")
	}
	cmd.Stdout, cmd.Stderr = run.stdout, run.stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopping
	go func() {
		err := cmd.Run()
		var exit *exec.ExitError
		switch {
		case err == nil:
			run.done <- statusFine
		case errors.As(err, &exit):
			run.done <- exit.ExitCode()
		default:
			fmt.Fprintf(run.stderr, "portspec: %v\n", err)
			run.done <- statusFailed
		}
	}()
	return run
}

// stop ends a run and waits for its end.
func (r *rerun) stop() {
	r.cancel()
	<-r.done
}

// A screen is where runs print.
type screen struct {
	stdout, stderr io.Writer
	terminal       bool // both are one, and each run takes the place of the one before
	color          bool
}

func newScreen(cmd *cobra.Command) *screen {
	s := &screen{stdout: cmd.OutOrStdout(), stderr: cmd.ErrOrStderr()}
	s.color = colored(s.stdout)
	s.terminal = isTerminal(s.stdout) && isTerminal(s.stderr)
	return s
}

// shownChanges is how many of the files that changed are named.
const shownChanges = 3

// begin says why a run starts.
func (s *screen) begin(changed []string) {
	names := slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(changed))), func(name string) bool { return name == "" })
	text := "running"
	if len(names) > 0 {
		text = "changed: " + shown(strings.Join(names[:min(len(names), shownChanges)], " "))
		if more := len(names) - shownChanges; more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
	}
	fmt.Fprintf(s.stderr, "[%s] %s\n", time.Now().Format(time.TimeOnly), text)
}

// show prints what a run printed, whole: results that are read by a program are
// never torn.
func (s *screen) show(run *rerun) error {
	if s.terminal {
		fmt.Fprint(s.stderr, "\x1b[2J\x1b[H") // what is scrolled away stays
	}
	if _, err := s.stdout.Write(run.stdout.Bytes()); err != nil {
		return fmt.Errorf("writing the results: %w", err)
	}
	if run.stderr != run.stdout {
		if _, err := s.stderr.Write(run.stderr.Bytes()); err != nil {
			return err
		}
	}
	if run.status > statusFailed || run.status < 0 {
		fmt.Fprintln(s.stderr, "portspec: the run was killed")
	}
	return nil
}

// wait says that the next run waits for a change.
func (s *screen) wait(where string, took time.Duration) {
	fmt.Fprintf(s.stderr, "[%s] done in %.2f s; waiting for changes in %s, Ctrl-C ends\n", time.Now().Format(time.TimeOnly), took.Seconds(), shown(where))
}
