package gen

import (
	"strings"
	"testing"
)

// Different ids have different file names, even if case is ignored, and all are short enough for
// Windows.
func TestFileName(t *testing.T) {
	seen := make(map[string]string)
	long := strings.Repeat("a", 200)
	for _, id := range []string{
		"a", "A", "a-b", "a_b", "a b", "a/b", "a\\b", "a.b", "..", "../x", "", " ", "con", "CON", "é", "e\u0301", "שלום", "a\x00b", "a:b", "a*b", long, long + "b", long + "c",
	} {
		n := strings.ToLower(FileName(id))
		if other, taken := seen[n]; taken {
			t.Errorf("%q and %q are %q", id, other, n)
		}
		seen[n] = id
		if len(n) > maxName || n == "" || strings.ContainsAny(n, `/\:*?"<>|`+"\x00 ") {
			t.Errorf("%q is %q", id, n)
		}
	}
}
