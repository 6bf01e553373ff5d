package diag_test

import (
	"testing"

	"github.com/portspec/portspec/internal/diag"
)

func TestNearest(t *testing.T) {
	known := []string{"active-directory", "dns", "smb", "smtp", "sql-server", "vcenter"}
	for _, c := range []struct{ wanted, want string }{
		{"sql", "sql-server"},
		{"server", "sql-server"},
		{"directory", "active-directory"},
		{"smbb", "smb"},
		{"smtpp", "smtp"},
		{"sql-servr", "sql-server"},
		{"elephant", ""},
		{"", ""},
	} {
		if got := diag.Nearest(c.wanted, known); got != c.want {
			t.Errorf("%q: %q, want %q", c.wanted, got, c.want)
		}
	}
}
