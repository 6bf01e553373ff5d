package audit

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/evidence"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// filtering compares what packet filters do with what a site wants of a host.
type filtering struct {
	deployment *model.Deployment
	host       *model.Deployed
	machine    *evidence.Machine
	options    Options
	wants      []*want
	rules      map[*evidence.Rule]*effect
	policies   map[*evidence.Hook]*effect // of hooks without a rule for it
	open       map[space]*effect          // where nothing filters
	files      map[*evidence.Rule]string
	cells      int
}

// An effect is what a rule or a policy does.
type effect struct {
	hook *evidence.Hook
	// flows are what the site wants of the packets that it lets through.
	flows []string
	right int    // cells that the site wants
	extra []cell // cells that it lets through, and the site does not want
	// unknown are cells of which nobody can tell, and why.
	unknown []cell
	why     []string
	// matched counts the cells that it would decide about, and decided those that it does.
	matched, decided int
	before           []evidence.Decider // what decides in its place
	otherwise        bool               // some of them do the opposite
}

func newFiltering(d *model.Deployment, h *model.Deployed, m *evidence.Machine, o Options) *filtering {
	f := &filtering{
		deployment: d, host: h, machine: m, options: o, wants: wantsOf(d, h, o),
		rules: make(map[*evidence.Rule]*effect), policies: make(map[*evidence.Hook]*effect), open: make(map[space]*effect),
		files: make(map[*evidence.Rule]string),
	}
	for _, x := range m.Filters {
		for _, r := range x.Rules {
			f.files[r] = x.File
		}
	}
	return f
}

// mostCells limits the work: a ruleset of 10,000 rules for different networks and ports has
// some 200,000.
const mostCells = 5_000_000

// compare looks at every cell of all spaces.
func (f *filtering) compare() error {
	for _, s := range f.spaces() {
		var all members
		var of []*want // by member, nil for rules
		for _, x := range f.machine.Filters {
			for _, r := range x.Rules {
				all, of = append(all, &r.Match), append(of, nil)
			}
		}
		for _, w := range f.wants {
			if w.out == s.out {
				all, of = append(all, &w.Match), append(of, w)
			}
		}
		nobody := &want{senseless: true}
		if nobody.From = f.senseless(s.out); s.out {
			nobody.From, nobody.To = nil, nobody.From
		}
		all, of = append(all, &nobody.Match), append(of, nobody)
		tooMany := false
		s.cells(protocolsOf(all), all, func(c cell, inside []int) bool {
			if f.cells++; f.cells > mostCells {
				tooMany = true
				return false
			}
			var wants []*want
			for _, i := range inside {
				if w := of[i]; w != nil && f.isFor(w, s) {
					wants = append(wants, w)
				}
			}
			f.look(s, c, wants)
			return true
		})
		if tooMany {
			return errors.New("its rules tell too many packets apart to compare them all")
		}
	}
	return nil
}

// spaces lists what the evidence says something about.
func (f *filtering) spaces() []space {
	var all []space
	for _, family := range []int{4, 6} {
		if !f.covers(family) {
			continue
		}
		own := f.own(family)
		for _, a := range own {
			all = append(all, space{false, family, a}, space{true, family, a})
		}
		for _, w := range f.wants {
			for _, g := range w.groups {
				if s := (space{false, family, g}); g.Is4() == (family == 4) && !slices.Contains(all, s) {
					all = append(all, s)
				}
			}
		}
	}
	return all
}

// own lists the addresses of the host of a family. Of a machine of a group, it is known only
// from the evidence.
func (f *filtering) own(family int) []netip.Addr {
	var all []netip.Addr
	for _, s := range f.host.Addresses {
		p, ok := model.ParseNetwork(s)
		switch {
		case !ok || p.Addr().Is4() != (family == 4):
		case p.IsSingleIP() && f.host.Count == 1:
			all = append(all, p.Addr())
		default:
			for _, a := range f.machine.Addresses {
				if p.Contains(a) {
					all = append(all, a)
				}
			}
		}
	}
	if len(all) == 0 {
		all = append(all, netip.Addr{})
	}
	slices.SortFunc(all, netip.Addr.Compare)
	return slices.Compact(all)
}

// has reports whether the host has an address of a family, as far as the site says.
func (f *filtering) has(family int) bool {
	return len(f.host.Addresses) == 0 || slices.ContainsFunc(f.host.Addresses, func(s string) bool {
		p, ok := model.ParseNetwork(s)
		return ok && p.Addr().Is4() == (family == 4)
	})
}

// senseless are the addresses that nothing comes from over a network, or goes to: those of
// the machine itself and, of what comes in, those that nobody has.
func (f *filtering) senseless(out bool) []policy.AddressRange {
	texts := []string{"127.0.0.0/8", "::1"}
	if !out {
		texts = append(texts, "224.0.0.0/3", "ff00::/8")
	}
	if f.host.Count == 1 {
		texts = append(texts, f.host.Addresses...)
	}
	var all []policy.AddressRange
	for _, text := range texts {
		if p, ok := model.ParseNetwork(text); ok {
			first, last := policy.Edges(p)
			all = append(all, policy.AddressRange{From: first, To: last})
		}
	}
	return all
}

// isFor reports whether a want is about packets of a space. What comes to a group may also
// come to the host itself.
func (f *filtering) isFor(w *want, s space) bool {
	return s.out || !isGroup(s.own) || slices.Contains(w.groups, s.own)
}

func isGroup(a netip.Addr) bool {
	return a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// needs reports whether a want has to be fulfilled in a space.
func (f *filtering) needs(w *want, s space) bool {
	return w.needed && f.has(s.family) && (s.out || isGroup(s.own) == (len(w.groups) > 0))
}

// look compares one cell.
func (f *filtering) look(s space, c cell, wants []*want) {
	p := s.packet(c, f.options.Interfaces)
	d := evidence.Decide(f.machine.Filters, p)
	f.shadows(d, p)
	permitted, possible := false, ""
	var flows []string
	for _, w := range wants {
		switch {
		case w.senseless:
			permitted = true
		case w.uncertain:
			possible = w.lack
		case w.name != "":
			flows = append(flows, w.name)
			fallthrough
		default:
			permitted = true
		}
		if f.needs(w, s) {
			w.judge(d, c)
		}
	}
	// Where the site does not list what goes out, everything may.
	if s.out && (f.deployment.Site.Firewall == nil || f.deployment.Site.Firewall.Outbound == "free") {
		permitted = true
	}
	if d.Verdict == evidence.Drop || isGroup(s.own) && !permitted {
		return // what comes to a group also passes the rules for the host
	}
	if len(d.Accepts) == 0 {
		f.effect(s, evidence.Decider{}).add(d, c, permitted, possible, flows, "")
	}
	for _, by := range d.Accepts {
		program := ""
		if by.Rule != nil && by.Rule.Doubt == "" {
			program = by.Rule.Program
		}
		f.effect(s, by).add(d, c, permitted, possible, flows, program)
	}
}

// judge adds a cell to what is known of a want.
func (w *want) judge(d *evidence.Decision, c cell) {
	w.cells++
	switch d.Verdict {
	case evidence.Accept:
		w.passed++
	case evidence.Drop:
		w.stopped = append(w.stopped, c)
		for _, by := range d.Drops {
			w.stoppedBy = addText(w.stoppedBy, deciderText(by))
		}
	default:
		w.doubts = append(w.doubts, c)
		for _, why := range d.Doubts {
			w.why = addText(w.why, why)
		}
	}
}

// add adds a cell that a rule or a policy lets through, or may let through. A rule for one
// program lets its packets through.
func (e *effect) add(d *evidence.Decision, c cell, permitted bool, possible string, flows []string, program string) {
	switch {
	case permitted:
		e.right++
		for _, name := range flows {
			e.flows = addText(e.flows, name)
		}
	case possible != "":
		e.unknown = append(e.unknown, c)
		e.why = addText(e.why, possible)
	case d.Verdict == evidence.Accept || program != "":
		e.extra = append(e.extra, c)
	default:
		e.unknown = append(e.unknown, c)
		for _, why := range d.Doubts {
			e.why = addText(e.why, why)
		}
	}
}

func addText(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

func (f *filtering) effect(s space, by evidence.Decider) *effect {
	switch {
	case by.Rule != nil:
		if f.rules[by.Rule] == nil {
			f.rules[by.Rule] = &effect{hook: by.Hook}
		}
		return f.rules[by.Rule]
	case by.Hook != nil:
		if f.policies[by.Hook] == nil {
			f.policies[by.Hook] = &effect{hook: by.Hook}
		}
		return f.policies[by.Hook]
	}
	s.own = netip.Addr{}
	if f.open[s] == nil {
		f.open[s] = &effect{}
	}
	return f.open[s]
}

// shadows notes which rules would decide about a packet, and which do.
func (f *filtering) shadows(d *evidence.Decision, p *evidence.Packet) {
	for _, x := range d.Hooks {
		if x.Hook.Before {
			continue
		}
		deciders := slices.Concat(x.Accepts, x.Drops)
		for _, r := range x.Hook.Matching(p) {
			e := f.effect(space{}, evidence.Decider{Rule: r, Hook: x.Hook})
			e.matched++
			if slices.ContainsFunc(deciders, func(by evidence.Decider) bool { return by.Rule == r }) {
				e.decided++
				continue
			}
			if e.decided > 0 {
				continue // it is not shadowed, whatever else
			}
			for _, by := range deciders {
				if !slices.Contains(e.before, by) && len(e.before) < 8 {
					e.before = append(e.before, by)
				}
			}
			opposite := x.Accepts
			if r.Verdict == evidence.Accept {
				opposite = x.Drops
			}
			e.otherwise = e.otherwise || len(opposite) > 0
		}
	}
}

func deciderText(by evidence.Decider) string {
	if by.Rule == nil {
		return "the policy of " + by.Hook.Name
	}
	return by.Rule.Where + ": " + by.Rule.Text
}

// things are the results.
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
						t.Verdict = TooWide // there is nothing that a policy is for
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

// unseen is the family of a want that no evidence is about; "" if there is none.
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

// thing judges what is let through; false if there is nothing to say.
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
		t.Detail = "it never takes effect: before it comes " + strings.Join(clip(texts), "; ")
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
	t.Verdict, t.Detail = WrongAddress, "it is for an address that is not one of the host: "+few(f.host.Addresses)
	for _, x := range r.To {
		switch {
		case x.From.IsLoopback(), x.From.IsLinkLocalUnicast():
			return t, false
		case isGroup(x.From):
			t.Verdict, t.Detail = Undocumented, "it is for the group "+x.String()+", and no flow of the host is"
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
