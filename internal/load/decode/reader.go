// Package decode converts values that CUE has accepted to the model: [Product], [Service] and
// [Site] decode them with a [Reader].
package decode

import (
	"cuelang.org/go/cue"

	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/model"
)

// A Reader reads a value that CUE has accepted, so every field has its type, and only optional
// fields are absent. The zero Reader is for an absent value.
type Reader struct{ tree *eval.Tree }

// New returns the reader of a value; tree is nil for an absent value.
func New(tree *eval.Tree) Reader { return Reader{tree} }

// Get returns the reader of a field.
func (r Reader) Get(field string) Reader {
	if r.tree == nil {
		return r
	}
	return Reader{r.tree.Field(field)}
}

// Exists reports whether there is a value.
func (r Reader) Exists() bool { return r.tree != nil }

// Has reports whether a field exists.
func (r Reader) Has(field string) bool { return r.Get(field).Exists() }

// Text returns the string in a field; "" if it is absent.
func (r Reader) Text(field string) string { return text(r.Get(field)) }

func (r Reader) bool(field string) bool {
	b, _ := r.Get(field).scalar().(bool)
	return b
}

// scalar returns a string, a bool or an int64; nil if the value is absent or of another kind.
func (r Reader) scalar() any {
	if r.tree == nil {
		return nil
	}
	return r.tree.Scalar()
}

func (r Reader) int(field string) int { return number(r.Get(field)) }

// Texts returns the list of strings in a field; nil if it is absent.
func (r Reader) Texts(field string) []string { return texts(r.Get(field)) }

// items decodes a list; nil if it is absent.
func items[T any](r Reader, decode func(Reader) T) []T {
	if !r.Exists() {
		return nil
	}
	var all []T
	for _, item := range r.tree.Items() {
		all = append(all, decode(Reader{item}))
	}
	return all
}

// List decodes the fields of a struct in the author's order.
func List[T any](r Reader, decode func(id string, r Reader) T) []T {
	if !r.Exists() {
		return nil
	}
	if r.tree.Kind() != cue.StructKind {
		return nil
	}
	all := []T{}
	for _, f := range r.tree.Fields() {
		all = append(all, decode(f.Name, Reader{f.Value}))
	}
	return all
}

// table decodes a struct that is a map; nil if it is empty.
func table[T any](r Reader, decode func(Reader) T) map[string]T {
	if !r.Exists() {
		return nil
	}
	var all map[string]T
	for _, f := range r.tree.Fields() {
		if all == nil {
			all = make(map[string]T)
		}
		all[f.Name] = decode(Reader{f.Value})
	}
	return all
}

func text(r Reader) string {
	s, _ := r.scalar().(string)
	return s
}

func texts(r Reader) []string { return items(r, text) }

// addresses returns a list of addresses or networks in canonical notation.
func addresses(r Reader) []string {
	return items(r, func(r Reader) string { return model.CanonicalAddress(text(r)) })
}

func endpoints(r Reader) model.Endpoints {
	return model.Endpoints{Names: r.Texts("names"), Addresses: addresses(r.Get("addresses")), Networks: addresses(r.Get("networks")), ServiceTags: r.Texts("service_tags"), URLs: r.Texts("urls")}
}
