package cut

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestCut compares the stretches of random spans with the members of each place. There are few
// places, so that many spans are equal, adjacent or overlap. Stretches must have the right members
// and be in order, and neighbours must have different members.
func TestCut(t *testing.T) {
	const places = 12
	r := rand.New(rand.NewPCG(1, 2))
	apart := 0
	for range 20000 {
		n := r.IntN(5)
		want := make([][]int, places+1) // of each place
		var covers []cover[int]
		stretches := Numbers.Cut(n, func(member int, add func(from, to int)) {
			for range r.IntN(3) {
				from := r.IntN(places)
				to := from + r.IntN(min(3, places-from))
				add(from, to)
				covers = append(covers, cover[int]{from, to, member})
				for at := from; at <= to; at++ {
					if !slices.Contains(want[at], member) {
						want[at] = append(want[at], member)
					}
				}
			}
		})
		got := make([][]int, places+1)
		for i, s := range stretches {
			if s.To < s.From || len(s.Members) == 0 || i > 0 && s.From <= stretches[i-1].To {
				t.Fatalf("%v has stretches %v", covers, stretches)
			}
			if i > 0 && s.From == stretches[i-1].To+1 && slices.Equal(s.Members, stretches[i-1].Members) {
				t.Fatalf("%v has neighbours with the same members: %v", covers, stretches)
			}
			for at := s.From; at <= s.To; at++ {
				got[at] = s.Members
			}
		}
		if !slices.EqualFunc(got, want, slices.Equal) {
			t.Fatalf("%v: members by place are %v, want %v", covers, got, want)
		}
		slices.SortFunc(covers, func(a, b cover[int]) int { return a.from - b.from })
		if _, ok := Numbers.apart(covers); ok && len(covers) > 1 {
			apart++
		}
	}
	if apart < 1000 {
		t.Errorf("%d of the random spans are apart, which tests little", apart)
	}
}
