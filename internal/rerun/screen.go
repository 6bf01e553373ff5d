package rerun

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/portspec/portspec/internal/screen"
	"github.com/portspec/portspec/internal/status"
	ws "github.com/portspec/portspec/internal/workspace"
)

// A display shows the output of runs.
type display struct {
	stdout, stderr io.Writer
	terminal       bool // stdout and stderr are one terminal, and each run replaces the output of the last
	color          bool
	take           func(status int, stdout, stderr []byte) // see [Options]
}

func newDisplay(o Options) *display {
	s := &display{stdout: o.Stdout, stderr: o.Stderr, take: o.Take}
	s.color = screen.Colored(s.stdout) && s.take == nil
	s.terminal = screen.IsTerminal(s.stdout) && screen.IsTerminal(s.stderr) && s.take == nil
	return s
}

// shownChanges limits how many changed files are named.
const shownChanges = 3

// begin prints which changes started a run.
func (s *display) begin(changed []string) {
	names := slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(changed))), func(name string) bool { return name == "" })
	text := "running"
	if len(names) > 0 {
		for i, name := range names {
			names[i] = ws.Near(name)
		}
		text = "changed: " + screen.Cell(strings.Join(names[:min(len(names), shownChanges)], " "))
		if more := len(names) - shownChanges; more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
	}
	fmt.Fprintf(s.stderr, "[%s] %s\n", time.Now().Format(time.TimeOnly), text)
}

// show prints the output of a completed run, so that programs that read it never see part
// of it.
func (s *display) show(run *process) error {
	if s.take != nil {
		s.take(run.status, run.stdout.Bytes(), run.stderr.Bytes())
		run.stdout.Reset()
	}
	if s.terminal {
		screen.Erase(s.stderr, screen.All)
	}
	if _, err := screen.Printed(s.stdout).Write(run.stdout.Bytes()); err != nil {
		return fmt.Errorf("writing the results: %w", err)
	}
	if run.stderr != run.stdout {
		if _, err := screen.Printed(s.stderr).Write(run.stderr.Bytes()); err != nil {
			return err
		}
	}
	if run.status > status.Failed || run.status < 0 {
		fmt.Fprintln(s.stderr, "portspec: the run was killed")
	}
	return nil
}

// wait prints that the next run waits for a change.
func (s *display) wait(where string, took time.Duration) {
	fmt.Fprintf(s.stderr, "[%s] done in %.2f s; waiting for changes in %s (press Ctrl-C to quit)\n", time.Now().Format(time.TimeOnly), took.Seconds(), screen.Cell(where))
}
