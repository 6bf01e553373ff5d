package gen

import (
	"fmt"
	"testing"
)

func TestTogether(t *testing.T) {
	got := Together([]string{"bee", "ant", "bear", "cat", "ape"}, func(s string) byte { return s[0] })
	if want := "[[bee bear] [ant ape] [cat]]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
	if got := Together(nil, func(s string) string { return s }); got != nil {
		t.Errorf("%v of nothing", got)
	}
}
