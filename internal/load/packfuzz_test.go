package load

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/portspec/portspec/internal/model"
)

// FuzzUnpack reads what a cache might hold: any bytes are an outcome or an error.
func FuzzUnpack(f *testing.F) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		var k kept
		var s summary
		fill(random, reflect.ValueOf(&k).Elem())
		fill(random, reflect.ValueOf(&s).Elem())
		f.Add(pack(&k))
		f.Add(pack(&s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var s summary
		_ = unpack(data, &s)
		o := &outcome{}
		if o.decode(data) != nil {
			return
		}
		var all []model.Positions
		if o.product != nil {
			all = append(all, o.product.Positions)
		}
		if o.site != nil {
			all = append(all, o.site.Positions)
		}
		for _, s := range o.services {
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
