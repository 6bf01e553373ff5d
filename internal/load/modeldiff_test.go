package load

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// fact compares two models: they may differ only in the changed fact.
func (tr trial) fact(before, after any) verdict {
	var changes []change
	compare(&changes, "", before, after)
	if len(changes) == 0 {
		return verdict{kind: missed, detail: "the model is the same"}
	}
	for _, c := range changes {
		if tr.kind == "index" && element(c.path) == element(changes[0].path) {
			continue // another element at the same index
		}
		if !tr.explains(c) && !tr.counted(changes, c) {
			return verdict{kind: missed, detail: fmt.Sprintf("the model differs elsewhere, %s: %v became %v", c.path, c.before, c.after)}
		}
	}
	return verdict{kind: differs}
}

// element returns the path of the innermost list element in a path.
func element(path string) string {
	at := regexp.MustCompile(`[^/]+/[0-9]+`).FindAllString(path, -1)
	if len(at) == 0 {
		return path
	}
	return at[len(at)-1]
}

// A change is a place where two models differ.
type change struct {
	path          string
	before, after any // nil for an absent value
}

func compare(changes *[]change, at string, x, y any) {
	switch x := x.(type) {
	case map[string]any:
		if y, ok := y.(map[string]any); ok {
			compareFields(changes, at, x, y)
			return
		}
	case []any:
		if y, ok := y.([]any); ok {
			compareElements(changes, at, x, y)
			return
		}
	}
	if fmt.Sprint(x) != fmt.Sprint(y) {
		*changes = append(*changes, change{at, x, y})
	}
}

func compareFields(changes *[]change, at string, x, y map[string]any) {
	for k := range x {
		if _, ok := y[k]; ok {
			compare(changes, at+"/"+k, x[k], y[k])
		} else {
			*changes = append(*changes, change{at + "/" + k, x[k], nil})
		}
	}
	for k := range y {
		if _, ok := x[k]; !ok {
			*changes = append(*changes, change{at + "/" + k, nil, y[k]})
		}
	}
}

func compareElements(changes *[]change, at string, x, y []any) {
	if len(x) == len(y) {
		for i := range x {
			compare(changes, fmt.Sprint(at, "/", i), x[i], y[i])
		}
		return
	}
	i := 0
	for i < len(x) && i < len(y) && fmt.Sprint(x[i]) == fmt.Sprint(y[i]) {
		i++
	}
	if len(x) == len(y)+1 && fmt.Sprint(x[i+1:]) == fmt.Sprint(y[i:]) {
		*changes = append(*changes, change{at, x[i], nil})
		return
	}
	*changes = append(*changes, change{at, x, y})
}

// explains reports whether a difference is due to the mutation.
func (tr trial) explains(c change) bool {
	if tr.kind == "label renamed" && (c.before == nil || c.after == nil) {
		return strings.HasSuffix(c.path, "/"+tr.before) || strings.HasSuffix(c.path, "/"+tr.after)
	}
	if tr.kind == "element dropped" {
		return c.before != nil && c.after == nil
	}
	before, after := fmt.Sprint(c.before), fmt.Sprint(c.after)
	return before == tr.before && after == tr.after || tr.moves(before, after)
}

// counted reports whether a change is the base or the port of a listener whose offset now counts
// from another listener.
func (tr trial) counted(changes []change, c change) bool {
	return slices.ContainsFunc(changes, func(of change) bool {
		listener, is := strings.CutSuffix(of.path, "/offset/of")
		return is && tr.explains(of) && strings.HasPrefix(c.path, listener+"/")
	})
}

// moves reports whether a number changed by as much as the mutated one did: a port that is
// computed from it.
func (tr trial) moves(before, after string) bool {
	var numbers [4]int
	for i, s := range []string{tr.before, tr.after, before, after} {
		n, err := strconv.Atoi(s)
		if err != nil {
			return false
		}
		numbers[i] = n
	}
	return numbers[1]-numbers[0] == numbers[3]-numbers[2]
}
