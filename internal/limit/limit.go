// Package limit limits the time and memory of a command. [Within] runs its work and gives
// up when the [Limits] are exceeded; [Process] also makes the operating system enforce
// them, in case memory grows faster than Within can notice.
package limit

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Limits are the time and memory that a command may take. They are needed because a CUE
// program can take any amount of both, and specs come from pull requests. Zero means no
// limit.
type Limits struct {
	Time   time.Duration
	Memory Bytes
}

// Exceeded is the error for work that [Within] gave up.
type Exceeded string

// Error implements error.
func (e Exceeded) Error() string { return string(e) }

// errInterrupted is the error for work that the user has interrupted.
const errInterrupted = Exceeded("interrupted")

func tooLong(stage string, limit time.Duration) Exceeded {
	return Exceeded(fmt.Sprintf("%s takes longer than %v: simplify the specs, or raise --timeout", stage, limit))
}

func tooMuch(stage string, limit Bytes) Exceeded {
	return Exceeded(fmt.Sprintf("%s takes more than %v of memory: simplify the specs, or raise --memory", stage, limit))
}

const tooDeep = Exceeded("the specs are nested too deeply to be evaluated: simplify them")

// grace is how long work that has begun to write may exceed the limits. Such work no longer
// computes anything, and stopping halfway would leave a mix of old and new files.
const grace = 10 * time.Second

// Within runs work until it returns, ctx is done, or a limit is exceeded. It returns a
// panic as an error, a [*Fault].
//
// CUE cannot be stopped. When Within gives up, work continues in the background, so the
// program should exit soon; [Finish] prevents that work from writing files.
func Within[T any](ctx context.Context, limits Limits, work func(context.Context) (T, error)) (T, error) {
	type outcome struct {
		result T
		err    error
	}
	var none T
	r := &run{limits: limits}
	r.enter(defaultStage)
	working, stop := context.WithCancel(context.WithValue(ctx, runKey{}, r))
	defer stop()
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() { done <- o }()
		o.err = Guard(func() (err error) {
			o.result, err = work(working)
			return err
		})
	}()

	w := newWatch(limits)
	defer w.stop()
	for {
		err := error(nil)
		select {
		case o := <-done:
			if ctx.Err() != nil && errors.Is(o.err, context.Canceled) {
				o.err = errInterrupted // work noticed before Within did
			}
			return o.result, o.err
		case <-ctx.Done():
			err = errInterrupted
		case <-w.timeout:
			err = r.tooLong()
		case <-w.tick.C:
			err = w.exceeded(r)
		}
		if err == nil {
			continue
		}
		if !r.giveUp(err) {
			return none, err
		}
		stop()
		select { // work is writing
		case o := <-done:
			if o.err == nil && errors.Is(err, errInterrupted) {
				o.err = err
			}
			return o.result, o.err
		case <-time.After(grace):
			return none, fmt.Errorf("%w (while writing files: run the command again to complete them)", err)
		}
	}
}

// A run is one call of [Within]. Its work finds it in its context.
type run struct {
	limits    Limits
	mu        sync.Mutex
	doing     string
	tooMuch   error // error for exceeded memory, prepared because formatting it takes memory
	gaveUp    error // why the run was given up; nil while it continues
	finishing int
}

type runKey struct{}

// defaultStage names what a command does outside of any stage.
const defaultStage = "this"

func (r *run) tooLong() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return tooLong(r.doing, r.limits.Time)
}

func (r *run) enter(stage string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.doing = stage
	why := tooMuch(stage, r.limits.Memory)
	r.tooMuch = why
	setMemorySentence(why)
}

// giveUp marks the run as given up. If the work is in [Finish], it reports true instead:
// the caller has to wait.
func (r *run) giveUp(err error) (wait bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gaveUp = err
	return r.finishing > 0
}

// Stage names what the work in ctx does until end is called, such as "evaluating the
// specs". Errors about limits use the name.
func Stage(ctx context.Context, stage string) (end func()) {
	r, ok := ctx.Value(runKey{}).(*run)
	if !ok {
		return func() {}
	}
	r.enter(stage)
	return func() { r.enter(defaultStage) }
}

// Finish begins a part of the work in ctx that should be completed once begun, such as
// writing files. It fails if the work was given up; otherwise the work is not given up
// before end is called, unless that takes very long.
func Finish(ctx context.Context) (end func(), err error) {
	r, ok := ctx.Value(runKey{}).(*run)
	if !ok {
		r = &run{}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.over(ctx); err != nil {
		return nil, err
	}
	r.finishing++
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.finishing--
	}, nil
}

// Err returns the reason why the work in ctx should stop, as an error for the user; nil if it
// may continue.
func Err(ctx context.Context) error {
	r, ok := ctx.Value(runKey{}).(*run)
	if !ok {
		r = &run{}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.over(ctx)
}

func (r *run) over(ctx context.Context) error {
	switch {
	case r.gaveUp != nil:
		return r.gaveUp
	case ctx.Err() != nil: // Within has not noticed yet
		return errInterrupted
	}
	return nil
}
