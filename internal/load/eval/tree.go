package eval

import (
	"sync"

	"cuelang.org/go/cue"
)

// A Tree is a concrete CUE value as plain data. Its contents are read from CUE on first use. It
// must not be used by several goroutines.
type Tree struct {
	v         cue.Value
	unwritten map[string]bool // fields that no value has, and that need not be looked up
	kind      cue.Kind
	listed    bool             // whether fields or items are known
	fields    []Field          // fields of a struct, in the author's order
	found     map[string]*Tree // fields by name; nil for absent ones
	items     []*Tree
	scalar    any
}

// A Field is a regular field of a struct.
type Field struct {
	Name  string
	Value *Tree
}

// TreeOf returns the tree of a value; nil if the value does not exist. unwritten has fields that
// are known to be absent everywhere.
func TreeOf(v cue.Value, unwritten map[string]bool) *Tree {
	if !v.Exists() {
		return nil
	}
	t := &Tree{v: v, unwritten: unwritten, kind: v.Kind()}
	if t.kind == cue.BottomKind {
		t.v, _ = v.Default()
		t.kind = t.v.Kind()
	}
	switch t.kind {
	case cue.StringKind:
		t.scalar, _ = t.v.String()
	case cue.BoolKind:
		t.scalar, _ = t.v.Bool()
	case cue.IntKind:
		if n, err := t.v.Int64(); err == nil {
			t.scalar = n
		}
	}
	return t
}

// Kind returns the kind of the value; [cue.BottomKind] if it is not concrete.
func (t *Tree) Kind() cue.Kind { return t.kind }

// Scalar returns a string, a bool or an int64; nil for any other value.
func (t *Tree) Scalar() any { return t.scalar }

// Fields returns the fields of a struct in the author's order, which is slow in CUE.
func (t *Tree) Fields() []Field {
	if t.kind != cue.StructKind || t.listed {
		return t.fields
	}
	t.listed = true
	iter, err := t.v.Fields()
	if err != nil {
		return nil
	}
	for iter.Next() {
		name := iter.Selector().Unquoted()
		value, known := t.found[name]
		if !known {
			value = TreeOf(iter.Value(), t.unwritten)
			t.note(name, value)
		}
		t.fields = append(t.fields, Field{name, value})
	}
	return t.fields
}

func (t *Tree) note(name string, value *Tree) {
	if t.found == nil {
		t.found = make(map[string]*Tree)
	}
	t.found[name] = value
}

// Items returns the elements of a list.
func (t *Tree) Items() []*Tree {
	if t.kind != cue.ListKind || t.listed {
		return t.items
	}
	t.listed = true
	iter, err := t.v.List()
	if err != nil {
		return nil
	}
	for iter.Next() {
		t.items = append(t.items, TreeOf(iter.Value(), t.unwritten))
	}
	return t.items
}

// paths caches the CUE paths of fields: making one takes as long as looking it up.
var paths sync.Map

// Field returns the value of a field; nil if there is none.
func (t *Tree) Field(name string) *Tree {
	if value, known := t.found[name]; known || t.listed || t.kind != cue.StructKind || t.unwritten[name] {
		return value
	}
	path, ok := paths.Load(name)
	if !ok {
		path, _ = paths.LoadOrStore(name, cue.MakePath(cue.Str(name)))
	}
	value := TreeOf(t.v.LookupPath(path.(cue.Path)), t.unwritten)
	t.note(name, value)
	return value
}
