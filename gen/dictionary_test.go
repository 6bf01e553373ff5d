package gen

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestDictionary adds texts at random, some of them again: they are numbered like the keys of a
// map.
func TestDictionary(t *testing.T) {
	random := rand.New(rand.NewPCG(16, 5))
	var d Dictionary
	want := make(map[string]uint32)
	for range 5000 {
		s := fmt.Sprint(random.IntN(3000))[random.IntN(2):]
		n, found := d.Find(s)
		if known, ok := want[s]; found != ok || found && n != known {
			t.Fatalf("%q is found: %v, with the number %d", s, found, n)
		}
		if _, ok := want[s]; !ok {
			want[s] = uint32(len(want))
		}
		if got := d.Add(s); got != want[s] {
			t.Fatalf("%q has the number %d, want %d", s, got, want[s])
		}
	}
	for s, n := range want {
		if string(d.At(int(n))) != s {
			t.Errorf("number %d is %q, want %q", n, d.At(int(n)), s)
		}
	}
	if d.Len() != len(want) {
		t.Errorf("%d texts, want %d", d.Len(), len(want))
	}
}

// TestRelated checks that the last relation of a text counts, and that other texts have none.
func TestRelated(t *testing.T) {
	var texts Texts
	var r Relation
	r.Set(texts.Add("ldap"), texts.Add("TCP"))
	r.Set(texts.Add("dns"), texts.Add("UDP"))
	r.Set(texts.Add("ldap"), texts.Add("TCP/UDP"))
	for of, want := range map[string]string{"ldap": "TCP/UDP", "dns": "UDP", "TCP": "", "unknown": ""} {
		if got := texts.Related(r, of); got != want {
			t.Errorf("%s is related to %q, want %q", of, got, want)
		}
	}
	if len(r) != 2 {
		t.Errorf("%d pairs, want 2", len(r))
	}
}
