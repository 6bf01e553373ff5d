package rerun

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/status"
)

// givenUpRun is the status of a run that was stopped.
const givenUpRun = -1

// isRun is set in the environment of the runs that [Watch] starts.
const isRun = "PORTSPEC_WATCHED"

// IsRun reports whether this process is one of those, which awaits its turn.
func IsRun() bool { return os.Getenv(isRun) != "" }

// A process is one run of the program: a process that waits for its turn, and runs
// once.
type process struct {
	stdout, stderr *bytes.Buffer // the same where both are one terminal
	status         int
	done           chan int
	cancel         context.CancelFunc
	turn           io.WriteCloser // one byte of which begins the run
}

// stopping is how long a run that is stopped may go on. It is long because files
// are being written: a run that is killed then leaves whole files, but old and
// new ones.
const stopping = 10 * time.Second

// start begins a run, by the process that waits for it if there is one.
func (r *reruns) start(ctx context.Context) *process {
	run := r.spare
	r.spare = nil
	if run == nil {
		run = r.spawn(ctx)
	}
	if !run.begin() { // somebody ended the process meanwhile
		run.stop()
		run = r.spawn(ctx)
		run.begin()
	}
	return run
}

// refused is a run that cannot be made, and has said why.
func refused(err error) *process {
	run := &process{stdout: new(bytes.Buffer), stderr: new(bytes.Buffer), done: make(chan int, 1), cancel: func() {}}
	if err != nil {
		fmt.Fprintf(run.stderr, "portspec: %v\n", err)
		run.done <- status.Failed
	}
	return run
}

// prepare starts the process of the next run.
func (r *reruns) prepare(ctx context.Context) {
	if r.spare == nil {
		r.spare = r.spawn(ctx)
	}
}

// spawn starts a process that waits for its turn.
func (r *reruns) spawn(ctx context.Context) *process {
	run := &process{stdout: new(bytes.Buffer), stderr: new(bytes.Buffer), done: make(chan int, 1)}
	if r.screen.terminal {
		run.stderr = run.stdout
	}
	ctx, run.cancel = context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, r.program, r.args...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(os.Environ(), isRun+"=1")
	if r.screen.color {
		cmd.Env = append(cmd.Env, "CLICOLOR_FORCE=1")
	}
	cmd.Stdout, cmd.Stderr = run.stdout, run.stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopping
	turn, err := cmd.StdinPipe()
	if err == nil {
		run.turn, err = turn, cmd.Start()
	}
	if err != nil {
		run.end(err)
		return run
	}
	go func() { run.end(cmd.Wait()) }()
	return run
}

// end notes how the process ended.
func (r *process) end(err error) {
	var exit *exec.ExitError
	switch {
	case err == nil:
		r.done <- status.Fine
	case errors.As(err, &exit):
		r.done <- exit.ExitCode()
	default:
		fmt.Fprintf(r.stderr, "portspec: %v\n", err)
		r.done <- status.Failed
	}
}

// begin gives the process its turn; false where there is no process any more.
func (r *process) begin() bool {
	if r.turn == nil {
		return true // it could not be started, which is how this run ends
	}
	_, err := r.turn.Write([]byte{'\n'})
	return errors.Join(err, r.turn.Close()) == nil
}

// stop ends a run and waits for its end.
func (r *process) stop() {
	r.cancel()
	<-r.done
}

// idle is how long a process waits for its turn before it warms up.
const idle = 20 * time.Millisecond

// AwaitTurn returns when the process is to run, or an error when it is not to any
// more: the watch has ended. Until then the process evaluates some specs that
// are always there, as the memory and the tables of CUE that this takes are
// half of what a small change costs.
func AwaitTurn(ctx context.Context, stdin io.Reader) error {
	turn := make(chan error, 1)
	go func() {
		_, err := io.ReadFull(stdin, make([]byte, 1))
		turn <- err
	}()
	warm := time.After(idle)
	for {
		select {
		case <-warm:
			_ = parallel.Go(func() struct{} { // the run says what is wrong, if it is
				load.Warm(ctx)
				return struct{}{}
			})
		case err := <-turn:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
