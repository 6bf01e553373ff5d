package tables

// FlowsWhere lists the flows that exist where the features have the chosen
// values, as [Defaults] gives them, each with the talkers that exist too.
//
//	chosen := Defaults()
//	chosen["database"] = []string{"oracle"}
//	for _, f := range FlowsWhere(chosen) {
func FlowsWhere(chosen map[string][]string) []Flow {
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
