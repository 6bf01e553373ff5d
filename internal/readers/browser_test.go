package readers

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// faulty records failures of a test, and closes nothing.
type faulty struct {
	testing.TB
	faults []string
}

func (*faulty) Helper()        {}
func (*faulty) Cleanup(func()) {}
func (f *faulty) Errorf(format string, args ...any) {
	for _, a := range args {
		f.faults = append(f.faults, a.(string))
	}
}

func (f *faulty) Fatalf(format string, args ...any) {
	f.faults = append(f.faults, fmt.Sprintf(format, args...))
	panic(f)
}

// TestPage checks that faults of a page are reported, so that tests of pages can fail.
func TestPage(t *testing.T) {
	dir := t.TempDir()
	page := `<!doctype html><title>t</title><input><p id=p>a</p>
<script src=https://example.invalid/x.js></script>
<script>console.error("bad"); alert("hello"); setTimeout(() => { throw new Error("thrown") })</script>`
	if err := os.WriteFile(filepath.Join(dir, "a b.html"), []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	f := &faulty{TB: t}
	p := Open(f, View{Dark: true, Width: 390, Height: 500})
	p.Go(dir, "a%20b.html", "#x")
	p.Accessible("plain")
	p.Check()
	got := strings.Join(f.faults, "\n")
	for _, want := range []string{"error: bad", "alert dialog: hello", "exception: thrown", "request to https://example.invalid/x.js", "html-has-lang: "} {
		if !strings.Contains(got, want) {
			t.Errorf("%q was not reported:\n%s", want, got)
		}
	}
	f.faults = nil
	p.Click("input")
	p.Type("ab")
	p.Press("Backspace", "c")
	var seen struct {
		Value, Hash string
		Dark        bool
		Width       int
	}
	p.Eval(`({Value: document.querySelector("input").value, Hash: location.hash, Dark: matchMedia("(prefers-color-scheme: dark)").matches, Width: innerWidth})`, &seen)
	if seen.Value != "ac" || seen.Hash != "#x" || !seen.Dark || seen.Width != 390 {
		t.Errorf("the page has %+v", seen)
	}
	p.Check()
	if len(f.faults) > 0 {
		t.Errorf("faults were reported twice: %q", f.faults)
	}

	off := Open(f, View{NoScripts: true})
	off.Go(dir, "a%20b.html", "")
	off.Check()
	if got := strings.Join(f.faults, "\n"); got != "" {
		t.Errorf("without scripts: %s", got)
	}
}

// TestCrash kills the browser, then a page: a page continues where it was in a new one, once.
func TestCrash(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.html"), []byte("<!doctype html><title>t</title><input>"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := &faulty{TB: t}
	other, p := Open(f, View{}), Open(f, View{Width: 390}) // only the last one opened is shown
	p.Go(dir, "a.html", "#x")
	other.Go(dir, "a.html", "#y")
	p.Click("input")
	p.Type("ab")
	crash := func(p *Page, all bool) {
		if _, err := browser(t).send(map[string]any{"do": "crash", "page": p.id, "browser": all}); err != nil && !errors.As(err, new(lostError)) {
			t.Fatal(err)
		}
	}
	crash(p, true)
	p.Press("Backspace")
	var value string
	if p.Eval(`document.querySelector("input").value + innerWidth + location.hash`, &value); value != "a390#x" {
		t.Errorf("the page in the new browser has %q", value)
	}
	if other.Eval(`location.hash`, &value); value != "#y" {
		t.Errorf("the other page in the new browser has %q", value)
	}
	crash(p, true)
	func() {
		defer func() {
			if r := recover(); r != f {
				t.Errorf("the test did not end: %v", r)
			}
		}()
		p.Press("Backspace")
	}()
	if len(f.faults) != 1 || !strings.Contains(f.faults[0], "Chromium ended (SIGKILL)") {
		t.Errorf("a page that loses the browser twice has these faults: %q", f.faults)
	}
	alone := Open(f, View{})
	alone.Go(dir, "a.html", "#z")
	crash(alone, false)
	if alone.Eval(`location.hash`, &value); value != "#z" {
		t.Errorf("after a crash of the page alone, it has %q", value)
	}
}
