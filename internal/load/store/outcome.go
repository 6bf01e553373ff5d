package store

import (
	"errors"
	"slices"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/model"
)

// An Outcome is the result of judging a package without faults. Packages with faults, and those
// that import one, have no outcome.
type Outcome struct {
	Summary
	// Loaded means that the following fields are set, and not only in the store.
	Loaded   bool
	Product  *model.Product
	Services []*model.Service // its own, and those of its product's components
	Site     *model.Site
}

// A Summary is what the rest of a workspace needs to know about a package.
type Summary struct {
	Dir        string `json:"-"`
	Kind       eval.Kind
	ProductID  string        // "" for none
	IDAt       diag.Position // position of the id
	Version    string        // of the product
	VersionAt  diag.Position
	After      string // the release that it comes after; "" for none
	AfterAt    diag.Position
	Rows       int // number of rows in the product's sources
	Cited      int
	ServiceIDs []string // of the package's own services, and of those that the product uses
	Uses       []string // services that the product's components use
	Views      Views
	Catalog    []string // products that its catalogue unifies, by id and version
	IsSite     bool
	// Checked has the findings of internal/check in the product.
	Checked diag.List
	// Lasting means that these findings do not depend on the day.
	Lasting bool
}

// Ref returns the product's id and version; "" if there is none.
func (s *Summary) Ref() string {
	if s.ProductID == "" {
		return ""
	}
	return model.RefOf(s.ProductID, s.Version)
}

// Errors returns the summary with only the errors of its findings, and with its own copy of all
// texts, so that those of the others do not stay in memory.
func (s *Summary) Errors() Summary {
	some := *s
	some.Checked = s.Checked.AtLeast(diag.Error)
	own := Summary{Dir: s.Dir}
	if err := unpack(pack(&some), &own); err != nil {
		panic(err) // it was packed just now
	}
	return own
}

// kept is the stored form of an outcome without its summary.
type kept struct {
	Product  *model.Product
	Services []*model.Service
	Site     *model.Site
	// At has the packed positions of the product or the site, and of each service.
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

// decode is the inverse of encode.
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
