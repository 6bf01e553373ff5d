package model

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
)

// TestAnd combines conditions, and does not change its arguments.
func TestAnd(t *testing.T) {
	a, b, c := When{"x": {{"1", "2"}}}, When{"x": {{"2", "3"}}, "y": {{"1"}}}, When{"x": {{"3"}}}
	for _, want := range []struct {
		of   []When
		is   When
		what string
	}{
		{nil, When{}, "nothing"},
		{[]When{nil, {}, nil}, When{}, "no conditions"},
		{[]When{nil, a, {}}, a, "one"},
		{[]When{a, nil, b}, When{"x": {{"2"}}, "y": {{"1"}}}, "two"},
		{[]When{a, b, c}, When{"x": {{}}, "y": {{"1"}}}, "three"},
		{[]When{b, c, c}, When{"x": {{"3"}}, "y": {{"1"}}}, "one twice"},
	} {
		if got := new(Product).And(want.of...); !reflect.DeepEqual(got, want.is) {
			t.Errorf("%s: %v, want %v", want.what, got, want.is)
		}
	}
	if len(a["x"][0]) != 2 || len(b) != 2 || len(b["x"][0]) != 2 || len(c) != 1 {
		t.Errorf("the arguments were changed: %v, %v, %v", a, b, c)
	}
}

func TestCanHold(t *testing.T) {
	p := &Product{Features: []*Feature{
		{ID: "ha", Default: "off"},
		{ID: "alone", Default: "off", Needs: When{"ha": {{"off"}}}},
		{ID: "kind", Choices: []Choice{{ID: "a"}, {ID: "b"}}},
		{ID: "many", Several: true, Choices: []Choice{{ID: "a"}, {ID: "b"}}},
	}}
	for _, x := range []struct {
		name  string
		whens []When
		want  bool
	}{
		{"nothing", nil, true},
		{"one value", []When{{"ha": {{"on"}}}, {"ha": {{"on", "off"}}}}, true},
		{"two values", []When{{"ha": {{"on"}}}, {"ha": {{"off"}}}}, false},
		{"a need", []When{{"ha": {{"on"}}}, {"alone": {{"on"}}}}, false},
		{"the need of what is off", []When{{"ha": {{"on"}}}, {"alone": {{"off"}}}}, true},
		{"two choices", []When{{"kind": {{"a"}}}, {"kind": {{"b"}}}}, false},
		{"two of several choices", []When{{"many": {{"a"}}}, {"many": {{"b"}}}}, true},
	} {
		if got := p.CanHold(x.whens...); got != x.want {
			t.Errorf("%s: %v", x.name, got)
		}
	}
}

// TestConditions compares random conditions with all choices that a site has.
func TestConditions(t *testing.T) {
	values := []string{"a", "b", "c"}
	p := &Product{Features: []*Feature{
		{ID: "one", Choices: []Choice{{ID: "a"}, {ID: "b"}, {ID: "c"}}},
		{ID: "many", Several: true, Choices: []Choice{{ID: "a"}, {ID: "b"}, {ID: "c"}}},
	}}
	var choices []map[string][]string
	for _, one := range values {
		for many := 1; many < 1<<len(values); many++ {
			c := map[string][]string{"one": {one}}
			for i, v := range values {
				if many>>i&1 == 1 {
					c["many"] = append(c["many"], v)
				}
			}
			choices = append(choices, c)
		}
	}
	r := rand.New(rand.NewPCG(1, 3007))
	random := func() When {
		w := When{}
		for _, f := range p.Features {
			if r.IntN(4) > 0 {
				order := r.Perm(len(values))[:1+r.IntN(2)]
				list := make([]string, len(order))
				for i, n := range order {
					list[i] = values[n]
				}
				w[f.ID] = [][]string{list}
			}
		}
		return w
	}
	never, several, implied := 0, 0, 0
	for range 2000 {
		a, b, c := random(), random(), random()
		and, either, same := p.And(a, b, c), Either(p.And(a, b), c), p.And(c, b, a, b)
		possible, implies := false, true
		for _, choice := range choices {
			holdsA, holdsB, holdsC := a.Holds(choice), b.Holds(choice), c.Holds(choice)
			if got, want := and.Holds(choice), holdsA && holdsB && holdsC; got != want {
				t.Fatalf("%v and %v and %v is %v, which is %v with %v", a, b, c, and, got, choice)
			}
			if holdsA && holdsB || holdsC {
				if !either.Holds(choice) {
					t.Fatalf("%v and %v, or %v, is %v, which does not hold with %v", a, b, c, either, choice)
				}
			} else if onOne(a, b, c) && either.Holds(choice) {
				t.Fatalf("%v and %v, or %v, is %v, which holds with %v", a, b, c, either, choice)
			}
			possible = possible || and.Holds(choice)
			implies = implies && (!a.Holds(choice) || b.Holds(choice))
		}
		if (and.Never() == "") != possible || p.CanHold(a, b, c) != possible {
			t.Fatalf("%v and %v and %v: never %q, can hold %v, want %v", a, b, c, and.Never(), p.CanHold(a, b, c), possible)
		}
		if a.Implies(b) != implies {
			t.Fatalf("%v implies %v: %v, want %v", a, b, !implies, implies)
		}
		if len(same) != len(and) || !same.Implies(and) || !and.Implies(same) {
			t.Fatalf("%v in another order is %v", and, same)
		}
		if !possible {
			never++
		}
		if len(and["many"]) > 1 {
			several++
		}
		if implies {
			implied++
		}
	}
	if never < 100 || several < 100 || implied < 100 {
		t.Errorf("%d never hold, %d need several values, %d imply others", never, several, implied)
	}
}

// onOne reports whether the conditions are all on one feature, the same.
func onOne(all ...When) bool {
	for _, w := range all {
		if f := w.Features(); len(f) != 1 || f[0] != all[0].Features()[0] {
			return false
		}
	}
	return true
}

// TestWhenJSON writes and reads conditions.
func TestWhenJSON(t *testing.T) {
	for _, c := range []struct {
		json string
		when When
	}{
		{`null`, nil},
		{`{}`, When{}},
		{`{"mail":["on"],"store":["disk","tape"]}`, When{"mail": {{"on"}}, "store": {{"disk", "tape"}}}},
		{`{"store":[["disk"],["cloud","tape"]]}`, When{"store": {{"disk"}, {"cloud", "tape"}}}},
		{`{"store":[]}`, When{"store": {{}}}},
	} {
		data, err := json.Marshal(c.when)
		if err != nil || string(data) != c.json {
			t.Errorf("%v: %s, %v, want %s", c.when, data, err, c.json)
		}
		var got When
		if err := json.Unmarshal([]byte(c.json), &got); err != nil || !reflect.DeepEqual(got, c.when) {
			t.Errorf("%s: %v, %v, want %v", c.json, got, err, c.when)
		}
	}
	for _, wrong := range []string{`[]`, `{"store":"disk"}`, `{"store":[["disk"],"tape"]}`, `{"store":[[["disk"]]]}`} {
		var got When
		if err := json.Unmarshal([]byte(wrong), &got); err == nil {
			t.Errorf("%s: %v, want an error", wrong, got)
		}
	}
}
