package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// Outcomes are stored in a packed form: each text is stored once, and empty fields of structs
// are left out. Reading models takes a fifth of the time of JSON, and all texts of a model are
// parts of a single string.
//
//	the number of texts, the length of each, all texts
//	the value, in which texts are replaced by their numbers
//
// Fields that JSON leaves out are left out. The format does not describe itself, because only
// the same program reads an entry of the cache.

// pack returns the packed value that v points to.
func pack(v any) []byte {
	p := &packer{numbers: make(map[string]uint64)}
	value := reflect.ValueOf(v).Elem()
	codecOf(value.Type()).put(p, value)
	b := binary.AppendUvarint(nil, uint64(len(p.texts)))
	for _, s := range p.texts {
		b = binary.AppendUvarint(b, uint64(len(s)))
	}
	for _, s := range p.texts {
		b = append(b, s...)
	}
	return append(b, p.b...)
}

// unpack stores the unpacked value in v. If it fails, v may contain part of the value.
func unpack(data []byte, v any) error {
	u := &unpacker{rest: data}
	n := u.length()
	lengths := make([]int, n)
	total := 0
	for i := range lengths {
		lengths[i] = u.length()
		total += lengths[i]
	}
	if u.err != nil || total > len(u.rest) {
		return errPacked
	}
	all := string(u.rest[:total])
	u.rest = u.rest[total:]
	u.texts = make([]string, n)
	for i, length := range lengths {
		u.texts[i], all = all[:length], all[length:]
	}
	value := reflect.ValueOf(v).Elem()
	codecOf(value.Type()).get(u, value)
	if u.err == nil && len(u.rest) > 0 {
		return errPacked
	}
	return u.err
}

var errPacked = errors.New("invalid packed data")

// A packer collects the bytes.
type packer struct {
	b       []byte
	texts   []string
	numbers map[string]uint64 // numbers of texts
}

func (p *packer) uint(n uint64) { p.b = binary.AppendUvarint(p.b, n) }

func (p *packer) text(s string) {
	n, ok := p.numbers[s]
	if !ok {
		n = uint64(len(p.texts))
		p.numbers[s] = n
		p.texts = append(p.texts, s)
	}
	p.uint(n)
}

// An unpacker reads the remaining bytes; after an error, it returns only zeros.
type unpacker struct {
	rest  []byte
	texts []string
	err   error
}

func (u *unpacker) uint() uint64 {
	n, size := binary.Uvarint(u.rest)
	if size <= 0 {
		u.err, u.rest = errPacked, nil
		return 0
	}
	u.rest = u.rest[size:]
	return n
}

// length reads a number of elements, each of which takes at least a byte, or that number plus
// one.
func (u *unpacker) length() int {
	n := u.uint()
	if n > uint64(len(u.rest))+1 {
		u.err, u.rest = errPacked, nil
		return 0
	}
	return int(n)
}

func (u *unpacker) text() string {
	n := u.uint()
	if n >= uint64(len(u.texts)) {
		u.err, u.rest = errPacked, nil
		return ""
	}
	return u.texts[n]
}

// A codec packs and unpacks values of a type.
type codec struct {
	put func(*packer, reflect.Value)
	get func(*unpacker, reflect.Value)
}

var codecs sync.Map // of types

func codecOf(t reflect.Type) codec {
	if c, ok := codecs.Load(t); ok {
		return c.(codec)
	}
	c := newCodec(t)
	codecs.Store(t, c)
	return c
}

// newCodec returns the codec for a type, which must be plain data and not recursive.
func newCodec(t reflect.Type) codec {
	switch t.Kind() {
	case reflect.String:
		return codec{
			func(p *packer, v reflect.Value) { p.text(v.String()) },
			func(u *unpacker, v reflect.Value) { v.SetString(u.text()) },
		}
	case reflect.Bool:
		return codec{
			func(p *packer, v reflect.Value) {
				if v.Bool() {
					p.uint(1)
				} else {
					p.uint(0)
				}
			},
			func(u *unpacker, v reflect.Value) { v.SetBool(u.uint() == 1) },
		}
	case reflect.Int:
		return codec{
			func(p *packer, v reflect.Value) { p.b = binary.AppendVarint(p.b, v.Int()) },
			func(u *unpacker, v reflect.Value) { n := u.uint(); v.SetInt(int64(n>>1) ^ -int64(n&1)) },
		}
	case reflect.Pointer:
		return pointerCodec(t)
	case reflect.Slice:
		return sliceCodec(t)
	case reflect.Map:
		return mapCodec(t)
	case reflect.Struct:
		return structCodec(t)
	}
	panic(fmt.Sprintf("%s is not plain data", t))
}

func pointerCodec(t reflect.Type) codec {
	elem := codecOf(t.Elem())
	return codec{
		func(p *packer, v reflect.Value) {
			if v.IsNil() {
				p.uint(0)
				return
			}
			p.uint(1)
			elem.put(p, v.Elem())
		},
		func(u *unpacker, v reflect.Value) {
			if u.uint() == 1 {
				to := reflect.New(t.Elem())
				elem.get(u, to.Elem())
				v.Set(to)
			}
		},
	}
}

// sliceCodec distinguishes empty slices from nil.
func sliceCodec(t reflect.Type) codec {
	elem, empty := codecOf(t.Elem()), reflect.MakeSlice(t, 0, 0)
	resize := func(v reflect.Value, n int) { // without a header that MakeSlice would allocate
		v.Set(empty)
		v.Grow(n)
		v.SetLen(n)
	}
	get := func(u *unpacker, v reflect.Value) {
		if n := u.length(); n > 0 {
			resize(v, n-1)
			for i := range n - 1 {
				elem.get(u, v.Index(i))
			}
		}
	}
	switch {
	case t == reflect.TypeFor[[]string]():
		get = func(u *unpacker, v reflect.Value) {
			if n := u.length(); n > 0 {
				texts := make([]string, n-1)
				for i := range texts {
					texts[i] = u.text()
				}
				*v.Addr().Interface().(*[]string) = texts
			}
		}
	case t.Elem().Kind() == reflect.Pointer: // the elements are allocated together
		of := codecOf(t.Elem().Elem())
		get = func(u *unpacker, v reflect.Value) {
			if n := u.length(); n > 0 {
				all := reflect.MakeSlice(reflect.SliceOf(t.Elem().Elem()), n-1, n-1)
				resize(v, n-1)
				for i := range n - 1 {
					if u.uint() == 1 {
						of.get(u, all.Index(i))
						v.Index(i).Set(all.Index(i).Addr())
					}
				}
			}
		}
	}
	return codec{
		func(p *packer, v reflect.Value) {
			if v.IsNil() {
				p.uint(0)
				return
			}
			p.uint(uint64(v.Len()) + 1)
			for i := range v.Len() {
				elem.put(p, v.Index(i))
			}
		},
		get,
	}
}

// mapCodec is for maps with string keys, which are packed in sorted order.
func mapCodec(t reflect.Type) codec {
	key, elem := codecOf(t.Key()), codecOf(t.Elem())
	plain := t.ConvertibleTo(reflect.TypeFor[map[string][]string]())
	return codec{
		func(p *packer, v reflect.Value) {
			if v.IsNil() {
				p.uint(0)
				return
			}
			p.uint(uint64(v.Len()) + 1)
			for _, k := range slices.SortedFunc(slices.Values(v.MapKeys()), func(a, b reflect.Value) int {
				return strings.Compare(a.String(), b.String())
			}) {
				key.put(p, k)
				elem.put(p, v.MapIndex(k))
			}
		},
		func(u *unpacker, v reflect.Value) {
			n := u.length()
			if n == 0 {
				return
			}
			if plain {
				all := make(map[string][]string, n-1)
				texts := reflect.New(t.Elem())
				for range n - 1 {
					k := u.text()
					texts.Elem().SetZero()
					elem.get(u, texts.Elem())
					all[k] = *texts.Interface().(*[]string)
				}
				v.Set(reflect.ValueOf(all).Convert(t))
				return
			}
			v.Set(reflect.MakeMapWithSize(t, n-1))
			k, e := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
			for range n - 1 {
				e.SetZero()
				key.get(u, k)
				elem.get(u, e)
				v.SetMapIndex(k, e)
			}
		},
	}
}

// structCodec packs a bit set of non-empty fields, and these fields.
func structCodec(t reflect.Type) codec {
	type field struct {
		at int
		codec
	}
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Tag.Get("json") == "-" {
			continue
		}
		if !f.IsExported() {
			panic(fmt.Sprintf("%s.%s is not plain data", t, f.Name))
		}
		fields = append(fields, field{i, codecOf(f.Type)})
	}
	if len(fields) > 64 {
		panic(fmt.Sprintf("%s has too many fields", t))
	}
	return codec{
		func(p *packer, v reflect.Value) {
			present := uint64(0)
			for i, f := range fields {
				if !v.Field(f.at).IsZero() {
					present |= 1 << i
				}
			}
			p.uint(present)
			for i, f := range fields {
				if present&(1<<i) != 0 {
					f.put(p, v.Field(f.at))
				}
			}
		},
		func(u *unpacker, v reflect.Value) {
			present := u.uint()
			for i, f := range fields {
				if present&(1<<i) != 0 {
					f.get(u, v.Field(f.at))
				}
			}
		},
	}
}
