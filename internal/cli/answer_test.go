package cli

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/spf13/cobra"
)

// TestAnswered counts how often an answer is made: once, until something that it depends
// on changes.
func TestAnswered(t *testing.T) {
	dir := newWorkspace(t)
	t.Setenv("PORTSPEC_CACHE", t.TempDir())
	site := "site: one\nhosts: {a: {os: linux, addresses: [10.0.0.1]}}\n"
	write(t, dir, "one.yaml", site)
	t.Chdir(dir)
	made := 0
	ask := func(cacheable bool, asked ...string) {
		t.Helper()
		w := &workspace{}
		w.Site = "one.yaml"
		var out bytes.Buffer
		cmd := &cobra.Command{}
		cmd.SetOut(&out)
		cmd.SetErr(io.Discard)
		err := w.answered(cmd, asked, func(out, _ io.Writer) (bool, error) {
			made++
			fmt.Fprint(out, "an answer")
			return cacheable, errFindings
		})
		if err != errFindings || out.String() != "an answer" {
			t.Errorf("%v, %q", err, &out)
		}
	}
	for _, x := range []struct {
		what   string
		change func()
		asked  string
		want   int
	}{
		{"the first time", func() {}, "a", 1},
		{"again", func() {}, "a", 1},
		{"something else", func() {}, "b", 2},
		{"the site has changed", func() { write(t, dir, "one.yaml", site+"name: One\n") }, "a", 3},
		{"it is as before", func() { write(t, dir, "one.yaml", site) }, "a", 3},
		{"a spec was added", func() { write(t, dir, "new.cue", "package ports\n") }, "a", 4},
		{"again", func() {}, "a", 4},
	} {
		x.change()
		if ask(true, x.asked); made != x.want {
			t.Errorf("%s: %d answers were made, want %d", x.what, made, x.want)
		}
	}
	for range 2 {
		ask(false, "with errors")
	}
	if made != 6 {
		t.Errorf("%d answers were made; one with errors was kept", made)
	}
}
