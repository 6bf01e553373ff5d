package limit

import (
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"github.com/portspec/portspec/internal/parallel"
)

// A Fault is a panic, which no input should cause.
type Fault struct{ Panic *parallel.Panic }

const faultSentence = "portspec failed on this input, which is a fault of CUE or portspec"

const toReport = "please report it at https://github.com/portspec/portspec/issues, with the trace that it prints if PORTSPEC_TRACE=1 is set"

// Error returns one line, with the stack trace below it if PORTSPEC_TRACE is set.
func (f *Fault) Error() string {
	what, _, _ := strings.Cut(f.Panic.Error(), "\n")
	s := fmt.Sprintf("%s: %s; %s", faultSentence, what, toReport)
	if traced() {
		s += "\n" + string(f.Panic.Stack)
	}
	return s
}

// traced reports whether the user wants stack traces of faults.
func traced() bool { return os.Getenv("PORTSPEC_TRACE") != "" }

// Guard calls work and returns a panic as an error, a [*Fault].
func Guard(work func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *parallel.Panic:
			err = &Fault{p}
		default:
			err = &Fault{&parallel.Panic{Value: p, Stack: debug.Stack()}}
		}
	}()
	return work()
}
