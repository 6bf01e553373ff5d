package readers

import (
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
