package tables

// A Setting is a feature with a value: one of the constants of this package
// that name a feature's value. Strings and constants of other packages are not
// settings.
type Setting interface {
	chosen() chosen
}

// chosen is a feature and its value. As its type differs from package to
// package, settings of two products cannot be confused.
type chosen struct{ feature, value string }

// FlowsWhere lists the flows that exist if the features have these values, each
// with the talkers that exist as well; BothWays then tells whether either side
// may start. Every other feature has its default. It is an error to give a
// feature two values of which only one can hold, to leave one without a default
// open, or to leave out what another needs. Repeating a setting changes
// nothing.
func FlowsWhere(settings ...Setting) ([]Flow, error) {
	values, err := valuesWith(settings)
	if err != nil {
		return nil, err
	}
	exists := make(map[string]bool)
	for _, c := range components {
		exists[c.ID] = c.When.among(values)
	}
	var list []Flow
	for _, f := range flows {
		var from []string
		for _, c := range f.From {
			if exists[c] {
				from = append(from, c)
			}
		}
		if len(from) > 0 && f.When.among(values) {
			f.From = from
			f.BothWays = f.BothWays && f.BothWaysWhen.among(values)
			list = append(list, f)
		}
	}
	return copyEach(list, (*Flow).own), nil
}

// Holds reports whether the condition is met if the features have these values.
// Defaults and errors are those of [FlowsWhere].
func (w When) Holds(settings ...Setting) (bool, error) {
	values, err := valuesWith(settings)
	return err == nil && w.among(values), err
}

// among reports whether each part of the condition is met.
func (w When) among(values map[string][]string) bool {
	for _, part := range w {
		if !anyOf(part.Values, values[part.Feature]) {
			return false
		}
	}
	return true
}

// valuesWith returns the values of all features.
func valuesWith(settings []Setting) (map[string][]string, error) {
	values := make(map[string][]string)
	for _, s := range settings {
		if s == nil {
			return nil, wrongSetting("a setting is nil; leave it out, or name a feature's value")
		}
		c := s.chosen()
		f := featureOf(c.feature)
		switch had := values[c.feature]; {
		case f.ID == "":
			return nil, wrongSetting("no feature is called " + c.feature)
		case !anyOf([]string{c.value}, f.values()):
			return nil, wrongSetting("feature " + c.feature + " has no value " + c.value + "; it can be " + orList(f.values()))
		case anyOf([]string{c.value}, had):
		case len(had) > 0 && !f.Several:
			return nil, wrongSetting("feature " + c.feature + " is set to " + had[0] + " and to " + c.value + "; it has one value at a time")
		default:
			values[c.feature] = append(had, c.value)
		}
	}
	for _, f := range features {
		if len(values[f.ID]) > 0 {
			continue
		}
		if f.Default == "" {
			return nil, wrongSetting("feature " + f.ID + " has no default; set it to " + orList(f.values()))
		}
		values[f.ID] = []string{f.Default}
	}
	return values, unmet(values)
}

// unmet returns an error if a feature needs another to have a value that it
// does not have. A switch that is off needs nothing.
func unmet(values map[string][]string) error {
	for _, f := range features {
		if len(f.Choices) == 0 && values[f.ID][0] == Off {
			continue
		}
		for _, part := range f.Needs {
			if !anyOf(part.Values, values[part.Feature]) {
				return wrongSetting("feature " + f.ID + " needs " + part.Feature + " to be " + orList(part.Values) + ", and it is " + orList(values[part.Feature]))
			}
		}
	}
	return nil
}

// featureOf returns the feature with an id, or the zero value.
func featureOf(id string) Feature {
	for _, f := range features {
		if f.ID == id {
			return f
		}
	}
	return Feature{}
}

// values returns the ids of all values of the feature.
func (f Feature) values() []string {
	if len(f.Choices) == 0 {
		return []string{On, Off}
	}
	var all []string
	for _, c := range f.Choices {
		all = append(all, c.ID)
	}
	return all
}

// anyOf reports whether the lists have an item in common.
func anyOf(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// orList returns "a, b or c".
func orList(items []string) string {
	text := ""
	for i, item := range items {
		switch {
		case i == 0:
		case i == len(items)-1:
			text += " or "
		default:
			text += ", "
		}
		text += item
	}
	return text
}

// wrongSetting describes what is wrong with settings.
type wrongSetting string

// Error implements error.
func (e wrongSetting) Error() string { return string(e) }
