// Package screen is the one door to terminals, logs and reports. A [Writer]
// is before standard output and standard error, so that whatever a program
// prints, no control or invisible character passes, and no line is a command to
// the workflow that logs it. [Visible] and [Cell] do so for a part of a line,
// where it is put into columns.
//
// What portspec itself has to say to a terminal or a workflow goes through
// [Styled], [Commands] and [Erase], which let nothing else pass.
package screen

import (
	"io"
	"sync"
	"sync/atomic"
)

// A Writer encodes text for whoever shows it. It remembers the first error.
type Writer struct {
	shut atomic.Bool
	mu   sync.Mutex
	out  io.Writer
	text encoder
	err  error
}

// NewWriter is a Writer to out.
func NewWriter(out io.Writer) *Writer { return &Writer{out: out} }

// Write implements [io.Writer]: it writes text that nobody has vouched for.
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

// Close writes what was held back, half a character at most, and returns the
// first error of all writes. The stream below stays open.
func (w *Writer) Close() error {
	if w.shut.Load() {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.send(w.text.rest()) // which is in w.err
	return w.err
}

// Shut lets nothing more pass. It does not wait for a write that is under way.
func (w *Writer) Shut() { w.shut.Store(true) }

// Under is the stream below a Writer, and any other writer as it is.
func Under(w io.Writer) io.Writer {
	if own, ok := w.(*Writer); ok {
		return own.out
	}
	return w
}

// A view is a Writer that lets more pass.
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

// Styled lets the colours of [Paint] pass. What is between them has to be
// encoded by [Visible] already, or it could have colours as well.
func Styled(w io.Writer) io.Writer { return viewOf(w, styled) }

// Commands lets annotations pass, which are lines that begin with ::error,
// ::warning or ::notice, each in one write.
func Commands(w io.Writer) io.Writer { return viewOf(w, commands) }

// JSON is for JSON, in which an escape of one character can be two.
func JSON(w io.Writer) io.Writer { return viewOf(w, inJSON) }

// Raw lets everything pass: the content of a file, for programs.
func Raw(w io.Writer) io.Writer { return viewOf(w, raw) }

// Printed is for what another process of portspec has printed.
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

// Paint is text in a colour, for [Styled].
func Paint(color, text string) string { return sgr(color) + text + sgr(reset) }

func sgr(number string) string { return "\x1b[" + number + "m" }

// What [Erase] takes away: the line that the cursor is in, and all that is shown;
// what is scrolled away stays.
const (
	Line = "\r\x1b[K"
	All  = "\x1b[2J\x1b[H"
)

// Erase takes [Line] or [All] off a terminal.
func Erase(w io.Writer, what string) {
	if what == Line || what == All {
		_, _ = io.WriteString(Under(w), what) // a line of progress is not worth an error
	}
}
