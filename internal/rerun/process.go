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

// givenUpRun is the status of a run that was stopped for newer changes.
const givenUpRun = -1

// isRun is an environment variable that is set for processes that [Watch] starts.
const isRun = "PORTSPEC_WATCHED"

// IsRun reports whether [Watch] started this process, which must then call [AwaitTurn].
func IsRun() bool { return os.Getenv(isRun) != "" }

// A process waits for its turn, and then runs the command once.
type process struct {
	stdout, stderr *bytes.Buffer // the same buffer if both are one terminal
	status         int
	done           chan int
	cancel         context.CancelFunc
	turn           io.WriteCloser // the run begins when one byte is written
}

// stopping is how long a run may take to stop before it is killed. It is long because a
// run that is killed while it writes leaves a mix of old and new files.
const stopping = 10 * time.Second

// start begins a run, in the waiting process if there is one.
func (r *reruns) start(ctx context.Context) *process {
	run := r.spare
	r.spare = nil
	if run == nil {
		run = r.spawn(ctx)
	}
	if !run.begin() { // the process has ended in the meantime
		run.stop()
		run = r.spawn(ctx)
		run.begin()
	}
	return run
}

// refused returns a run that could not be started, with the error as its output.
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

// end records how the process ended.
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

// begin lets the process run; it returns false if the process has ended.
func (r *process) begin() bool {
	if r.turn == nil {
		return true // it could not be started, and that is the result of this run
	}
	_, err := r.turn.Write([]byte{'\n'})
	return errors.Join(err, r.turn.Close()) == nil
}

// stop stops a run and waits until it has ended.
func (r *process) stop() {
	r.cancel()
	<-r.done
}

// idle is how long a process waits for its turn before it warms up.
const idle = 20 * time.Millisecond

// AwaitTurn returns when the process has to run, or with an error when the watch has
// ended. While it waits, it evaluates a product of the binary: this allocates memory and
// fills tables of CUE, which would otherwise be half the cost of a small change.
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
			_ = parallel.Go(func() struct{} { // errors will be reported by the run
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
