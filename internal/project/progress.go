package project

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/portspec/portspec/internal/screen"
)

// A progress line says on a terminal how far long work is.
type progress struct {
	out   io.Writer // nil where nobody looks
	start time.Time
	mu    sync.Mutex
	shown time.Time // when it was last renewed; zero while there is none
}

// Work that takes less than this is over before a line could be read.
const progressAfter = 2 * time.Second

// progressEvery is how often the line is renewed.
const progressEvery = 100 * time.Millisecond

func newProgress(out io.Writer) *progress {
	p := &progress{start: time.Now()}
	if out != nil && screen.IsTerminal(out) {
		p.out = out
	}
	return p
}

// step says how many of how many packages were judged.
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

// end takes the line away.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.shown.IsZero() {
		screen.Erase(p.out, screen.Line)
	}
	p.out, p.shown = nil, time.Time{}
}
