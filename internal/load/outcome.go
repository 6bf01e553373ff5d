package load

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/portspec/portspec/internal/cache"
	"github.com/portspec/portspec/internal/diag"
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
	Dir string `json:"-"`
	// Depth is 1 for a package that unifies others, 2 for a site, and 0 for
	// others.
	Depth    int           `json:"depth"`
	Product  string        `json:"product,omitempty"` // its id; "" for none
	At       diag.Position `json:"at"`                // of that id
	Rows     int           `json:"rows,omitempty"`    // of its sources
	Cited    int           `json:"cited,omitempty"`
	Services []string      `json:"services,omitempty"`
	Views    views         `json:"views,omitempty"`
	Catalog  []string      `json:"catalog,omitempty"` // the products that it unifies
	Site     bool          `json:"site,omitempty"`
	// Checked is what the checks beyond CUE found in the product.
	Checked diag.List `json:"checked,omitempty"`
	// Lasting says that they would find the same on any other day.
	Lasting bool `json:"lasting"`
}

// kept is how an outcome is kept, apart from its summary.
type kept struct {
	Product  *model.Product   `json:"product,omitempty"`
	Services []*model.Service `json:"services,omitempty"`
	Site     *model.Site      `json:"site,omitempty"`
	// Where they were written: of the product or the site, and of each service.
	At [][]byte `json:"at"`
}

func (o *outcome) encode() []byte {
	k := kept{Product: o.product, Services: o.services, Site: o.site}
	switch {
	case o.product != nil:
		k.At = append(k.At, encodePositions(o.product.Positions))
	case o.site != nil:
		k.At = append(k.At, encodePositions(o.site.Positions))
	default:
		k.At = append(k.At, nil)
	}
	for _, s := range o.services {
		k.At = append(k.At, encodePositions(s.Positions))
	}
	data, err := json.Marshal(k)
	if err != nil {
		panic(err) // it is plain data
	}
	return data
}

// decode takes what encode made.
func (o *outcome) decode(data []byte) error {
	var k kept
	if err := json.Unmarshal(data, &k); err != nil {
		return err
	}
	if len(k.At) != 1+len(k.Services) {
		return errors.New("not as many places as services")
	}
	at := make([]model.Positions, len(k.At))
	for i, data := range k.At {
		var err error
		if at[i], err = decodePositions(data); err != nil {
			return err
		}
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

// encodePositions is the positions in bytes: the number of files and their
// names, then each path with its file, line and columns.
func encodePositions(p model.Positions) []byte {
	if p == nil {
		return nil
	}
	files := make(map[string]int)
	for _, at := range p {
		files[at.File] = 0
	}
	var b []byte
	text := func(s string) {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	b = binary.AppendUvarint(b, uint64(len(files)))
	for i, name := range slices.Sorted(maps.Keys(files)) {
		files[name] = i
		text(name)
	}
	b = binary.AppendUvarint(b, uint64(len(p)))
	for path, at := range p {
		text(path)
		for _, n := range []int{files[at.File], at.Line, at.Column, at.EndColumn} {
			b = binary.AppendUvarint(b, uint64(n))
		}
	}
	return b
}

var errPositions = errors.New("these are no positions")

func decodePositions(b []byte) (p model.Positions, err error) {
	if len(b) == 0 {
		return nil, nil
	}
	all := string(b) // which the paths are parts of
	number := func() int {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > 1<<31 {
			err = errPositions
			return 0
		}
		b = b[size:]
		return int(n)
	}
	text := func() string {
		n := number()
		if n > len(b) {
			err = errPositions
			return ""
		}
		at := len(all) - len(b)
		b = b[n:]
		return all[at : at+n]
	}
	var files []string
	for range min(number(), len(b)) {
		files = append(files, text())
	}
	n := min(number(), len(b))
	p = make(model.Positions, n)
	for range n {
		path, file := text(), number()
		at := diag.Position{Line: number(), Column: number(), EndColumn: number()}
		if err != nil || file >= len(files) {
			return nil, errPositions
		}
		at.File = files[file]
		p[path] = at
	}
	return p, err
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
	data, ok := s.Get(cache.KeyOf(key[:], []byte("summary"), []byte(s.check)))
	if !ok || json.Unmarshal(data, &found) != nil {
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
	data, ok := s.Get(cache.KeyOf(key[:], []byte("model")))
	if !ok || o.decode(data) != nil || (o.product != nil) != (sum.Product != "") || (o.site != nil) != sum.Site {
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
	data, err := json.Marshal(o.summary)
	if err != nil {
		panic(err) // it is plain data
	}
	s.Put(cache.KeyOf(key[:], []byte("model")), o.encode())
	s.Put(cache.KeyOf(key[:], []byte("summary"), []byte(s.check)), data)
}
