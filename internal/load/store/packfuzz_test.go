package store

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/portspec/portspec/internal/model"
)

// FuzzUnpack unpacks any bytes: the result is an outcome or an error.
func FuzzUnpack(f *testing.F) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		var k kept
		var s Summary
		fill(random, reflect.ValueOf(&k).Elem())
		fill(random, reflect.ValueOf(&s).Elem())
		f.Add(pack(&k))
		f.Add(pack(&s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var s Summary
		_ = unpack(data, &s)
		o := &Outcome{}
		if o.decode(data) != nil {
			return
		}
		var all []model.Positions
		if o.Product != nil {
			all = append(all, o.Product.Positions)
		}
		if o.Site != nil {
			all = append(all, o.Site.Positions)
		}
		for _, s := range o.Services {
			all = append(all, s.Positions)
		}
		for _, p := range all {
			for path := range p.All() {
				p.Find(path)
			}
			p.Find("nowhere")
		}
	})
}
