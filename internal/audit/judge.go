package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/evidence"
	"github.com/portspec/portspec/internal/policy"
)

// things returns the results.
func (f *filtering) things() []Thing {
	var all []Thing
	for _, w := range f.wants {
		if w.needed && (f.isOver(w, 4) || f.isOver(w, 6)) {
			all = append(all, f.ofWant(w))
		}
	}
	for _, x := range f.machine.Filters {
		for _, h := range x.Hooks {
			if e := f.policies[h]; e != nil {
				if t, ok := e.thing(Thing{About: "policy", What: h.Name, File: x.File}, f.senseless(h.Out)); ok && t.Verdict != Covered {
					if t.Verdict == Undocumented {
						t.Verdict = TooWide // a policy is not for particular packets
					}
					all = append(all, t)
				}
			}
		}
		for _, r := range x.Rules {
			if t, ok := f.ofRule(r); ok {
				all = append(all, t)
			}
		}
	}
	for s, e := range f.open {
		direction := map[bool]string{false: "comes in", true: "goes out"}[s.out]
		t, ok := e.thing(Thing{About: "policy", What: fmt.Sprintf("what %s over IPv%d", direction, s.family)}, f.senseless(s.out))
		if ok && len(e.extra) > 0 {
			t.Verdict, t.Detail = TooWide, "nothing filters it"
			all = append(all, t)
		}
	}
	return all
}

// isOver reports whether a want is about packets of a family, and the host has one of
// its addresses.
func (f *filtering) isOver(w *want, family int) bool {
	peers := w.From
	if w.out {
		peers = w.To
	}
	return f.has(family) && (w.Family == 0 || w.Family == family) && (peers == nil || slices.ContainsFunc(peers, func(r policy.AddressRange) bool {
		return r.From.Is4() == (family == 4)
	}))
}

// unseen returns the family of a want for which there is no evidence; "" if there is none.
func (f *filtering) unseen(w *want) string {
	for _, family := range []int{4, 6} {
		if f.isOver(w, family) && !f.covers(family) {
			return fmt.Sprintf("IPv%d", family)
		}
	}
	return ""
}

func (f *filtering) covers(family int) bool {
	return slices.ContainsFunc(f.machine.Filters, func(x *evidence.Filter) bool { return x.Covers(family) })
}

// ofWant judges whether what a site needs passes.
func (f *filtering) ofWant(w *want) Thing {
	t := Thing{About: "flow", What: w.name + ": " + w.String(), Flows: []string{w.name}}
	verb := map[bool]string{false: "let in", true: "let out"}[w.out]
	unseen := f.unseen(w)
	switch {
	case w.uncertain && w.passed == w.cells && unseen == "":
		t.Verdict = Covered
	case w.uncertain && len(w.stopped) < w.cells:
		t.Verdict, t.Detail = CannotTell, w.lack
	case len(w.stopped) > 0:
		t.Verdict, t.Detail = Missing, "not "+verb+": "+describe(w.stopped, f.senseless(w.out))+"; stopped by "+strings.Join(clip(w.stoppedBy), "; ")
	case unseen != "":
		t.Verdict, t.Detail = CannotTell, "no evidence is about "+unseen
	case len(w.doubts) > 0:
		t.Verdict, t.Detail = CannotTell, strings.Join(clip(w.why), "; ")
	default:
		t.Verdict = Covered
	}
	return t
}

// thing judges what a rule or a policy lets through; false if there is nothing to report.
func (e *effect) thing(t Thing, senseless []policy.AddressRange) (Thing, bool) {
	slices.Sort(e.flows)
	t.Flows = e.flows
	switch {
	case len(e.extra) > 0 && e.right > 0 && len(e.flows) > 0:
		t.Verdict, t.Detail = TooWide, "it also permits "+describe(e.extra, senseless)
	case len(e.extra) > 0:
		t.Verdict, t.Detail = Undocumented, "it permits "+describe(e.extra, senseless)
	case len(e.unknown) > 0:
		t.Verdict, t.Detail = CannotTell, strings.Join(clip(e.why), "; ")
	case len(e.flows) > 0:
		t.Verdict = Covered
	default:
		return t, false
	}
	return t, true
}

func (f *filtering) ofRule(r *evidence.Rule) (Thing, bool) {
	e := f.rules[r]
	t := Thing{About: "rule", What: r.Text, Where: r.Where, File: f.files[r]}
	if e == nil {
		return f.elsewhere(t, r)
	}
	if e.matched > 0 && e.decided == 0 {
		wide := slices.ContainsFunc(e.before, func(by evidence.Decider) bool {
			x := f.rules[by.Rule]
			return by.Rule == nil || x != nil && len(x.extra) > 0
		})
		var texts []string
		for _, by := range e.before {
			texts = append(texts, deciderText(by))
		}
		t.Detail = "it never takes effect because this comes first: " + strings.Join(clip(texts), "; ")
		switch {
		case e.otherwise || r.Verdict == evidence.Accept && wide:
			t.Verdict = Shadowed
			return t, true
		case r.Verdict == evidence.Accept:
			t.Verdict = Covered
			return t, true
		}
		return t, false
	}
	if r.Verdict != evidence.Accept && r.Verdict != evidence.Unclear {
		return t, false
	}
	return e.thing(t, f.senseless(e.hook.Out))
}

// elsewhere judges a rule that is for no packet of the host: one that permits something at
// another address, or to a multicast group that no flow has.
func (f *filtering) elsewhere(t Thing, r *evidence.Rule) (Thing, bool) {
	if r.Verdict != evidence.Accept || r.Never || len(r.To) == 0 || r.Casts != nil || len(f.host.Addresses) == 0 || !f.comesIn(r) {
		return t, false
	}
	t.Verdict, t.Detail = WrongAddress, "it is for an address other than those of the host: "+few(f.host.Addresses)
	for _, x := range r.To {
		switch {
		case x.From.IsLoopback(), x.From.IsLinkLocalUnicast():
			return t, false
		case isGroup(x.From):
			t.Verdict, t.Detail = Undocumented, "it is for the group "+x.String()+", which no flow of the host uses"
		}
	}
	return t, true
}

// comesIn reports whether a rule is in a chain that packets pass when they come in.
func (f *filtering) comesIn(r *evidence.Rule) bool {
	return slices.ContainsFunc(f.machine.Filters, func(x *evidence.Filter) bool {
		return slices.ContainsFunc(x.Hooks, func(h *evidence.Hook) bool { return !h.Out && !h.Before && h.Leads(r) })
	})
}
