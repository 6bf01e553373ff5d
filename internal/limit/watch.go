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
	before  int64 // the memory limit of the collector before
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

// exceeded is why the run has to be given up; nil where it goes on.
func (w *watch) exceeded(r *run) error {
	metrics.Read(w.samples)
	objects, stacks := w.samples[0].Value.Uint64(), w.samples[1].Value.Uint64()
	switch {
	case stacks > maxStack:
		return tooDeep
	case w.limits.Memory > 0 && objects+stacks > uint64(w.limits.Memory):
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.tooMuch
	}
	return nil
}
