package readers

import (
	"fmt"
	"runtime"
	"testing"
)

// A failure is a test that records its failure.
type failure struct {
	testing.TB
	message string
}

func (*failure) Helper() {}

func (f *failure) Fatal(args ...any) {
	f.message += fmt.Sprintln(args...)
	runtime.Goexit()
}

// TestMissing looks for programs that are not installed: the test fails with one line that tells
// how to install them.
func TestMissing(t *testing.T) {
	for name, ask := range map[string]func(testing.TB){
		"a program":         func(t testing.TB) { Run(t, ".", "no-such-reader") },
		"a program's path":  func(t testing.TB) { Path(t, "no-such-reader") },
		"a tool":            func(t testing.TB) { Tool(t, "no-such-reader") },
		"a program in Node": func(t testing.TB) { Node(t, ".", "no-such-reader") },
	} {
		f := &failure{TB: t}
		done := make(chan struct{})
		go func() {
			defer close(done)
			ask(f)
		}()
		<-done
		if want := Missing("no-such-reader") + "\n"; f.message != want {
			t.Errorf("%s: %q, want %q", name, f.message, want)
		}
	}
}
