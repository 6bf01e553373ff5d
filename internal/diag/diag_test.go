package diag

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestSort checks that findings are truncated to a readable length.
func TestSort(t *testing.T) {
	long := strings.Repeat("ä", maxWords)
	list := List{{Message: long, Hint: long, Path: Path(long), Related: []Related{{Message: long}}}, {Message: "b"}, {Message: "b"}}.Sort()
	if len(list) != 2 {
		t.Fatalf("%d findings, want 2", len(list))
	}
	f := list[1]
	for _, text := range []string{f.Message, f.Hint, f.Related[0].Message} {
		if len(text) > maxWords+len("…") || !strings.HasSuffix(text, "ä…") || !utf8.ValidString(text) {
			t.Errorf("a text of %d bytes was not truncated", len(text))
		}
	}
	if f.Path != Path(long) {
		t.Error("a path was truncated, but suppressions name paths")
	}
}
