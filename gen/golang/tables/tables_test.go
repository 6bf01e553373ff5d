package tables

import (
	"fmt"
	"reflect"
	"testing"
)

func TestContains(t *testing.T) {
	for _, c := range []struct {
		r    PortRange
		port int
		want bool
	}{
		{PortRange{443, 443}, 443, true},
		{PortRange{443, 443}, 444, false},
		{PortRange{5000, 5010}, 5000, true},
		{PortRange{5000, 5010}, 5010, true},
		{PortRange{5000, 5010}, 4999, false},
		{PortRange{5000, 5010}, 5011, false},
	} {
		if got := c.r.Contains(c.port); got != c.want {
			t.Errorf("%v contains %d: %v", c.r, c.port, got)
		}
	}
}

func TestHolds(t *testing.T) {
	chosen := map[string][]string{"tls": {On}, "mode": {"a", "b"}}
	for _, c := range []struct {
		when When
		want bool
	}{
		{nil, true},
		{When{{"tls", []string{On}}}, true},
		{When{{"tls", []string{Off}}}, false},
		{When{{"mode", []string{"c", "b"}}}, true},
		{When{{"mode", []string{"c", "d"}}}, false},
		{When{{"tls", []string{On}}, {"mode", []string{"c"}}}, false},
		{When{{"mode", []string{"a"}}, {"tls", []string{On}}}, true},
		{When{{"tls", nil}}, false},
		{When{{"unknown", []string{On}}}, false},
	} {
		if got := c.when.Holds(chosen); got != c.want {
			t.Errorf("%v holds: %v", c.when, got)
		}
	}
}

func TestFlowsWhere(t *testing.T) {
	is := func(value string) Conditions { return Conditions{When: When{{"ha", []string{value}}}} }
	components = []Component{{ID: "server"}, {ID: "balancer", Conditions: is(On)}, {ID: "single", Conditions: is(Off)}}
	flows = []Flow{
		{ID: "both", From: []string{"server", "balancer"}},
		{ID: "no-talker", From: []string{"single"}},
		{ID: "conditioned", From: []string{"server"}, Conditions: is(Off)},
		{ID: "always", From: []string{"server"}},
	}
	defer func() { components, flows = nil, nil }()
	for _, c := range []struct{ value, want string }{
		{On, "both[server balancer] always[server] "},
		{Off, "both[server] no-talker[single] conditioned[server] always[server] "},
	} {
		got := ""
		for _, f := range FlowsWhere(map[string][]string{"ha": {c.value}}) {
			got += fmt.Sprint(f.ID, f.From, " ")
			f.From[0] = "changed"
		}
		if got != c.want {
			t.Errorf("ha %s: %s, want %s", c.value, got, c.want)
		}
	}
}

// TestCopies fills every field of every table, changes everything that can be
// reached from a copy, and looks whether the original has changed.
func TestCopies(t *testing.T) {
	copies(t, (*Component).own)
	copies(t, (*Listener).own)
	copies(t, (*Flow).own)
	copies(t, (*Feature).own)
	copies(t, (*Rule).own)
	copies(t, (*Erratum).own)
}

func copies[T any](t *testing.T, own func(*T)) {
	original, before := make([]T, 1), make([]T, 1)
	fill(reflect.ValueOf(&original[0]).Elem())
	fill(reflect.ValueOf(&before[0]).Elem())
	got := copyEach(original, own)
	if !reflect.DeepEqual(got, original) {
		t.Errorf("copy of %T differs: %+v", original, got)
	}
	spoil(reflect.ValueOf(got))
	if reflect.DeepEqual(got, original) {
		t.Errorf("spoil leaves %T as it is", original)
	}
	if !reflect.DeepEqual(original, before) {
		t.Errorf("a change of the copy reaches %T: %+v", original, original)
	}
}

// fill gives every field, list and pointer a value.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.String:
		v.SetString("text")
	case reflect.Int:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	default:
		panic("no value for " + v.Type().String())
	}
}

// spoil changes everything that can be reached from v.
func spoil(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		spoil(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			spoil(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			spoil(v.Index(i))
		}
	case reflect.String:
		v.SetString("spoilt")
	case reflect.Int:
		v.SetInt(-7)
	case reflect.Bool:
		v.SetBool(false)
	}
}
