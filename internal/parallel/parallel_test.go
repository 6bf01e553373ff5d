package parallel

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
)

func TestDo(t *testing.T) {
	for _, n := range []int{0, 1, 7, 1000} {
		calls := make([]atomic.Int32, n)
		var now, most atomic.Int32
		Do(n, func(i int) {
			most.Store(max(most.Load(), now.Add(1)))
			calls[i].Add(1)
			now.Add(-1)
		})
		for i := range calls {
			if c := calls[i].Load(); c != 1 {
				t.Errorf("of %d: %d was called %d times", n, i, c)
			}
		}
		if int(most.Load()) > runtime.GOMAXPROCS(0) {
			t.Errorf("%d at once", most.Load())
		}
	}
}

func TestPanic(t *testing.T) {
	caught := func(f func()) (p *Panic) {
		defer func() { p, _ = recover().(*Panic) }()
		f()
		return nil
	}
	var after atomic.Int32
	for name, f := range map[string]func(){
		"Do": func() {
			Do(1_000_000, func(i int) {
				if i == 3 {
					panic("boom")
				}
				after.Add(1)
			})
		},
		"With": func() { With(2, func() int { panic("boom") }, func(int, int) {}) },
		"Go":   func() { Go(func() int { panic("boom") })() },
		"pool in a pool": func() {
			Do(2, func(int) { Do(2, func(int) { panic("boom") }) })
		},
	} {
		p := caught(f)
		if p == nil || p.Error() != "boom" || len(p.Stack) == 0 {
			t.Errorf("%s: %v", name, p)
		}
	}
	if after.Load() > 900_000 {
		t.Errorf("%d calls after a panic", after.Load())
	}
}

func TestGo(t *testing.T) {
	want := errors.New("a result")
	if got := Go(func() error { return want })(); got != want {
		t.Error(got)
	}
}
