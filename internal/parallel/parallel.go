// Package parallel is the only worker pool of the program. [Do] limits the number of goroutines
// and passes a panic in one of them on to its caller, which can report it: a panic that is not
// recovered would end the program with a stack trace.
package parallel

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// A Panic is the value of a panic in a goroutine, and the stack there.
type Panic struct {
	Value any
	Stack []byte
}

// Error implements error. It does not include the stack.
func (p *Panic) Error() string { return fmt.Sprint(p.Value) }

// Do calls do for each number from 0 to n-1, on at most GOMAXPROCS goroutines, and
// returns when all calls have returned. After a panic, no more calls begin, and Do panics
// with a [*Panic].
func Do(n int, do func(i int)) {
	With(n, func() struct{} { return struct{}{} }, func(_ struct{}, i int) { do(i) })
}

// With is like [Do], for calls that need something that is costly to make. own makes it once
// for each goroutine.
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

// Go calls f in its own goroutine. The returned function waits for the result, and panics
// with a [*Panic] if f did.
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

// note recovers a panic, and stores it if it is the first.
func note(first *atomic.Pointer[Panic]) {
	switch v := recover().(type) {
	case nil:
	case *Panic: // from a nested pool
		first.CompareAndSwap(nil, v)
	default:
		first.CompareAndSwap(nil, &Panic{v, debug.Stack()})
	}
}
