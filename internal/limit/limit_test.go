package limit

import (
	"context"
	"errors"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/portspec/portspec/internal/parallel"
)

// TestWithinMemory does work in a program that already uses more memory than the work may take,
// as after reading the configuration of a large workspace.
func TestWithinMemory(t *testing.T) {
	held := make([]byte, 64<<20)
	_, err := Within(t.Context(), Limits{Memory: 32 << 20}, func(context.Context) (int, error) {
		time.Sleep(5 * watchInterval)
		return 0, nil
	})
	runtime.KeepAlive(held)
	if err != nil {
		t.Error(err)
	}
}

// TestLowerMemoryLimit sets a GOMEMLIMIT below the limit of the work.
func TestLowerMemoryLimit(t *testing.T) {
	const lower = 1 << 30
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(lower))
	during, err := Within(t.Context(), Limits{Memory: 2 * lower}, func(context.Context) (int64, error) {
		return debug.SetMemoryLimit(-1), nil
	})
	if after := debug.SetMemoryLimit(-1); err != nil || during != lower || after != lower {
		t.Errorf("GOMEMLIMIT is %d during the work and %d after it, want %d (%v)", during, after, lower, err)
	}
}

func TestWithin(t *testing.T) {
	forever := func(context.Context) (int, error) {
		<-t.Context().Done()
		return 0, nil
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name   string
		ctx    context.Context
		limits Limits
		work   func(context.Context) (int, error)
		want   string
	}{
		{"time", t.Context(), Limits{Time: time.Millisecond}, forever, "this takes longer than 1ms: "},
		{"memory", t.Context(), Limits{Memory: 1}, func(ctx context.Context) (int, error) {
			var held [][]byte // beyond the garbage that earlier tests have left
			for ctx.Err() == nil {
				held = append(held, make([]byte, 1<<20))
				time.Sleep(time.Millisecond)
			}
			return len(held), ctx.Err()
		}, "this takes more than 1B of memory: "},
		{"stage", t.Context(), Limits{Time: 500 * time.Millisecond}, func(ctx context.Context) (int, error) {
			defer Stage(ctx, "drawing")()
			return forever(ctx)
		}, "drawing takes longer than 500ms: "},
		{"after a stage", t.Context(), Limits{Time: 500 * time.Millisecond}, func(ctx context.Context) (int, error) {
			Stage(ctx, "drawing")()
			return forever(ctx)
		}, "this takes longer than 500ms: "},
		{"interrupt", cancelled, Limits{}, forever, "interrupted"},
		{"panic", t.Context(), Limits{}, func(context.Context) (int, error) { panic("boom\nand more") }, "a fault of CUE or portspec: boom; please report it"},
		{"panic in a pool", t.Context(), Limits{}, func(context.Context) (int, error) {
			parallel.Do(2, func(int) { panic("boom") })
			return 0, nil
		}, "a fault of CUE or portspec: boom; please report it"},
	} {
		_, err := Within(c.ctx, c.limits, c.work)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one line with %s", c.name, err, c.want)
		}
	}
	if n, err := Within(t.Context(), Limits{Time: time.Minute, Memory: 4 << 30}, func(context.Context) (int, error) { return 7, nil }); n != 7 || err != nil {
		t.Error("within the limits:", n, err)
	}
}

func TestTrace(t *testing.T) {
	t.Setenv("PORTSPEC_TRACE", "1")
	_, err := Within(t.Context(), Limits{}, func(context.Context) (int, error) { panic("boom") })
	if fault := new(Fault); !errors.As(err, &fault) || !strings.Contains(err.Error(), "TestTrace") {
		t.Errorf("no trace: %v", err)
	}
}

// TestFinish checks that writing is completed once it has begun, and does not begin after the
// work was given up.
func TestFinish(t *testing.T) {
	begun := make(chan struct{})
	wrote := false
	_, err := Within(t.Context(), Limits{Time: time.Millisecond}, func(ctx context.Context) (int, error) {
		end, err := Finish(ctx)
		if err != nil {
			t.Fatal(err)
		}
		<-ctx.Done() // until the limit is exceeded
		wrote = true
		end()
		return 0, nil
	})
	if !wrote || err != nil {
		t.Errorf("given up while writing: %v, %v", wrote, err)
	}

	refused := make(chan error)
	_, err = Within(t.Context(), Limits{Time: time.Millisecond}, func(ctx context.Context) (int, error) {
		close(begun)
		<-ctx.Done()
		_, err := Finish(ctx)
		refused <- err
		return 0, err
	})
	<-begun
	if late := <-refused; late == nil || late.Error() != err.Error() {
		t.Errorf("writing began after %v: %v", err, late)
	}

	ctx, interrupt := context.WithCancel(t.Context())
	_, err = Within(ctx, Limits{}, func(ctx context.Context) (int, error) {
		end, err := Finish(ctx)
		interrupt()
		<-ctx.Done()
		end()
		return 0, err
	})
	if err == nil || err.Error() != "interrupted" {
		t.Errorf("interrupted while writing: %v", err)
	}
}
