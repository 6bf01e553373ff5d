package tables

// FlowsWhere lists the flows that exist where the features have the chosen
// values, each with the talkers that exist too. A feature that is not chosen has
// its default, as in [Defaults]; a name that is no feature changes nothing.
//
//	for _, f := range FlowsWhere(map[string][]string{"database": {"oracle"}}) {
func FlowsWhere(chosen map[string][]string) []Flow {
	values := Defaults()
	for feature, v := range chosen {
		values[feature] = v
	}
	chosen = values
	exists := make(map[string]bool)
	for _, c := range components {
		exists[c.ID] = c.When.Holds(chosen)
	}
	var list []Flow
	for _, f := range flows {
		var from []string
		for _, c := range f.From {
			if exists[c] {
				from = append(from, c)
			}
		}
		if len(from) > 0 && f.When.Holds(chosen) {
			f.From = from
			list = append(list, f)
		}
	}
	return copyEach(list, (*Flow).own)
}
