package targets

import (
	"os"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/policy"
)

// TestMatrix compares the table of docs/firewall.md with the capabilities of targets;
// -update writes it.
func TestMatrix(t *testing.T) {
	const file, begin, end = "../../docs/firewall.md", "<!-- what targets can express: begin -->\n", "<!-- end -->\n"
	for _, target := range All {
		if !target.Rules() {
			continue
		}
		for _, r := range policy.Rows {
			if c := target.firewall.can; c.Title == "" || r.Cell(c) == "" {
				t.Errorf("%s does not declare %s", target.Name, r.Title)
			}
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), begin)
	table, after, complete := strings.Cut(rest, end)
	if !ok || !complete {
		t.Fatalf("%s has no place for the table", file)
	}
	if table == Matrix() {
		return
	}
	if !*update {
		t.Fatalf("%s is out of date; run go test ./internal/targets -run TestMatrix -update", file)
	}
	if err := os.WriteFile(file, []byte(before+begin+Matrix()+end+after), 0o666); err != nil {
		t.Fatal(err)
	}
}
