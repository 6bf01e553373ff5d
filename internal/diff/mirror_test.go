package diff

import "cmp"

// Mirror returns what comparing in the opposite direction must give.
func (c *Changes) Mirror() *Changes {
	m := newChanges()
	was := make(map[string]string)
	for _, p := range c.Products {
		back := &Product{ID: p.ID, Kind: p.Kind.Mirror(), Old: p.New, New: p.Old}
		if p.Was != "" {
			back.ID, back.Was, was[p.ID] = p.Was, p.ID, p.Was
		}
		m.Products = append(m.Products, back)
	}
	for _, a := range c.Actions {
		back := a.mirror()
		back.Product = cmp.Or(was[a.Product], a.Product)
		m.Actions = append(m.Actions, back)
	}
	for _, x := range c.Changes {
		back := *x
		back.Class, back.Kind = x.Class.Mirror(), x.Kind.Mirror()
		back.Old, back.New = x.New, x.Old
		back.OldPlace, back.NewPlace = x.NewPlace, x.OldPlace
		back.Before, back.After = x.After, x.Before
		back.name()
		m.Changes = append(m.Changes, &back)
	}
	for _, s := range c.Shifts {
		m.Shifts = append(m.Shifts, s.mirror(cmp.Or(was[s.Product], s.Product)))
	}
	m.Contradictions = append(m.Contradictions, c.Settled...)
	m.Settled = append(m.Settled, c.Contradictions...)
	for _, n := range c.NotCompared {
		m.NotCompared = append(m.NotCompared, NotCompared{n.Product, map[string]string{"old": "new", "new": "old"}[n.Side]})
	}
	for _, x := range c.Site {
		m.Site = append(m.Site, x.mirror())
	}
	sortSite(m.Site)
	m.mirrorWork(c.Work)
	m.sort()
	return m
}

// Mirror returns the kind of the opposite change.
func (k Kind) Mirror() Kind {
	switch k {
	case Added:
		return Removed
	case Removed:
		return Added
	}
	return k
}

func (a *Action) mirror() *Action {
	m := *a
	m.Class = a.Class.Mirror()
	m.Open, m.Close = a.Close, a.Open
	m.Before, m.After = a.After, a.Before
	m.Effect = map[string]string{"wider": "narrower", "narrower": "wider", "other": "other"}[a.Effect]
	m.Breaks = m.breaks()
	return &m
}

func (s *Shift) mirror(product string) *Shift {
	back := &Shift{Product: product, Old: s.New, New: s.Old, Removed: s.Added, Added: s.Removed}
	for _, run := range s.Moved {
		back.Moved = append(back.Moved, Run{run.New, run.Old})
	}
	return back
}

func (c *SiteChange) mirror() *SiteChange {
	m := *c
	m.Class, m.Before, m.After = c.Class.Mirror(), c.After, c.Before
	m.Breaks = m.breaks()
	return &m
}

// mirrorWork plans the steps in the opposite direction.
func (c *Changes) mirrorWork(work []*Step) {
	if len(work) == 0 {
		return
	}
	var upgraded []string
	rules := make(map[Task][]*FirewallRule)
	for _, s := range work {
		if s.Do == Upgrade {
			upgraded = s.Hosts
		}
		rules[s.Do.mirror()] = s.Rules
	}
	c.Plan(upgraded, rules)
}

// mirror returns the task of the opposite change.
func (t Task) mirror() Task {
	switch t {
	case OpenInbound:
		return CloseInbound
	case OpenOutbound:
		return CloseOutbound
	case CloseOutbound:
		return OpenOutbound
	case CloseInbound:
		return OpenInbound
	}
	return t
}
