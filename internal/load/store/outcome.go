package store

import (
	"errors"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/model"
)

// An Outcome is what judging a package without faults gave. A package that has
// some, or that imports one, has none.
type Outcome struct {
	Summary
	// Loaded says that what follows is there, and not only in the store.
	Loaded   bool
	Product  *model.Product
	Services []*model.Service // its own, and those that its product's components are
	Site     *model.Site
}

// A Summary is what the rest of a workspace has to know of a package.
type Summary struct {
	Dir        string `json:"-"`
	Kind       eval.Kind
	ProductID  string        // "" for none
	IDAt       diag.Position // where that is written
	Version    string        // of the product
	VersionAt  diag.Position
	After      string // the release that it comes after; "" for none
	AfterAt    diag.Position
	Rows       int // of the product's sources
	Cited      int
	ServiceIDs []string
	Views      Views
	Catalog    []string // the products that it unifies, by id and version
	IsSite     bool
	// Checked is what the checks beyond CUE found in the product.
	Checked diag.List
	// Lasting says that they would find the same on any other day.
	Lasting bool
}

// Ref names the product by id and version; "" for none.
func (s *Summary) Ref() string {
	if s.ProductID == "" {
		return ""
	}
	return model.RefOf(s.ProductID, s.Version)
}

// kept is how an outcome is kept, apart from its summary.
type kept struct {
	Product  *model.Product
	Services []*model.Service
	Site     *model.Site
	// Where they were written: of the product or the site, and of each service.
	At []string
}

func (o *Outcome) encode() []byte {
	k := kept{Product: o.Product, Services: o.Services, Site: o.Site, At: []string{""}}
	switch {
	case o.Product != nil:
		k.At[0] = o.Product.Positions.Packed()
	case o.Site != nil:
		k.At[0] = o.Site.Positions.Packed()
	}
	for _, s := range o.Services {
		k.At = append(k.At, s.Positions.Packed())
	}
	return pack(&k)
}

// decode reads what encode made.
func (o *Outcome) decode(data []byte) error {
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
	o.Product, o.Services, o.Site = k.Product, k.Services, k.Site
	switch {
	case o.Product != nil:
		o.Product.Positions = at[0]
	case o.Site != nil:
		o.Site.Positions = at[0]
	}
	for i, s := range o.Services {
		s.Positions = at[i+1]
	}
	return nil
}
