package cli

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"github.com/portspec/portspec/internal/parallel"
)

// A heapSize tells how large keepHeap lets the heap become.
type heapSize struct {
	goal uint64 // in bytes
	most int    // growth between two collections, in percent of live data
}

// heapFor returns the size for a number of targets. Several make garbage faster than one: with
// 1,000 products, all together take a twelfth less processor time than with the size for one, and
// 140 MiB in all instead of 108.
func heapFor(targets int) heapSize {
	if targets == 1 {
		return heapSize{56 << 20, usualGCPercent}
	}
	return heapSize{88 << 20, 2 * usualGCPercent}
}

// keepHeap makes garbage collections more frequent while the heap would otherwise grow beyond
// the goal. Unlike a memory limit, it does not make them much more frequent: with much live data,
// the heap grows beyond the goal.
func keepHeap(size heapSize) (stop func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	done := make(chan struct{})
	wait := parallel.Go(func() struct{} {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		percent := usualGCPercent
		for {
			select {
			case <-done:
				debug.SetGCPercent(usualGCPercent)
				return struct{}{}
			case <-tick.C:
			}
			if wanted := size.gcPercent(liveHeap()); wanted < percent-10 || wanted > percent+10 {
				percent = wanted
				debug.SetGCPercent(percent)
			}
		}
	})
	return func() {
		close(done)
		wait()
	}
}

// liveHeap returns the size of the data that the last collection found in use.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// The growth of the heap between two collections, in percent of live data: the usual one, and the
// least that keepHeap sets.
const (
	usualGCPercent = 200
	minGCPercent   = 40
)

// gcPercent returns by how many percent the heap may grow, given the size of the live data.
func (s heapSize) gcPercent(live uint64) int {
	switch {
	case live >= s.goal:
		return minGCPercent
	case live*uint64(100+s.most) <= s.goal*100:
		return s.most
	}
	return max(minGCPercent, int((s.goal-live)*100/live))
}
