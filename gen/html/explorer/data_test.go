package explorer

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/portspec/portspec/internal/load"
)

// TestOrder adds products in several orders: the result must be the same.
func TestOrder(t *testing.T) {
	r, err := load.Embedded(t.Context())
	if err != nil || len(r.Catalog.Products) < 3 {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(16, 4))
	var want []byte
	for range 5 {
		f := NewFlows(nil)
		order := random.Perm(len(r.Catalog.Products))
		for _, i := range order {
			p := r.Catalog.Products[i]
			f.Add(i, p, p.ID+".html", func(flow string) string { return flow })
		}
		got := f.File(r.Catalog.Services).Data
		if want == nil {
			want = got
		}
		if !bytes.Equal(got, want) || f.merged != len(order) || len(f.early) > 0 {
			t.Errorf("the script differs if products are added in the order %v", order)
		}
	}
}

// TestSeries checks that the shorter form is written, and ranges.
func TestSeries(t *testing.T) {
	for _, c := range []struct {
		codes []uint32
		want  string
	}{
		{nil, "{}"},
		{[]uint32{7, 7, 7, 8, 8}, `{"runs":[7,3,8,2]}`},
		{[]uint32{7, 8, 7, 8}, `{"each":[7,8,7,8]}`},
		{[]uint32{300, 0, 0, 70000}, `{"each":[300,0,0,70000]}`},
	} {
		var codes series
		for _, code := range c.codes {
			codes.add(code, 1)
		}
		var to script
		codes.write(&to)
		if got := slices.Concat(slices.Collect(to.code.Chunks())...); string(got) != c.want {
			t.Errorf("%v is written as %s, want %s", c.codes, got, c.want)
		}
	}
	for _, c := range []struct {
		list []int
		want string
	}{{[]int{3, 4, 5, 9}, "[3 3 3 1]"}, {[]int{0}, "[0 1]"}, {nil, "[]"}} {
		var r ranges
		for _, n := range c.list {
			r.add(n)
		}
		if got := fmt.Sprint(r.list()); got != c.want || !slices.Equal(slices.Collect(r.all()), c.list) {
			t.Errorf("ranges of %v are %s, want %s", c.list, got, c.want)
		}
	}
}
