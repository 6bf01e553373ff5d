//go:build amd64 || arm64

package limit

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// crash is an environment variable that makes this program fail in a way that ends Go programs
// with a trace.
const crash = "PORTSPEC_TEST_CRASH"

var crashes = map[string]struct {
	fail func()
	want string
}{
	"terabyte":        {func() { _ = bytes.Repeat(make([]byte, 1<<20), 1<<20) }, "drawing takes more than 64MiB of memory: "},
	"half a gigabyte": {func() { held = bytes.Repeat(make([]byte, 1<<20), 1<<9) }, "drawing takes more than 64MiB of memory: "},
	"gigabytes a little at a time": {func() {
		for {
			held = append(held, make([]byte, 1<<20)...)
		}
	}, "drawing takes more than 64MiB of memory: "},
	"depth":       {func() { deeper(0) }, "memory: "}, // half a gigabyte of stack also exceeds the 64 MiB
	"a goroutine": {func() { go panic("boom"); select {} }, "a fault of CUE or portspec; please report it"},
	"concurrent writes": {func() {
		m := make(map[int]int)
		for range 8 {
			go func() {
				for {
					m[1]++
				}
			}()
		}
		select {}
	}, "a fault of CUE or portspec; please report it"},
}

var held []byte

func deeper(n int) int {
	if n < 0 {
		return 0
	}
	var a [100]int
	a[n%100] = n
	return deeper(n+1) + a[(n+1)%100]
}

func TestMain(m *testing.M) {
	if name := os.Getenv(crash); name != "" {
		limits := Limits{Memory: 64 << 20}
		if name == heldBefore {
			held = bytes.Repeat(make([]byte, 1<<20), 1<<9)
			defer Process(limits)()
			held = bytes.Repeat([]byte{1}, 48<<20)
			os.Exit(0)
		}
		defer Process(limits)()
		_, err := Within(context.Background(), limits, func(ctx context.Context) (int, error) {
			defer Stage(ctx, "drawing")()
			crashes[name].fail()
			return 0, nil
		})
		Tell(os.Stderr, fmt.Appendf(nil, "portspec: %v\n", err))
		os.Exit(2)
	}
	m.Run()
}

// heldBefore is the value of crash for a program that does not fail: before its limit is set,
// it takes more than the limit.
const heldBefore = "held before"

func TestProcessHoldsMore(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crash+"="+heldBefore)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// TestProcess fails in ways that end a Go program without a chance to recover: it prints one
// sentence, and takes no more memory than the kernel's limit allows.
func TestProcess(t *testing.T) {
	for name, c := range crashes {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), crash+"="+name, "PORTSPEC_TRACE=", "GODEBUG=")
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != 2 {
			t.Errorf("%s: %v, want status 2", name, err)
		}
		if got := string(out); !strings.HasPrefix(got, "portspec: ") || !strings.Contains(got, c.want) || strings.Count(got, "\n") != 1 {
			t.Errorf("%s: want one line with %q:\n%.2000s", name, c.want, got)
		}
		if used := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10; uint64(used) > 2*kernelLimit(64<<20) { // the last step may exceed the limit
			t.Errorf("%s: used %d MiB", name, used>>20)
		}
	}
}
