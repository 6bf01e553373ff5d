package targets

import (
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

func TestLongPath(t *testing.T) {
	file := func(n int) gen.File { return gen.File{Path: strings.Repeat("a", n-len("é.md")+1) + "é.md"} }
	for _, test := range []struct {
		lengths []int
		want    string
	}{
		{[]int{longestPath}, ""},
		{[]int{10, longestPath + 1}, "has 201 characters"},
		{[]int{longestPath + 1, longestPath + 9, longestPath + 2}, "has 209 characters; 2 more are too long"},
	} {
		var files []gen.File
		for _, n := range test.lengths {
			files = append(files, file(n))
		}
		found := longPath("markdown", files, "product", "tool", model.Positions{})
		if got := len(found) > 0; got != (test.want != "") || got && (!strings.HasSuffix(found[0].Message, test.want) || found[0].Code != diag.LongPath) {
			t.Errorf("%v: %v, want %q", test.lengths, found, test.want)
		}
	}
}
