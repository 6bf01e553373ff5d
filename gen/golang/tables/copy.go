package tables

// Callers get deep copies of the tables, so they cannot change what others see.

func copySlice[T any](list []T) []T { return append([]T(nil), list...) }

func copyPointer[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// copyEach copies a list; own copies what an item refers to.
func copyEach[T any](list []T, own func(*T)) []T {
	list = copySlice(list)
	for i := range list {
		own(&list[i])
	}
	return list
}

func copyWhen(w When) When {
	return copyEach(w, func(f *FeatureIs) { f.Values = copySlice(f.Values) })
}

func copyDynamic(d *Dynamic) *Dynamic {
	if d = copyPointer(d); d != nil {
		d.Ranges = copyEach(d.Ranges, func(r *DynamicRange) {
			r.OS = copySlice(r.OS)
			r.Cite = copySlice(r.Cite)
		})
	}
	return d
}

func (c *Conditions) own() {
	c.When = copyWhen(c.When)
	c.OS = copySlice(c.OS)
	c.OSVersions = copySlice(c.OSVersions)
}

func (c *Component) own() {
	c.Unknown = copySlice(c.Unknown)
	c.Names = copySlice(c.Names)
	c.Addresses = copySlice(c.Addresses)
	c.Networks = copySlice(c.Networks)
	c.ServiceTags = copySlice(c.ServiceTags)
	c.URLs = copySlice(c.URLs)
	c.Processes = copySlice(c.Processes)
	c.Conditions.own()
	c.Cite = copySlice(c.Cite)
}

func (l *Listener) own() {
	l.Unknown = copySlice(l.Unknown)
	l.Often = copySlice(l.Often)
	l.Transports = copySlice(l.Transports)
	l.Ports = copySlice(l.Ports)
	l.Fallback = copySlice(l.Fallback)
	l.Offset = copyPointer(l.Offset)
	l.Dynamic = copyDynamic(l.Dynamic)
	l.ICMP = copySlice(l.ICMP)
	l.Configurable = copyPointer(l.Configurable)
	l.Processes = copySlice(l.Processes)
	l.Conditions.own()
	l.Cite = copySlice(l.Cite)
}

func (f *Flow) own() {
	f.Unknown = copySlice(f.Unknown)
	f.Often = copySlice(f.Often)
	f.From = copySlice(f.From)
	f.Ports = copySlice(f.Ports)
	f.Fallback = copySlice(f.Fallback)
	f.SourcePorts = copySlice(f.SourcePorts)
	if f.Reply = copyPointer(f.Reply); f.Reply != nil {
		f.Reply.Ports = copySlice(f.Reply.Ports)
		f.Reply.Dynamic = copyDynamic(f.Reply.Dynamic)
		f.Reply.FromPorts = copySlice(f.Reply.FromPorts)
	}
	f.Groups = copySlice(f.Groups)
	f.Via = copySlice(f.Via)
	f.Passes = copySlice(f.Passes)
	f.InsteadOf = copySlice(f.InsteadOf)
	f.BothWaysWhen = copyWhen(f.BothWaysWhen)
	f.Configurable = copyPointer(f.Configurable)
	f.Conditions.own()
	f.Cite = copySlice(f.Cite)
}

func (f *Feature) own() {
	f.Choices = copyEach(f.Choices, func(c *Choice) { c.Cite = copySlice(c.Cite) })
	f.Needs = copyWhen(f.Needs)
	f.Cite = copySlice(f.Cite)
}

func (r *Rule) own() {
	r.Together = copySlice(r.Together)
	r.When = copyWhen(r.When)
	r.Move = copySlice(r.Move)
	r.Close = copySlice(r.Close)
	r.Share = copyEach(r.Share, func(s *SharedSocket) { s.Listeners = copySlice(s.Listeners) })
	r.Provided = copySlice(r.Provided)
	r.Cite = copySlice(r.Cite)
}

func (e *Erratum) own() {
	e.Flows = copySlice(e.Flows)
	e.Rules = copySlice(e.Rules)
	e.Listeners = copySlice(e.Listeners)
	e.Cite = copySlice(e.Cite)
}
