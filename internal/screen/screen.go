// Package screen encodes everything that goes to terminals, logs and reports. A [Writer]
// wraps standard output and standard error: whatever is printed, no control character or
// invisible character passes, and no line is a command to the CI workflow that logs it.
// [Visible] and [Cell] do the same for part of a line, before it is put into columns.
//
// portspec's own colours and workflow commands go through [Styled], [Commands] and
// [Erase], which let nothing else pass.
package screen

import (
	"io"
	"sync"
	"sync/atomic"
)

// A Writer encodes text before writing it. It remembers the first error.
type Writer struct {
	shut atomic.Bool
	mu   sync.Mutex
	out  io.Writer
	text encoder
	err  error
}

// NewWriter returns a Writer to out.
func NewWriter(out io.Writer) *Writer { return &Writer{out: out} }

// Write implements [io.Writer] for untrusted text.
func (w *Writer) Write(data []byte) (int, error) { return w.write(data, plain) }

func (w *Writer) write(data []byte, k kind) (int, error) {
	if w.shut.Load() {
		return 0, io.ErrClosedPipe
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.send(w.text.encode(data, k)); err != nil {
		return 0, err
	}
	return len(data), nil
}

func (w *Writer) send(data []byte) error {
	if len(data) == 0 {
		return nil
	}
	_, err := w.out.Write(data)
	if err != nil && w.err == nil {
		w.err = err
	}
	return err
}

// Close writes bytes of an incomplete character that were held back, and returns the
// first error of all writes. It does not close the underlying stream.
func (w *Writer) Close() error {
	if w.shut.Load() {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.send(w.text.rest()) // the error is in w.err
	return w.err
}

// Shut makes all later writes fail. It does not wait for a write in progress.
func (w *Writer) Shut() { w.shut.Store(true) }

// Under returns the stream underlying a Writer, and any other writer unchanged.
func Under(w io.Writer) io.Writer {
	if own, ok := w.(*Writer); ok {
		return own.out
	}
	return w
}

// A view writes to a Writer and lets more pass.
type view struct {
	*Writer
	kind kind
}

func (v view) Write(data []byte) (int, error) { return v.write(data, v.kind) }

func viewOf(w io.Writer, k kind) io.Writer {
	own, ok := w.(*Writer)
	if !ok {
		own = NewWriter(w)
	}
	return view{own, k}
}

// Styled lets the colours of [Paint] pass. Foreign text must have been encoded by
// [Visible] before, because it could contain colours too.
func Styled(w io.Writer) io.Writer { return viewOf(w, styled) }

// Commands lets annotations pass: lines that begin with ::error, ::warning or ::notice,
// each in a single write.
func Commands(w io.Writer) io.Writer { return viewOf(w, commands) }

// JSON is for JSON documents: it escapes characters as JSON does.
func JSON(w io.Writer) io.Writer { return viewOf(w, inJSON) }

// Raw lets everything pass, for file contents that go to a program.
func Raw(w io.Writer) io.Writer { return viewOf(w, raw) }

// Printed is for the output of another portspec process.
func Printed(w io.Writer) io.Writer { return viewOf(w, styled|commands) }

// Colours, as terminals number them.
const (
	Bold   = "1"
	Red    = "31"
	Yellow = "33"
	Blue   = "34"
	Cyan   = "36"
)

const reset = "0"

// Paint returns text in a colour, for [Styled].
func Paint(color, text string) string { return sgr(color) + text + sgr(reset) }

func sgr(number string) string { return "\x1b[" + number + "m" }

// What [Erase] can erase: the line with the cursor, or the whole screen without the
// scrollback.
const (
	Line = "\r\x1b[K"
	All  = "\x1b[2J\x1b[H"
)

// Erase erases [Line] or [All] of a terminal.
func Erase(w io.Writer, what string) {
	if what == Line || what == All {
		_, _ = io.WriteString(Under(w), what) // progress output is not worth an error
	}
}
