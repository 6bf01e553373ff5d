package explorer

import (
	"bytes"
	"fmt"
	"math/rand/v2"
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

// TestPack checks that the shorter form is used, and what ranges returns.
func TestPack(t *testing.T) {
	for _, c := range []struct {
		codes []uint32
		want  string
	}{
		{nil, "{[] []}"},
		{[]uint32{7, 7, 7, 8, 8}, "{[] [7 3 8 2]}"},
		{[]uint32{7, 8, 7, 8}, "{[7 8 7 8] []}"},
	} {
		if got := fmt.Sprint(pack(c.codes)); got != c.want {
			t.Errorf("%v is packed as %s, want %s", c.codes, got, c.want)
		}
	}
	if got := fmt.Sprint(ranges([]int{3, 4, 5, 9}), ranges([]int{0}), ranges(nil)); got != "[3 3 3 1] [0 1] []" {
		t.Errorf("ranges are %s", got)
	}
}
