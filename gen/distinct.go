package gen

// A Distinct is a list of texts without repeats, in the order in which they were first added.
// The zero value is empty. Sites have thousands of peers, so searching a list for each would
// take too long.
type Distinct struct {
	All  []string
	seen map[string]bool
}

// Add adds texts that are not in the list yet.
func (d *Distinct) Add(texts ...string) {
	if d.seen == nil {
		d.seen = make(map[string]bool)
	}
	for _, t := range texts {
		if !d.seen[t] {
			d.seen[t] = true
			d.All = append(d.All, t)
		}
	}
}
