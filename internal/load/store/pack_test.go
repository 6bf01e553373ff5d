package store

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// TestPack packs and unpacks models in which all fields are set, none, or some.
func TestPack(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 300 {
		var want, got kept
		if i > 0 {
			fill(random, reflect.ValueOf(&want).Elem())
		}
		if err := unpack(pack(&want), &got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%d: %+v\nwas unpacked as %+v", i, want, got)
		}
	}
}

// fill sets a value at random.
func fill(random *rand.Rand, v reflect.Value) {
	if random.IntN(4) == 0 {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString([]string{"", "tcp", "ü", "same", "\xff"}[random.IntN(5)])
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt([]int64{-1 << 63, -1, 0, 1, 65535, 1<<63 - 1}[random.IntN(6)])
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(random, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), random.IntN(3), 3))
		for i := range v.Len() {
			fill(random, v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range random.IntN(3) {
			key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(random, key)
			fill(random, elem)
			v.SetMapIndex(key, elem)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("json") != "-" { // not stored
				fill(random, v.Field(i))
			}
		}
	}
}

// TestPackedDamage truncates and changes packed data: unpacking gives another value or an error,
// and does not panic.
func TestPackedDamage(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	refused := 0
	for range 20 {
		var k, got kept
		fill(random, reflect.ValueOf(&k).Elem())
		data := pack(&k)
		for i := range min(len(data), 2000) {
			damaged := slices.Clone(data)
			damaged[i] ^= byte(1 + random.IntN(255))
			for _, d := range [][]byte{damaged, data[:i], append(slices.Clone(data), 0)} {
				if unpack(d, &got) != nil {
					refused++
				}
			}
		}
	}
	if refused == 0 {
		t.Error("no damaged data was rejected")
	}
}
