package gen

// A Distinct is a list of distinct texts in the order in which they were added. The zero
// value is empty. It has an index because a site may have thousands of peers, and searching
// a list for each would take quadratic time.
type Distinct struct {
	All  []string
	seen map[string]bool
}

// Add adds the texts that are not in the list yet.
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
