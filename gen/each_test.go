package gen

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/portspec/portspec/internal/diag"
)

// The order is that of the items, with one core and with many.
func TestEach(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, cores := range []int{1, 8} {
		runtime.GOMAXPROCS(cores)
		items := make([]int, 1000)
		for i := range items {
			items[i] = i
		}
		files, findings := Each(items, func(i int) ([]File, diag.List) {
			return []File{{Path: fmt.Sprint(i)}, {Path: fmt.Sprint(i, "b")}}, diag.List{{Message: fmt.Sprint(i)}}
		})
		if len(files) != 2000 || len(findings) != 1000 {
			t.Fatalf("%d cores: %d files, %d findings", cores, len(files), len(findings))
		}
		for i := range items {
			if files[2*i].Path != fmt.Sprint(i) || files[2*i+1].Path != fmt.Sprint(i, "b") || findings[i].Message != fmt.Sprint(i) {
				t.Fatalf("%d cores: item %d is out of order", cores, i)
			}
		}
	}
	if files, _ := Each(nil, func(int) ([]File, diag.List) { return nil, nil }); len(files) != 0 {
		t.Error("files of nothing")
	}
}
