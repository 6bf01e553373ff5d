package cli

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/diff"
)

// TestDiffDocs compares the documentation of diff with the program: the table of breaking
// changes, and all classes and users.
func TestDiffDocs(t *testing.T) {
	data, err := os.ReadFile("../../docs/diff.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	table, status := portspec("diff", "--breaking")
	if status != statusFine || !strings.Contains(page, "\n"+table) {
		t.Errorf("the table in docs/diff.md differs from portspec diff --breaking:\n%s", table)
	}
	for _, c := range diff.Classes {
		if row := fmt.Sprintf("\n| `%s` | %s | ", c, c.Title()); !strings.Contains(page, row) {
			t.Errorf("docs/diff.md has no row%s", row)
		}
	}
	if n := strings.Count(page, "\n| `"); n != len(diff.Classes)+5 {
		t.Errorf("docs/diff.md has %d rows that begin with code, want one for each of %d classes and five of sides", n, len(diff.Classes))
	}
	for _, b := range diff.Breakings {
		for _, u := range b.Users {
			if !strings.Contains(page, "`"+string(u)+"` (") {
				t.Errorf("docs/diff.md does not explain %s", u)
			}
		}
	}
}
