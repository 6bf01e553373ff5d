package diff

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
)

// A maker sets the fields of a model to random values by reflection, so new fields of the model
// are included. Ids and references are chosen from a few words, so that most references are
// valid.
type maker struct {
	r    *rand.Rand
	full bool // nothing is left empty
}

// words are the possible texts: ids, and the words that the comparison knows.
var words = strings.Fields("a b c d a b c d a b c d tcp udp any loopback same-host network on off one software")

func (m *maker) catalog() *model.Catalog {
	c := &model.Catalog{}
	m.fill(reflect.ValueOf(c).Elem())
	for _, p := range c.Products {
		m.link(p)
	}
	return c
}

// link makes most flows refer to existing components and listeners.
func (m *maker) link(p *model.Product) {
	for _, f := range p.Flows {
		for _, from := range p.Components {
			for _, to := range p.Components {
				if len(to.Listeners) > 0 && m.r.IntN(3) == 0 {
					f.From = append(f.From, from.ID)
					f.To = append(f.To, model.Target{Component: to.ID, Listeners: []string{to.Listeners[m.r.IntN(len(to.Listeners))].ID}})
					if !m.full {
						f.Transports = nil
					}
				}
			}
		}
	}
}

// fill sets everything in a value that JSON contains.
func (m *maker) fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.SetZero()
		if m.full || m.r.IntN(3) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			m.fill(v.Elem())
		}
	case reflect.Struct:
		for _, f := range fieldsOf(v.Type()) {
			m.fill(v.FieldByIndex(f.Index))
		}
		valid(v)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 0, 2))
		for range m.size() {
			x := m.element(v.Type().Elem())
			id, has := idOf(x)
			same := func(y reflect.Value) bool { other, _ := idOf(y); return other == id }
			if !has || !slices.ContainsFunc(elementsOf(v), same) {
				v.Set(reflect.Append(v, x))
			}
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range m.size() {
			v.SetMapIndex(m.element(v.Type().Key()), m.element(v.Type().Elem()))
		}
	case reflect.String:
		v.SetString(words[m.r.IntN(len(words))])
		if !m.full && m.r.IntN(4) == 0 {
			v.SetString("")
		}
	case reflect.Int:
		v.SetInt(int64(1 + m.r.IntN(9)))
	case reflect.Bool:
		v.SetBool(m.full || m.r.IntN(2) == 0)
	default:
		panic("no random values of " + v.Type().String())
	}
}

// element returns a random element of a list or a map, without nil values.
func (m *maker) element(t reflect.Type) reflect.Value {
	x := reflect.New(t).Elem()
	for m.fill(x); x.Kind() == reflect.Pointer && x.IsNil(); {
		m.fill(x)
	}
	return x
}

func (m *maker) size() int {
	if m.full {
		return 1
	}
	return m.r.IntN(4)
}

// valid repairs what no loaded model contains: ranges that end before they begin, and missing
// ids.
func valid(v reflect.Value) {
	if p, ok := v.Addr().Interface().(*model.PortRange); ok {
		p.From, p.To = min(p.From, p.To), max(p.From, p.To)
	}
	if f, ok := v.Type().FieldByName("ID"); ok && v.FieldByIndex(f.Index).String() == "" {
		v.FieldByIndex(f.Index).SetString("e")
	}
}

// idOf returns the id of an element of a list, if it has one.
func idOf(v reflect.Value) (id string, has bool) {
	if v = reflect.Indirect(v); v.Kind() == reflect.Struct {
		if id := v.FieldByName("ID"); id.IsValid() {
			return id.String(), true
		}
	}
	return "", false
}

func elementsOf(v reflect.Value) []reflect.Value {
	var all []reflect.Value
	for i := range v.Len() {
		all = append(all, v.Index(i))
	}
	return all
}

// fieldsOf lists the fields of a type that JSON contains, including those of embedded types.
func fieldsOf(t reflect.Type) []reflect.StructField {
	return slices.DeleteFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool {
		return f.Anonymous || f.Tag.Get("json") == "-" || !f.IsExported()
	})
}

// jsonName returns the name of a field in JSON.
func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// A spot is a field of something in a catalogue.
type spot struct {
	name  string // such as Flow.Purpose
	value reflect.Value
}

// spots lists the fields of everything in a value.
func spots(v reflect.Value) []spot {
	var all []spot
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return spots(v.Elem())
		}
	case reflect.Struct:
		for _, f := range fieldsOf(v.Type()) {
			x := v.FieldByIndex(f.Index)
			all = append(all, spot{v.Type().Name() + "." + f.Name, x})
			all = append(all, spots(x)...)
		}
	case reflect.Slice:
		for _, x := range elementsOf(v) {
			all = append(all, spots(x)...)
		}
	case reflect.Map: // values in maps cannot be set
	}
	return all
}

// everyField collects the fields of a type and of all types in it, except for values of maps.
func everyField(t reflect.Type, into map[string]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		everyField(t.Elem(), into)
	case reflect.Struct:
		for _, f := range fieldsOf(t) {
			if name := t.Name() + "." + f.Name; !into[name] {
				into[name] = true
				everyField(f.Type, into)
			}
		}
	}
}

// copied returns a copy of a catalogue.
func copied(c *model.Catalog) *model.Catalog {
	var made model.Catalog
	decode(encode(c), &made)
	return &made
}

// edited returns a catalogue with random changes of fields.
func (m *maker) edited(c *model.Catalog, times int) *model.Catalog {
	made := copied(c)
	for range times {
		all := spots(reflect.ValueOf(made).Elem())
		at := all[m.r.IntN(len(all))].value
		if at.Kind() == reflect.Slice && at.Len() > 1 && m.r.IntN(2) == 0 {
			reflect.Swapper(at.Interface())(0, at.Len()-1)
			continue
		}
		m.fill(at)
	}
	if !unique(repaired(made)) {
		return m.edited(c, times)
	}
	return copied(made) // two models may have the same JSON
}

// repaired calls valid for everything in a catalogue.
func repaired(c *model.Catalog) *model.Catalog {
	var repair func(reflect.Value)
	repair = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				repair(v.Elem())
			}
		case reflect.Struct:
			for _, f := range fieldsOf(v.Type()) {
				repair(v.FieldByIndex(f.Index))
			}
			valid(v)
		case reflect.Slice:
			for _, x := range elementsOf(v) {
				repair(x)
			}
		}
	}
	repair(reflect.ValueOf(c).Elem())
	return c
}

// TestEveryField changes each field of the model, in every possible way: to another value, to
// none, and back.
func TestEveryField(t *testing.T) {
	m := &maker{r: rand.New(rand.NewPCG(*seed, 3)), full: true}
	whole := copied(m.catalog())
	want, got := make(map[string]bool), make(map[string]bool)
	everyField(reflect.TypeFor[model.Catalog](), want)
	for i := range spots(reflect.ValueOf(whole).Elem()) {
		for _, change := range []func(reflect.Value){another, none} {
			changed := copied(whole)
			at := spots(reflect.ValueOf(changed).Elem())[i]
			change(at.value)
			changed = copied(repaired(changed))
			if string(encode(whole)) == string(encode(changed)) {
				continue
			}
			got[at.name] = true
			if msg := wrong(whole, changed, Compare(whole, changed)); msg != "" {
				t.Errorf("%s changed: %s", at.name, msg)
			}
		}
	}
	for name := range want {
		if !got[name] {
			t.Errorf("%s was never changed", name)
		}
	}
	t.Logf("%d fields", len(want))
}

// none removes a value; lists that are never nil become empty.
func none(v reflect.Value) {
	v.SetZero()
	if v.Kind() == reflect.Slice {
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	}
}

// another replaces a value by a different one.
func another(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		another(v.Elem())
	case reflect.Struct:
		another(v.FieldByIndex(fieldsOf(v.Type())[0].Index))
	case reflect.Slice:
		if of := v.Type().Elem(); v.Len() == 0 {
			x := reflect.New(of).Elem()
			if of.Kind() == reflect.Pointer {
				x = reflect.New(of.Elem())
			}
			v.Set(reflect.Append(v, x))
			return
		}
		another(v.Index(0))
	case reflect.Map:
		v.SetMapIndex(reflect.ValueOf("another").Convert(v.Type().Key()), v.MapIndex(v.MapKeys()[0]))
	case reflect.String:
		v.SetString(v.String() + "-another")
	case reflect.Int:
		v.SetInt(v.Int() + 1)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	}
}

// TestMade checks properties of random pairs of models: similar ones, and unrelated ones.
func TestMade(t *testing.T) {
	counts := make(tally)
	for i := range *made {
		r := rand.New(rand.NewPCG(*seed+uint64(i), 5))
		m := &maker{r: r}
		old := copied(m.catalog())
		new := m.edited(old, r.IntN(6))
		if r.IntN(10) == 0 {
			new = copied(m.catalog())
		}
		c := Compare(old, new)
		if msg := wrong(old, new, c); msg != "" {
			t.Fatalf("seed %d: %s", *seed+uint64(i), msg)
		}
		counts.add(c)
	}
	counts.whole(t)
}

// TestJudges checks that there is a class for each field of the model and for no other, and that
// elements with ids are compared by id wherever they are in a list.
func TestJudges(t *testing.T) {
	known := make(map[string]bool)
	var walk func(what string, of reflect.Type)
	walk = func(what string, of reflect.Type) {
		for _, f := range fieldsOf(of) {
			name, of := jsonName(f), f.Type
			for of.Kind() == reflect.Slice || of.Kind() == reflect.Pointer {
				of = of.Elem()
			}
			known[what+"."+name] = true
			_, listed := f.Type, nested[what][name] != ""
			id := false
			if f.Type.Kind() == reflect.Slice && of.Kind() == reflect.Struct {
				_, id = of.FieldByName("ID")
			}
			switch {
			case id != listed:
				t.Errorf("%s of a %s: elements have ids: %v, compared by id: %v", name, what, id, listed)
			case listed:
				walk(nested[what][name], of)
			case name != "id" && judges[what][name] == nil:
				t.Errorf("no class for %s of a %s", name, what)
			}
		}
	}
	walk("catalog", reflect.TypeFor[model.Catalog]())
	for what, fields := range judges {
		for name := range fields {
			if !known[what+"."+name] {
				t.Errorf("a class for %s of a %s, which has no such field", name, what)
			}
		}
	}
	for what, lists := range nested {
		for name := range lists {
			if !known[what+"."+name] {
				t.Errorf("a %s has no %s", what, name)
			}
		}
	}
	if len(known) < 100 {
		t.Error(fmt.Sprint("only ", len(known), " fields have a class"))
	}
}
