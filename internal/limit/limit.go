// Package limit bounds what a command may cost in time and memory: [Within]
// does its work and gives up beyond the [Limits].
package limit

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"
)

// Limits bound what evaluating specs may cost: a CUE program can take any time
// and memory, and specs come from pull requests. Zero is no limit.
type Limits struct {
	Time   time.Duration
	Memory Bytes
}

// Exceeded is the error of work that [Within] gave up.
type Exceeded string

// Error implements error.
func (e Exceeded) Error() string { return string(e) }

// Within does work with CUE within limits, until ctx is done. CUE cannot be
// stopped: when Within gives up, the work goes on in the background, and all
// that the program can do is end soon.
func Within[T any](ctx context.Context, limits Limits, work func(context.Context) (T, error)) (T, error) {
	type outcome struct {
		result T
		err    error
	}
	var none T
	done := make(chan outcome, 1)
	working, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- outcome{err: fmt.Errorf("CUE failed on these specs, which is a fault of CUE or portspec: %v", p)}
			}
		}()
		result, err := work(working)
		done <- outcome{result, err}
	}()

	w := newWatch(limits)
	defer w.stop()
	for {
		select {
		case o := <-done:
			return o.result, o.err
		case <-ctx.Done():
			return none, Exceeded("interrupted")
		case <-w.timeout:
			return none, Exceeded(fmt.Sprintf("evaluating the specs takes longer than %v: simplify them, or give them more time with --timeout", limits.Time))
		case <-w.tick.C:
			if err := w.exceeded(); err != nil {
				return none, err
			}
		}
	}
}

// A watch looks at what the program uses.
type watch struct {
	limits  Limits
	timeout <-chan time.Time // nil without a limit
	tick    *time.Ticker
	samples []metrics.Sample
	before  int64 // the memory limit of the collector before
}

// How often memory is looked at. CUE can allocate about a gigabyte a second.
const watchInterval = 10 * time.Millisecond

// maxStack is how deep evaluation may nest. Go itself ends a program without a
// word for its user at four times as much.
const maxStack = 128 << 20

func newWatch(limits Limits) *watch {
	w := &watch{
		limits: limits, tick: time.NewTicker(watchInterval), before: -1,
		samples: []metrics.Sample{
			{Name: "/memory/classes/heap/objects:bytes"},
			{Name: "/memory/classes/heap/stacks:bytes"},
		},
	}
	if limits.Time > 0 {
		w.timeout = time.After(limits.Time)
	}
	if limits.Memory > 0 && limits.Memory < math.MaxInt64 {
		// Garbage is collected earlier near the limit, so that what exceeds it
		// is in use.
		w.before = debug.SetMemoryLimit(int64(limits.Memory))
	}
	return w
}

func (w *watch) stop() {
	w.tick.Stop()
	if w.before >= 0 {
		debug.SetMemoryLimit(w.before)
	}
}

func (w *watch) exceeded() error {
	metrics.Read(w.samples)
	objects, stacks := w.samples[0].Value.Uint64(), w.samples[1].Value.Uint64()
	switch {
	case stacks > maxStack:
		return Exceeded("the specs are nested too deeply to be evaluated: simplify them")
	case w.limits.Memory > 0 && objects+stacks > uint64(w.limits.Memory):
		return Exceeded(fmt.Sprintf("evaluating the specs takes more than %v of memory: simplify them, or give them more with --memory", w.limits.Memory))
	}
	return nil
}

// Bytes is an amount of memory; as a flag it is written with a unit: 512MiB.
type Bytes uint64

var units = []struct {
	name string
	size Bytes
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}

// String is the amount in the largest unit that takes it whole.
func (b Bytes) String() string {
	for _, u := range units {
		if b != 0 && b%u.size == 0 {
			return fmt.Sprintf("%d%s", b/u.size, u.name)
		}
	}
	return "0"
}

// Set reads what String writes.
func (b *Bytes) Set(s string) error {
	size := Bytes(1)
	for _, u := range units {
		if number, ok := strings.CutSuffix(s, u.name); ok {
			s, size = number, u.size
			break
		}
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n > math.MaxInt64/uint64(size) {
		return errors.New("it is a whole number with a unit: 512MiB, 4GiB; 0 for no limit")
	}
	*b = Bytes(n) * size
	return nil
}

// Type names the kind of value in the help of a flag.
func (*Bytes) Type() string { return "size" }
