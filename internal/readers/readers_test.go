package readers

import (
	"fmt"
	"runtime"
	"testing"
)

// A failure is a test that notes what fails it.
type failure struct {
	testing.TB
	said string
}

func (*failure) Helper() {}

func (f *failure) Fatal(args ...any) {
	f.said += fmt.Sprintln(args...)
	runtime.Goexit()
}

// TestMissing asks for programs that are not there: the test that does fails in one
// line, which says how to get them.
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
		if want := Missing("no-such-reader") + "\n"; f.said != want {
			t.Errorf("%s: %q, want %q", name, f.said, want)
		}
	}
}
