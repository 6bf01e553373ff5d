package gen

import (
	"slices"
	"testing"
)

func TestDistinct(t *testing.T) {
	var d Distinct
	d.Add("b", "a", "b")
	d.Add()
	d.Add("a", "c", "")
	if want := []string{"b", "a", "c", ""}; !slices.Equal(d.All, want) {
		t.Errorf("%q, want %q", d.All, want)
	}
}
