package limit

import (
	"math"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// A watch looks at what the program uses.
type watch struct {
	limits  Limits
	timeout <-chan time.Time // nil without a limit
	tick    *time.Ticker
	samples []metrics.Sample
	base    uint64 // the memory in use when the work begins, which is not its own
	before  int64  // the memory limit of the collector before
}

// How often memory is looked at. CUE can allocate about a gigabyte a second.
const watchInterval = 10 * time.Millisecond

// maxStack is how deep evaluation may nest. Go itself ends a program at four
// times as much.
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
	w.base, _ = w.inUse()
	if limits.Memory > 0 && limits.Memory < math.MaxInt64/2 {
		// Garbage is collected earlier near the limit, so that what exceeds it
		// is in use.
		w.before = debug.SetMemoryLimit(int64(w.base) + int64(limits.Memory))
	}
	return w
}

// inUse is the memory that the program's objects and stacks take, of which the
// stacks.
func (w *watch) inUse() (all, stacks uint64) {
	metrics.Read(w.samples)
	stacks = w.samples[1].Value.Uint64()
	return w.samples[0].Value.Uint64() + stacks, stacks
}

func (w *watch) stop() {
	w.tick.Stop()
	if w.before >= 0 {
		debug.SetMemoryLimit(w.before)
	}
}

// exceeded is why the run has to be given up; nil where it goes on.
func (w *watch) exceeded(r *run) error {
	all, stacks := w.inUse()
	switch {
	case stacks > maxStack:
		return tooDeep
	case w.limits.Memory > 0 && all > w.base+uint64(w.limits.Memory):
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.tooMuch
	}
	return nil
}
