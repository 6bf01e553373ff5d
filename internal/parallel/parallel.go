// Package parallel is the one worker pool. [Do] bounds how many goroutines run
// and hands a panic of one of them to the caller, who is the only one that can
// report it: a panic that nobody recovers ends the program with a trace.
package parallel

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// A Panic is what a function panicked with in a goroutine, and its stack there.
type Panic struct {
	Value any
	Stack []byte
}

// Error implements error. The stack is left to whoever wants it.
func (p *Panic) Error() string { return fmt.Sprint(p.Value) }

// Do calls do for each number from 0 to n-1, on at most GOMAXPROCS goroutines,
// and returns when all calls have ended. After a panic no further calls begin,
// and Do panics with a [*Panic].
func Do(n int, do func(i int)) {
	With(n, func() struct{} { return struct{}{} }, func(_ struct{}, i int) { do(i) })
}

// With is [Do] for calls that share something costly, of which each goroutine
// has its own.
func With[T any](n int, own func() T, do func(own T, i int)) {
	if n <= 0 {
		return
	}
	var next atomic.Int64
	var failed atomic.Pointer[Panic]
	work := func() {
		defer note(&failed)
		mine := own()
		for failed.Load() == nil {
			i := int(next.Add(1)) - 1
			if i >= n {
				return
			}
			do(mine, i)
		}
	}
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(work)
	}
	wg.Wait()
	if p := failed.Load(); p != nil {
		panic(p)
	}
}

// Go calls f in a goroutine of its own. The function that it returns waits for
// the result, and panics with a [*Panic] if f did.
func Go[T any](f func() T) (wait func() T) {
	var result T
	var failed atomic.Pointer[Panic]
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer note(&failed)
		result = f()
	}()
	return func() T {
		<-done
		if p := failed.Load(); p != nil {
			panic(p)
		}
		return result
	}
}

// note keeps the first panic.
func note(first *atomic.Pointer[Panic]) {
	switch v := recover().(type) {
	case nil:
	case *Panic: // of a pool within this one
		first.CompareAndSwap(nil, v)
	default:
		first.CompareAndSwap(nil, &Panic{v, debug.Stack()})
	}
}
