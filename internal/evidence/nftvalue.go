package evidence

import (
	"encoding/json"
	"strings"
)

// nftValue is an element of a set or of a map, or the right side of a condition.
type nftValue struct {
	raw     json.RawMessage // the value alone
	comment string
	verdict map[string]json.RawMessage // of a map
}

// values lists the values that a condition compares with, and reports whether they are those of
// a named set or map.
func (b *nftBuilder) values(raw json.RawMessage) (all []nftValue, named bool) {
	var name string
	if json.Unmarshal(raw, &name) == nil && strings.HasPrefix(name, "@") {
		set := b.reading.sets[nftName(b.rule.Family, b.rule.Table, name[1:])]
		if set == nil {
			return []nftValue{{raw: raw}}, false
		}
		return nftElements(set.elements), true
	}
	var set struct{ Set json.RawMessage }
	if json.Unmarshal(raw, &set) == nil && set.Set != nil {
		var list []json.RawMessage
		if json.Unmarshal(set.Set, &list) == nil {
			return nftElements(list), false
		}
		return nftElements([]json.RawMessage{set.Set}), false
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		return nftElements(list), false
	}
	return nftElements([]json.RawMessage{raw}), false
}

// nftElements unpacks elements: values, values with comments and counters, and pairs of a
// value and a verdict.
func nftElements(list []json.RawMessage) []nftValue {
	all := make([]nftValue, 0, len(list))
	for _, raw := range list {
		v := nftValue{raw: raw}
		var pair []json.RawMessage
		if json.Unmarshal(raw, &pair) == nil && len(pair) == 2 && json.Unmarshal(pair[1], &v.verdict) == nil {
			v.raw = pair[0]
		}
		var e struct {
			Elem *struct {
				Val     json.RawMessage
				Comment string
			}
		}
		if json.Unmarshal(v.raw, &e) == nil && e.Elem != nil {
			v.raw, v.comment = e.Elem.Val, e.Elem.Comment
		}
		all = append(all, v)
	}
	return all
}

func nftRaw(values []nftValue) []json.RawMessage {
	all := make([]json.RawMessage, len(values))
	for i, v := range values {
		all[i] = v.raw
	}
	return all
}

// parts returns the values of a concatenation, or the value itself.
func (v nftValue) parts() []json.RawMessage {
	var c struct{ Concat []json.RawMessage }
	if json.Unmarshal(v.raw, &c) == nil && c.Concat != nil {
		return c.Concat
	}
	return []json.RawMessage{v.raw}
}

// text returns the element as nft prints it for people.
func (v nftValue) text() string {
	var all []string
	for _, p := range v.parts() {
		all = append(all, nftText(p))
	}
	text := strings.Join(all, " . ")
	if v.comment != "" {
		text += " (" + v.comment + ")"
	}
	return text
}

func nftText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var x struct {
		Prefix *struct {
			Addr string
			Len  json.Number
		}
		Range []json.RawMessage
	}
	if json.Unmarshal(raw, &x) == nil {
		switch {
		case x.Prefix != nil:
			return x.Prefix.Addr + "/" + x.Prefix.Len.String()
		case len(x.Range) == 2:
			return nftText(x.Range[0]) + "-" + nftText(x.Range[1])
		}
	}
	return string(raw)
}
