// Package limit bounds what a command may cost in time and memory. [Within]
// does its work and gives up beyond the [Limits]; [Process] is the wall behind
// that, for what happens too fast to be watched.
package limit

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Limits bound what a command may cost: a CUE program can take any time and
// memory, and specs come from pull requests. Zero means no limit.
type Limits struct {
	Time   time.Duration
	Memory Bytes
}

// Exceeded is the error of work that [Within] gave up.
type Exceeded string

// Error implements error.
func (e Exceeded) Error() string { return string(e) }

// errInterrupted is what a user's Ctrl-C ends work with.
const errInterrupted = Exceeded("interrupted")

func tooLong(stage string, limit time.Duration) Exceeded {
	return Exceeded(fmt.Sprintf("%s takes longer than %v: simplify the specs, or raise --timeout", stage, limit))
}

func tooMuch(stage string, limit Bytes) Exceeded {
	return Exceeded(fmt.Sprintf("%s takes more than %v of memory: simplify the specs, or raise --memory", stage, limit))
}

const tooDeep = Exceeded("the specs are nested too deeply to be evaluated: simplify them")

// grace is how long work that has begun to write may go on beyond the limits: it
// computes nothing any more, and stopping halfway would leave old files beside
// new ones.
const grace = 10 * time.Second

// Within does work within limits, until ctx is done. A panic of the work is an
// error, a [*Fault].
//
// CUE cannot be stopped: when Within gives up, the work goes on in the
// background, and all that the program can do is end soon. [Finish] keeps it
// from writing then.
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
		select { // it is writing
		case o := <-done:
			if o.err == nil && errors.Is(err, errInterrupted) {
				o.err = err
			}
			return o.result, o.err
		case <-time.After(grace):
			return none, fmt.Errorf("%w (while writing: run it again, and it completes what was begun)", err)
		}
	}
}

// A run is one call of [Within], which its work finds in its context.
type run struct {
	limits    Limits
	mu        sync.Mutex
	doing     string
	tooMuch   error // what is said then, made before it is needed: making it takes memory
	gaveUp    error // why; nil while it goes on
	finishing int
}

type runKey struct{}

// defaultStage is what a command is called that is in no particular stage.
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
	sayMemory(why)
}

// giveUp reports whether the work is finishing, so that it has to be waited for.
func (r *run) giveUp(err error) (wait bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gaveUp = err
	return r.finishing > 0
}

// Stage says what the work in ctx does until end is called: "evaluating the
// specs". It is what takes too long, or too much.
func Stage(ctx context.Context, stage string) (end func()) {
	r, ok := ctx.Value(runKey{}).(*run)
	if !ok {
		return func() {}
	}
	r.enter(stage)
	return func() { r.enter(defaultStage) }
}

// Finish begins a part of the work in ctx that is done as a whole or not at all,
// such as writing files. It fails where the work was given up; otherwise the work
// is not given up before end is called, unless that takes very long.
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

// Err is why the work in ctx is to end, in words for its user; nil where it may
// go on.
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
	case ctx.Err() != nil: // and Within has not noticed yet
		return errInterrupted
	}
	return nil
}
