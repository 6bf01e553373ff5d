package load

import (
	"errors"
	"slices"

	"github.com/portspec/portspec/internal/cache"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/model"
)

// An outcome is what judging a package without faults gave. A package that has
// some, or that imports one, has none.
type outcome struct {
	summary
	whole    bool // what follows is there, and not only kept
	product  *model.Product
	services []*model.Service // its own, and those that its product's components are
	site     *model.Site
}

// A summary is what the rest of a workspace has to know of a package.
type summary struct {
	Dir      string `json:"-"`
	Kind     eval.Kind
	Product  string        // its id; "" for none
	At       diag.Position // of that id
	Rows     int           // of its sources
	Cited    int
	Services []string
	Views    views
	Catalog  []string // the products that it unifies
	Site     bool
	// Checked is what the checks beyond CUE found in the product.
	Checked diag.List
	// Lasting says that they would find the same on any other day.
	Lasting bool
}

// kept is how an outcome is kept, apart from its summary.
type kept struct {
	Product  *model.Product
	Services []*model.Service
	Site     *model.Site
	// Where they were written: of the product or the site, and of each service.
	At []string
}

func (o *outcome) encode() []byte {
	k := kept{Product: o.product, Services: o.services, Site: o.site, At: []string{""}}
	switch {
	case o.product != nil:
		k.At[0] = o.product.Positions.Packed()
	case o.site != nil:
		k.At[0] = o.site.Positions.Packed()
	}
	for _, s := range o.services {
		k.At = append(k.At, s.Positions.Packed())
	}
	return pack(&k)
}

// decode takes what encode made.
func (o *outcome) decode(data []byte) error {
	var k kept
	if err := unpack(data, &k); err != nil {
		return err
	}
	if len(k.At) != 1+len(k.Services) {
		return errors.New("not as many places as services")
	}
	at := make([]model.Positions, len(k.At))
	for i, packed := range k.At {
		var err error
		if at[i], err = model.UnpackPositions(packed); err != nil {
			return err
		}
	}
	if slices.Contains(k.Services, nil) {
		return errPacked
	}
	o.product, o.services, o.site = k.Product, k.Services, k.Site
	switch {
	case o.product != nil:
		o.product.Positions = at[0]
	case o.site != nil:
		o.site.Positions = at[0]
	}
	for i, s := range o.services {
		s.Positions = at[i+1]
	}
	return nil
}

// A store keeps outcomes.
type store struct {
	*cache.Store
	keys  *keys
	check string // what the checks beyond CUE depend on
	anew  bool   // find nothing
}

// summary is what is kept of a package's outcome.
func (s store) summary(dir string) (summary, bool) {
	var found summary
	key, ok := s.keys.of(dir)
	if !ok || s.anew {
		return found, false
	}
	if !s.View(cache.KeyOf(key[:], []byte("summary"), []byte(s.check)), func(data []byte) error { return unpack(data, &found) }) {
		return summary{}, false
	}
	found.Dir = dir
	return found, true
}

// outcome is what is kept of a package.
func (s store) outcome(sum summary) (*outcome, bool) {
	o := &outcome{summary: sum}
	key, ok := s.keys.of(sum.Dir)
	if !ok {
		return nil, false
	}
	if !s.View(cache.KeyOf(key[:], []byte("model")), o.decode) || (o.product != nil) != (sum.Product != "") || (o.site != nil) != sum.Site {
		return nil, false
	}
	o.whole = true
	return o, true
}

// keep keeps an outcome.
func (s store) keep(o *outcome) {
	key, ok := s.keys.of(o.Dir)
	if !ok || s.Store == nil {
		return
	}
	s.Put(cache.KeyOf(key[:], []byte("model")), o.encode())
	s.Put(cache.KeyOf(key[:], []byte("summary"), []byte(s.check)), pack(&o.summary))
}
