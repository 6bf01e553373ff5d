package project

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/portspec/portspec/internal/screen"
)

// A progress line shows the progress of long work on a terminal.
type progress struct {
	out   io.Writer // nil if it is not a terminal
	start time.Time
	mu    sync.Mutex
	shown time.Time // when it was last updated; zero if it is not shown
}

// progressAfter is how long work takes before its progress is shown.
const progressAfter = 2 * time.Second

// progressEvery is how often the line is updated.
const progressEvery = 100 * time.Millisecond

func newProgress(out io.Writer) *progress {
	p := &progress{start: time.Now()}
	if out != nil && screen.IsTerminal(out) {
		p.out = out
	}
	return p
}

// step shows how many packages are done.
func (p *progress) step(done, all int) {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.out == nil || now.Sub(p.start) < progressAfter || now.Sub(p.shown) < progressEvery {
		return
	}
	p.shown = now
	screen.Erase(p.out, screen.Line)
	fmt.Fprintf(p.out, "checking specs: %d of %d", done, all)
}

// end erases the line.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.shown.IsZero() {
		screen.Erase(p.out, screen.Line)
	}
	p.out, p.shown = nil, time.Time{}
}
