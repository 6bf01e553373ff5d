package ansible

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/gen"
)

// reduced converts values of the model and of the variables to one form: without empty values,
// texts as a reader sees them, ids with underscores, single ports as numbers, conditions by their
// names.
func reduced(v any) any {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(gen.Visible(v), "-", "_")
	case []any:
		var list []any
		for _, x := range v {
			list = append(list, reduced(x))
		}
		return list
	case map[string]any:
		if from, ok := v["from"].(float64); ok && v["to"] == from && len(v) == 2 {
			return from
		}
		m := map[string]any{}
		for k, x := range v {
			if k == "versions" {
				k = "releases"
				if v["to"] != nil { // of a dynamic port's operating system
					k = "os_releases"
				}
			}
			if k == "os_versions" {
				k = "os_releases"
			}
			if when, ok := x.(map[string]any); ok && (k == "when" || k == "needs") {
				x = conditionsOf(when)
			}
			x = reduced(x)
			if k == "dynamic" && x != nil && empty(x) {
				x = "from an unknown range"
			}
			if !empty(x) {
				m[key(k)] = x
			}
		}
		return m
	}
	return v
}

// conditionsOf is {database: [own, sql-server]} as [database=own|sql-server].
func conditionsOf(when map[string]any) []any {
	var all []any
	for _, feature := range slices.Sorted(maps.Keys(when)) {
		var options []string
		for _, o := range when[feature].([]any) {
			options = append(options, o.(string))
		}
		all = append(all, feature+"="+strings.Join(options, "|"))
	}
	return all
}

// empty reports whether v has no content.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// reducedModel is a value of the model as reduced JSON.
func reducedModel(v any) map[string]any { return reduced(toJSON(v)).(map[string]any) }

func toJSON(v any) any {
	var out any
	if err := json.Unmarshal([]byte(asJSON(v)), &out); err != nil {
		panic(err)
	}
	return out
}

func asJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(data)
}
