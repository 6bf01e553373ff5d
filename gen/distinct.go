package gen

// A Distinct is texts in the order in which they were first added, each once. The
// zero value has none. A site has thousands of peers: to look each up in a list
// of those before takes their square.
type Distinct struct {
	All  []string
	seen map[string]bool
}

// Add adds texts that are not there yet.
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
