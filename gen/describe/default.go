package describe

import (
	"slices"

	"github.com/portspec/portspec/internal/model"
)

// ByDefault lists the connections of the default scenario, those that the product works
// without last: all features have their defaults, and the lines of a feature without one keep
// their condition on it. Lines that only their purpose tells apart are together; key is what
// else readers see of a line.
func ByDefault[T ~string](p *model.Product, lines []*Line, key func(*Line) T) [][]*Line {
	var all [][]*Line
	at := make(map[T]int)
	add := func(x *Line) bool {
		if !HoldsByDefault(p, x.When) {
			return false
		}
		own := *x
		own.When = undecided(p, x.When)
		own.From = slices.DeleteFunc(slices.Clone(x.From), func(c *model.Component) bool { return !HoldsByDefault(p, c.When) })
		if len(own.From) == 0 {
			return false
		}
		k := key(&own)
		n, known := at[k]
		if !known {
			n = len(all)
			at[k] = n
			all = append(all, nil)
		}
		all[n] = append(all[n], &own)
		return true
	}
	for _, l := range lines {
		if l.Flow.Scope == "same-host" {
			continue
		}
		forth := false
		for i, x := range l.Consequences() {
			if i > 0 && x.Ways == BothWays && forth {
				continue // the row of the line has both
			}
			forth = add(x) || forth
		}
	}
	slices.SortStableFunc(all, func(a, b []*Line) int {
		switch {
		case a[0].Flow.Optional == b[0].Flow.Optional:
			return 0
		case a[0].Flow.Optional:
			return 1
		}
		return -1
	})
	return all
}

// HoldsByDefault reports whether a condition holds with the default of each feature; one
// without a default may have any value.
func HoldsByDefault(p *model.Product, w model.When) bool {
	for id, values := range w {
		if f := p.Feature(id); len(values) == 0 || f != nil && f.Default != "" && !slices.Contains(values, f.Default) {
			return false
		}
	}
	return true
}

// undecided is what a condition asks of features without a default.
func undecided(p *model.Product, w model.When) model.When {
	left := make(model.When)
	for id, values := range w {
		if f := p.Feature(id); f != nil && f.Default == "" {
			left[id] = values
		}
	}
	return left
}
