package cli

import (
	"errors"
	"fmt"
	"testing"

	"github.com/portspec/portspec/internal/load"
	"github.com/spf13/cobra"
)

// TestShelvedRunsAgain checks that a command runs again, once, if the cache loses results
// meanwhile.
func TestShelvedRunsAgain(t *testing.T) {
	other := errors.New("other")
	for _, c := range []struct {
		errs []error
		want error
	}{
		{[]error{nil}, nil},
		{[]error{other}, other},
		{[]error{fmt.Errorf("a target: %w", load.Missing("./a")), nil}, nil},
		{[]error{load.Missing("./a"), other}, other},
	} {
		w := &workspace{}
		runs := 0
		err := w.shelved(func(*cobra.Command, []string) error {
			if !w.Shelve || w.Anew != (runs > 0) {
				t.Errorf("run %d: Shelve = %v, Anew = %v", runs, w.Shelve, w.Anew)
			}
			runs++
			return c.errs[runs-1]
		})(nil, nil)
		if err != c.want || runs != len(c.errs) {
			t.Errorf("%v: %v after %d runs", c.errs, err, runs)
		}
	}
}
