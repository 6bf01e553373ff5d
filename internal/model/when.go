package model

import (
	"encoding/json"
	"iter"
	"maps"
	"slices"
)

// When is a condition on features. For each feature named, it has lists of values, and one
// value of each list must be chosen. A feature that has one value at a time has one list, and
// an empty list can never be met.
//
// In JSON, a feature with one list has that list, and others have a list of lists:
//
//	{"mail": ["on"], "backend": [["oracle", "sql"], ["files"]]}
//
// [Product.And] and [Either] combine conditions. Their results can be compared: lists are
// sorted, and none contains another of the same feature.
type When map[string][][]string

// Features lists the features of the condition, sorted.
func (w When) Features() []string {
	if len(w) == 0 {
		return nil
	}
	return w.appendFeatures(make([]string, 0, len(w)))
}

func (w When) appendFeatures(to []string) []string {
	for f := range w {
		to = append(to, f)
	}
	slices.Sort(to)
	return to
}

// Lists yields each list of values with its feature, sorted by feature.
func (w When) Lists() iter.Seq2[string, []string] {
	return func(yield func(string, []string) bool) {
		var few [8]string // not allocated
		for _, f := range w.appendFeatures(few[:0]) {
			for _, values := range w[f] {
				if !yield(f, values) {
					return
				}
			}
		}
	}
}

// Holds reports whether the chosen values of features meet the condition.
func (w When) Holds(chosen map[string][]string) bool {
	for f, lists := range w {
		for _, values := range lists {
			if !Intersect(chosen[f], values) {
				return false
			}
		}
	}
	return true
}

// Never returns a feature whose values can never meet the condition; "" if there is none.
func (w When) Never() string {
	for f, values := range w.Lists() {
		if len(values) == 0 {
			return f
		}
	}
	return ""
}

// Implies reports whether the other condition holds whenever this one does.
func (w When) Implies(other When) bool {
	for f, values := range other.Lists() {
		if !slices.ContainsFunc(w[f], func(own []string) bool { return subset(own, values) }) {
			return false
		}
	}
	return true
}

// And returns the conjunction of conditions. If a feature is named twice, a value that is
// chosen must be in both lists, and if it can have several values, one of each list must be
// chosen. The result may be one of the arguments and must not be changed.
func (p *Product) And(whens ...When) When {
	all, own := always, false
	for _, w := range whens {
		switch {
		case len(w) == 0:
			continue
		case len(all) == 0:
			all = w
			continue
		case !own:
			all, own = maps.Clone(all), true
		}
		for f, lists := range w {
			if have, ok := all[f]; ok {
				lists = p.both(f, have, lists)
			}
			all[f] = lists
		}
	}
	return all
}

// always is the condition that asks for nothing. It is not changed.
var always = When{}

// both returns the lists of a feature that must meet the lists of two conditions.
func (p *Product) both(feature string, a, b [][]string) [][]string {
	if f := p.Feature(feature); f != nil && f.Several {
		return least(slices.Concat(a, b))
	}
	lists := slices.Concat(b, a)
	return [][]string{slices.DeleteFunc(slices.Clone(lists[0]), func(v string) bool {
		return slices.ContainsFunc(lists[1:], func(other []string) bool { return !slices.Contains(other, v) })
	})}
}

// Either returns a condition that holds if one of two does: for each feature that both name,
// one value of either must be chosen. It may also hold if neither does.
func Either(a, b When) When {
	all := always
	for f := range a {
		if _, named := b[f]; !named {
			continue
		}
		var lists [][]string
		for _, x := range a[f] {
			for _, y := range b[f] {
				more := slices.DeleteFunc(slices.Clone(y), func(v string) bool { return slices.Contains(x, v) })
				lists = append(lists, slices.Concat(x, more))
			}
		}
		if len(all) == 0 {
			all = When{}
		}
		all[f] = least(lists)
	}
	return all
}

// least sorts lists, and removes those that are met whenever another one is.
func least(lists [][]string) [][]string {
	var all [][]string
	for i, l := range lists {
		implied := false
		for j, other := range lists {
			implied = implied || j != i && subset(other, l) && (j < i || !subset(l, other))
		}
		if !implied {
			all = append(all, l)
		}
	}
	slices.SortFunc(all, slices.Compare)
	return all
}

func subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(v string) bool { return !slices.Contains(b, v) })
}

// Intersect reports whether two lists have an element in common.
func Intersect(a, b []string) bool {
	return slices.ContainsFunc(a, func(v string) bool { return slices.Contains(b, v) })
}

// Needs returns a condition together with everything that its features need, directly or
// indirectly. A switch that may be off needs nothing.
func (p *Product) Needs(w When) When {
	if len(w) == 0 {
		return nil
	}
	all, done := w, map[string]bool{}
	for todo := all.Features(); len(todo) > 0; {
		f := p.Feature(todo[0])
		todo = todo[1:]
		if f == nil || done[f.ID] || len(f.Choices) == 0 && slices.Contains(slices.Concat(all[f.ID]...), "off") {
			continue
		}
		done[f.ID] = true
		all = p.And(all, f.Needs)
		todo = append(todo, f.Needs.Features()...)
	}
	return all
}

// CanHold reports whether all conditions can hold at the same time, together with what
// their features need.
func (p *Product) CanHold(whens ...When) bool {
	return p.Needs(p.And(whens...)).Never() == ""
}

// MarshalJSON writes a single list of a feature without the list around it.
func (w When) MarshalJSON() ([]byte, error) {
	if w == nil {
		return []byte("null"), nil
	}
	all := make(map[string]any, len(w))
	for f, lists := range w {
		if len(lists) == 1 {
			all[f] = lists[0]
		} else {
			all[f] = lists
		}
	}
	return json.Marshal(all)
}

// UnmarshalJSON reads what [When.MarshalJSON] writes.
func (w *When) UnmarshalJSON(data []byte) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil || all == nil {
		*w = nil
		return err
	}
	*w = make(When, len(all))
	for f, value := range all {
		var lists [][]string
		if err := json.Unmarshal(value, &lists); err != nil || len(lists) == 0 {
			lists = make([][]string, 1)
			if err := json.Unmarshal(value, &lists[0]); err != nil {
				return err
			}
		}
		(*w)[f] = lists
	}
	return nil
}
