package diff

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/sample"
)

var (
	pairs = flag.Int("pairs", sample.Size(60, 150), "how many random pairs of models are compared")
	made  = flag.Int("made", sample.Size(300, 1000), "how many pairs of made-up models are compared")
	seed  = flag.Uint64("seed", 1, "the seed of the first pair")
)

// TestPairs checks properties of random pairs of models, which are made of the real products by
// random edits: applying the changes to the old model gives the new one, every difference is
// reported, equal models have no changes, and comparing in the other direction gives the mirror
// image, which leads back to the old model.
func TestPairs(t *testing.T) {
	loaded, err := load.Embedded(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	counts := make(tally)
	edits := 0
	for i := range *pairs {
		r := rand.New(rand.NewPCG(*seed+uint64(i), 7))
		start := *loaded.Catalog
		if r.IntN(10) > 0 { // mostly of a single product, which is faster
			one := r.IntN(len(start.Products))
			start.Products = start.Products[one : one+1]
		}
		old := mutated(t, &start, r, r.IntN(6))
		n := r.IntN(9)
		new := mutated(t, old, r, n)
		edits += n
		c := Compare(old, new)
		if msg := wrong(old, new, c); msg != "" {
			t.Fatalf("seed %d: %s", *seed+uint64(i), msg)
		}
		counts.add(c)
	}
	t.Logf("%d pairs, %d random edits", *pairs, edits)
	counts.log(t)
}

// A tally counts changes by kind and class.
type tally map[string]int

func (t tally) add(c *Changes) {
	for _, x := range c.Changes {
		t["change "+string(x.Kind)]++
		t["class "+string(x.Class)]++
	}
	for _, a := range c.Actions {
		t["action "+string(a.Class)]++
	}
}

func (t tally) log(test *testing.T) {
	for _, k := range slices.Sorted(maps.Keys(t)) {
		test.Logf("%6d %s", t[k], k)
	}
}

// whole logs the tally, and fails if a kind or a class did not occur.
func (t tally) whole(test *testing.T) {
	t.log(test)
	for _, k := range []Kind{Added, Removed, Changed, Renamed, Reordered} {
		if t["change "+string(k)] == 0 {
			test.Errorf("no pair has a change of the kind %s", k)
		}
	}
	for _, c := range []Class{MustOpen, MayClose, Moved, Condition} {
		if t["action "+string(c)] == 0 {
			test.Errorf("no pair has an action %s", c)
		}
	}
}

// wrong returns which property does not hold; "" if all do.
func wrong(old, new *model.Catalog, c *Changes) string {
	a, b, changes := encode(old), encode(new), encode(c)
	if msg := leads(old, c, b); msg != "" {
		return msg + "\n" + string(changes)
	}
	if equal := bytes.Equal(a, b); equal != c.Empty() || equal && len(c.Actions) > 0 {
		return fmt.Sprintf("equal: %v, but the changes are %s", equal, changes)
	}
	if self := Compare(new, new); !self.Empty() || len(self.Actions) > 0 {
		return fmt.Sprintf("a model differs from itself: %s", encode(self))
	}
	back, mirror := Compare(new, old), c.Mirror()
	if got, want := encode(back), encode(mirror); !bytes.Equal(got, want) {
		return "not the mirror: " + around(got, want)
	}
	if msg := leads(new, back, a); msg != "" {
		return "back: " + msg
	}
	if twice := encode(mirror.Mirror()); !bytes.Equal(twice, changes) {
		return "the mirror of the mirror is another"
	}
	var read Changes
	if err := json.Unmarshal(changes, &read); err != nil || !bytes.Equal(encode(&read), changes) {
		return fmt.Sprintf("changes cannot be decoded from JSON: %v", err)
	}
	return ""
}

// leads applies changes to a model, and compares the result with the JSON of the expected one.
func leads(from *model.Catalog, c *Changes, want []byte) string {
	made, err := c.Apply(from)
	if err != nil {
		return "apply: " + err.Error()
	}
	if got := encode(made); !bytes.Equal(got, want) {
		return "applying the changes gives a different model: " + around(got, want)
	}
	return ""
}

// around shows where two texts begin to differ.
func around(a, b []byte) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	cut := func(x []byte) []byte { return x[max(0, min(len(x), i)-300):min(len(x), i+200)] }
	return fmt.Sprintf("\n got …%s…\nwant …%s…", cut(a), cut(b))
}

// mutated returns a catalogue with random edits of its JSON: changed values, swapped elements,
// elements replaced by copies of others, and ids that are renamed everywhere.
func mutated(t *testing.T, c *model.Catalog, r *rand.Rand, times int) *model.Catalog {
	t.Helper()
	data := encode(c)
	made := new(model.Catalog)
	decode(data, made)
	var tree any // of data; nil until it is needed
	for try := 0; times > 0 && try < 200; try++ {
		if tree == nil {
			decode(data, &tree)
		}
		mutate(tree, r)
		again, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		if r.IntN(5) == 0 {
			again, tree = renameSomething(again, r), nil
		}
		next := new(model.Catalog)
		if json.Unmarshal(again, next) != nil || !unique(next) {
			tree = nil
			continue
		}
		data, made = again, next
		times--
	}
	return made
}

// mutate edits one place of a tree at a random depth.
func mutate(x any, r *rand.Rand) {
	switch x := x.(type) {
	case map[string]any:
		keys := slices.Sorted(maps.Keys(x))
		if len(keys) == 0 {
			return
		}
		k := keys[r.IntN(len(keys))]
		switch v := x[k].(type) {
		case string:
			x[k] = v + fmt.Sprint(r.IntN(9))
		case float64:
			x[k] = float64(1 + (int(v)+r.IntN(500))%65000)
		case bool:
			x[k] = !v
		case nil:
		default:
			mutate(v, r)
		}
	case []any:
		if len(x) == 0 {
			return
		}
		i, j := r.IntN(len(x)), r.IntN(len(x))
		switch r.IntN(8) {
		case 0:
			x[i], x[j] = x[j], x[i]
		case 1:
			x[i] = x[j] // a copy, which gets a new id
			if m, ok := x[i].(map[string]any); ok && m["id"] != nil {
				copied := maps.Clone(m)
				copied["id"] = fmt.Sprint(m["id"], "-", r.IntN(99))
				x[i] = copied
			}
		default:
			if s, ok := x[i].(string); ok {
				x[i] = s + "x"
				return
			}
			mutate(x[i], r)
		}
	}
}

// renameSomething renames an id everywhere.
func renameSomething(data []byte, r *rand.Rand) []byte {
	parts := strings.Split(string(data), `"id":"`)
	id, _, _ := strings.Cut(parts[1+r.IntN(len(parts)-1)], `"`)
	to := fmt.Sprintf(`"%s-%d`, id, r.IntN(9))
	return []byte(strings.NewReplacer(`"`+id+`"`, to+`"`, `"`+id+`/`, to+`/`).Replace(string(data)))
}

// unique reports whether the ids in each list of a catalogue are unique.
func unique(c *model.Catalog) bool { return uniqueIDs(reflect.ValueOf(c)) }

func uniqueIDs(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return v.IsNil() || uniqueIDs(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && !uniqueIDs(v.Field(i)) {
				return false
			}
		}
	case reflect.Slice:
		seen := make(map[string]bool)
		for _, x := range elementsOf(v) {
			id, has := idOf(x)
			if has && seen[id] || !uniqueIDs(x) {
				return false
			}
			seen[id] = true
		}
	}
	return true
}
