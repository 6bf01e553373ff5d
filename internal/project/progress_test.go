package project

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestProgress(t *testing.T) {
	var out bytes.Buffer
	p := &progress{out: &out, start: time.Now()}
	p.step(1, 10)
	p.end()
	if out.Len() > 0 {
		t.Errorf("short work prints %q", &out)
	}
	p = &progress{out: &out, start: time.Now().Add(-2 * progressAfter)}
	p.step(2, 10)
	p.step(3, 10) // too early
	p.end()
	p.step(4, 10) // work that was given up
	if want := "\r\x1b[Kchecking specs: 2 of 10\r\x1b[K"; out.String() != want {
		t.Errorf("long work prints %q, want %q", &out, want)
	}
	out.Reset()
	p = newProgress(&out)
	p.start = p.start.Add(-2 * progressAfter)
	p.step(1, 10)
	p.end()
	if strings.Contains(out.String(), "judging") {
		t.Errorf("prints %q to something that is not a terminal", &out)
	}
}
