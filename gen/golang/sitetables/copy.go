package sitetables

// Callers get deep copies of the tables, so they cannot change what others see.

func copySlice[T any](list []T) []T { return append([]T(nil), list...) }

// copyWhere copies the items of a list for which wanted is true; own copies
// what an item refers to.
func copyWhere[T any](list []T, own func(*T), wanted func(*T) bool) []T {
	var all []T
	for i := range list {
		if wanted(&list[i]) {
			item := list[i]
			own(&item)
			all = append(all, item)
		}
	}
	return all
}

func every[T any](*T) bool { return true }

func (h *Host) own() {
	h.Addresses = copySlice(h.Addresses)
	h.Names = copySlice(h.Names)
	h.Runs = copySlice(h.Runs)
}

func (l *Listener) own() {
	l.Ports = copySlice(l.Ports)
	l.Why = copySlice(l.Why)
	l.Cite = copySlice(l.Cite)
}

func (p *Permit) own() {
	p.From = copySlice(p.From)
	p.To = copySlice(p.To)
	p.Ports = copySlice(p.Ports)
	p.SourcePorts = copySlice(p.SourcePorts)
	p.Groups = copySlice(p.Groups)
	p.Via = copySlice(p.Via)
	for i := range p.Via {
		p.Via[i] = copySlice(p.Via[i])
	}
	p.InsteadOf = copySlice(p.InsteadOf)
	p.Cite = copySlice(p.Cite)
}

func (p *Peer) own() {
	p.Addresses = copySlice(p.Addresses)
	p.Names = copySlice(p.Names)
	p.ServiceTags = copySlice(p.ServiceTags)
	p.URLs = copySlice(p.URLs)
}
