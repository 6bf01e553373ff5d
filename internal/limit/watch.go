package limit

import (
	"math"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// A watch monitors the time and memory that the program uses.
type watch struct {
	limits  Limits
	timeout <-chan time.Time // nil if there is no limit
	tick    *time.Ticker
	samples []metrics.Sample
	base    uint64 // memory in use before the work began
	before  int64  // the garbage collector's memory limit before; -1 if it was not changed
}

// watchInterval is how often memory is measured. CUE can allocate about a gigabyte per
// second.
const watchInterval = 10 * time.Millisecond

// maxStack limits the depth of evaluation. Go itself ends a program at a stack four times
// as large.
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
		// Near the limit, garbage is collected more often, so that only memory in use
		// exceeds it. A lower GOMEMLIMIT stays.
		w.before = debug.SetMemoryLimit(-1)
		debug.SetMemoryLimit(min(w.before, int64(w.base)+int64(limits.Memory)))
	}
	return w
}

// inUse returns the memory that objects and stacks take together, and stacks alone.
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

// exceeded returns the reason to give up the run, or nil.
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
