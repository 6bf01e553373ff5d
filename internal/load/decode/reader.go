// Package decode turns values that CUE has accepted into the model: [Product],
// [Service] and [Site], by a [Reader] of the value.
package decode

import (
	"sync"

	"cuelang.org/go/cue"

	"github.com/portspec/portspec/internal/model"
)

// A Reader takes a value apart that CUE has accepted, so that a field is there,
// or optional and absent, and of its type.
type Reader struct {
	v cue.Value
	// unwritten are fields that no value has, which need not be looked up.
	unwritten map[string]bool
}

// New is the reader of a value. Fields that are known to be nowhere in it, if any,
// are not looked up.
func New(v cue.Value, unwritten map[string]bool) Reader { return Reader{v, unwritten} }

// with is another value of the same package.
func (r Reader) with(v cue.Value) Reader { return Reader{v, r.unwritten} }

// paths are those of the fields that were read so far: to make one takes as long
// as to follow it.
var paths sync.Map

// Get is the value of a field, or nothing. CUE makes an error of a field that is not there,
// and another of whatever is read of it: such a value is nothing here at once.
func (r Reader) Get(field string) Reader {
	if r.unwritten[field] {
		return Reader{}
	}
	path, ok := paths.Load(field)
	if !ok {
		path, _ = paths.LoadOrStore(field, cue.MakePath(cue.Str(field)))
	}
	v := r.v.LookupPath(path.(cue.Path))
	if !v.Exists() {
		return Reader{}
	}
	return r.with(v)
}

// there reports whether there is a value.
func (r Reader) there() bool { return r.v != cue.Value{} }

// Has reports whether there is a field.
func (r Reader) Has(field string) bool { return r.Get(field).there() }

// Text is the text in a field; "" where there is none.
func (r Reader) Text(field string) string { return text(r.Get(field)) }

func (r Reader) bool(field string) bool {
	r = r.Get(field)
	if !r.there() {
		return false
	}
	b, _ := r.v.Bool()
	return b
}

func (r Reader) int(field string) int { return number(r.Get(field)) }

// Texts is the list of texts in a field; nil where there is none.
func (r Reader) Texts(field string) []string { return texts(r.Get(field)) }

// Items decodes a list; nil where it is absent.
func Items[T any](r Reader, decode func(Reader) T) []T {
	if !r.there() {
		return nil
	}
	iter, err := r.v.List()
	if err != nil {
		return nil
	}
	var all []T
	for iter.Next() {
		all = append(all, decode(r.with(iter.Value())))
	}
	return all
}

// List decodes the fields of a struct in the author's order.
func List[T any](r Reader, decode func(id string, r Reader) T) []T {
	if !r.there() {
		return nil
	}
	iter, err := r.v.Fields()
	if err != nil {
		return nil
	}
	all := []T{}
	for iter.Next() {
		all = append(all, decode(iter.Selector().Unquoted(), r.with(iter.Value())))
	}
	return all
}

// table decodes the fields of a struct that is a map; nil where it is empty.
func table[T any](r Reader, decode func(Reader) T) map[string]T {
	if !r.there() {
		return nil
	}
	iter, err := r.v.Fields()
	if err != nil {
		return nil
	}
	var all map[string]T
	for iter.Next() {
		if all == nil {
			all = make(map[string]T)
		}
		all[iter.Selector().Unquoted()] = decode(r.with(iter.Value()))
	}
	return all
}

func text(r Reader) string {
	if !r.there() {
		return ""
	}
	s, _ := r.v.String()
	return s
}

func texts(r Reader) []string { return Items(r, text) }

// addresses are texts that are addresses or networks, each in its one spelling.
func addresses(r Reader) []string {
	return Items(r, func(r Reader) string { return model.CanonicalAddress(text(r)) })
}

func endpoints(r Reader) model.Endpoints {
	return model.Endpoints{Names: r.Texts("names"), Addresses: addresses(r.Get("addresses")), Networks: addresses(r.Get("networks")), ServiceTags: r.Texts("service_tags"), URLs: r.Texts("urls")}
}
