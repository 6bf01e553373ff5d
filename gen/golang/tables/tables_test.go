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
	features = []Feature{
		{ID: "tls", Default: Off},
		{ID: "mode", Several: true, Choices: []Choice{{ID: "a"}, {ID: "b"}, {ID: "c"}}},
	}
	defer func() { features = nil }()
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
		got, err := c.when.Holds(setting{"tls", On}, setting{"mode", "a"}, setting{"mode", "b"})
		if err != nil || got != c.want {
			t.Errorf("%v holds: %v, %v", c.when, got, err)
		}
	}
	if _, err := (When{}).Holds(setting{"tls", "tls1.3"}); err == nil {
		t.Error("no error for a wrong setting")
	}
}

// A setting is used like generated constants, which are values of a struct type.
type setting struct{ feature, value string }

func (s setting) chosen() chosen { return chosen(s) }

func TestSettings(t *testing.T) {
	features = []Feature{
		{ID: "database", Default: "embedded", Choices: []Choice{{ID: "embedded"}, {ID: "oracle"}, {ID: "derby"}}},
		{ID: "tls", Default: On},
		{ID: "client-certificates", Default: Off, Needs: When{{"tls", []string{On}}}},
		{ID: "backup", Default: Off, Needs: When{{"database", []string{"oracle", "derby"}}}},
		{ID: "deployment", Several: true, Choices: []Choice{{ID: "core"}, {ID: "cluster"}}},
	}
	defer func() { features = nil }()
	core := setting{"deployment", "core"}
	for _, c := range []struct {
		settings []Setting
		want     string // the error or the values
	}{
		{[]Setting{core}, "map[backup:[off] client-certificates:[off] database:[embedded] deployment:[core] tls:[on]]"},
		{[]Setting{core, setting{"database", "oracle"}, core, setting{"database", "oracle"}}, "map[backup:[off] client-certificates:[off] database:[oracle] deployment:[core] tls:[on]]"},
		{[]Setting{setting{"deployment", "cluster"}, core}, "map[backup:[off] client-certificates:[off] database:[embedded] deployment:[cluster core] tls:[on]]"},
		{nil, "feature deployment has no default; set it to core or cluster"},
		{[]Setting{core, setting{"database", "oracle"}, setting{"database", "derby"}}, "feature database is set to oracle and to derby; it has one value at a time"},
		{[]Setting{core, setting{"tls", On}, setting{"tls", Off}}, "feature tls is set to on and to off; it has one value at a time"},
		{[]Setting{core, setting{"database", "postgres"}}, "feature database has no value postgres; it can be embedded, oracle or derby"},
		{[]Setting{core, setting{"tls", "yes"}}, "feature tls has no value yes; it can be on or off"},
		{[]Setting{core, setting{"databse", "oracle"}}, "no feature is called databse"},
		{[]Setting{core, nil}, "a setting is nil; leave it out, or name a feature's value"},
		{[]Setting{core, setting{"tls", Off}, setting{"client-certificates", On}}, "feature client-certificates needs tls to be on, and it is off"},
		{[]Setting{core, setting{"tls", Off}}, "map[backup:[off] client-certificates:[off] database:[embedded] deployment:[core] tls:[off]]"},
		{[]Setting{core, setting{"backup", On}}, "feature backup needs database to be oracle or derby, and it is embedded"},
	} {
		values, err := valuesWith(c.settings)
		got := fmt.Sprint(values)
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%v: %s, want %s", c.settings, got, c.want)
		}
		if flows, err2 := FlowsWhere(c.settings...); (err2 == nil) != (err == nil) || err2 != nil && flows != nil {
			t.Errorf("%v: flows %v, %v", c.settings, flows, err2)
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
	features = []Feature{{ID: "ha", Default: Off}}
	defer func() { components, features, flows = nil, nil, nil }()
	for _, c := range []struct{ value, want string }{
		{On, "both[server balancer] always[server] "},
		{Off, "both[server] no-talker[single] conditioned[server] always[server] "},
	} {
		got := ""
		list, err := FlowsWhere(setting{"ha", c.value})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			got += fmt.Sprint(f.ID, f.From, " ")
			f.From[0] = "changed"
		}
		if got != c.want {
			t.Errorf("ha %s: %s, want %s", c.value, got, c.want)
		}
	}
}

// TestCopies sets every field of every table, and changes everything that can be reached from a
// copy: the original must not change.
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
		t.Errorf("spoil did not change %T", original)
	}
	if !reflect.DeepEqual(original, before) {
		t.Errorf("changing the copy changed the %T: %+v", original, original)
	}
}

// fill sets all fields, list elements and pointers.
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
