package audit

import (
	"errors"
	"net/netip"
	"slices"

	"github.com/portspec/portspec/internal/evidence"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// filtering compares what packet filters do with what a site wants for a host.
type filtering struct {
	deployment *model.Deployment
	host       *model.Deployed
	machine    *evidence.Machine
	options    Options
	wants      []*want
	rules      map[*evidence.Rule]*effect
	policies   map[*evidence.Hook]*effect // of hooks, where no rule decides
	open       map[space]*effect          // where nothing filters
	files      map[*evidence.Rule]string
	cells      int
	networks   map[int][]policy.AddressRange // of the host, by family
}

// An effect is what a rule or a policy does.
type effect struct {
	hook *evidence.Hook
	// flows are the flows of the site among the packets that it lets through.
	flows []string
	right int    // cells that the site wants
	extra []cell // cells that it lets through, and the site does not want
	// unknown are cells for which the evidence is not enough, and why.
	unknown []cell
	why     []string
	// matched counts the cells that it would decide about, and decided those about which it
	// does.
	matched, decided int
	before           []evidence.Decider // what decides before it
	otherwise        bool               // some of them do the opposite
}

func newFiltering(d *model.Deployment, h *model.Deployed, m *evidence.Machine, o Options) *filtering {
	f := &filtering{
		deployment: d, host: h, machine: m, options: o, wants: wantsOf(d, h, o),
		rules: make(map[*evidence.Rule]*effect), policies: make(map[*evidence.Hook]*effect), open: make(map[space]*effect),
		files: make(map[*evidence.Rule]string),
	}
	f.networks = make(map[int][]policy.AddressRange)
	for _, s := range h.Addresses {
		if p, ok := model.ParseNetwork(s); ok {
			family := 6
			if p.Addr().Is4() {
				family = 4
			}
			first, last := policy.Edges(p)
			f.networks[family] = append(f.networks[family], policy.AddressRange{From: first, To: last})
		}
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
		var rules []*evidence.Rule // the first members
		for _, x := range f.machine.Filters {
			for _, r := range x.Rules {
				all, rules = append(all, &r.Match), append(rules, r)
			}
		}
		of := make([]*want, len(all)) // by member
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
			var here []*evidence.Rule
			for _, i := range inside {
				if w := of[i]; w == nil {
					here = append(here, rules[i])
				} else if f.isFor(w, s) {
					wants = append(wants, w)
				}
			}
			f.look(s, c, wants, evidence.Only(here))
			return true
		})
		if tooMany {
			return errors.New("its rules tell too many packets apart to compare them all")
		}
	}
	return nil
}

// spaces lists what the evidence covers.
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

// senseless returns the addresses from or to which no packet crosses a network: those of
// the machine itself and, for incoming packets, those that no machine has.
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

// isFor reports whether a want is about packets of a space. Packets to a group may also
// reach the host itself.
func (f *filtering) isFor(w *want, s space) bool {
	return s.out || !isGroup(s.own) || slices.Contains(w.groups, s.own)
}

func isGroup(a netip.Addr) bool {
	return a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// needs reports whether a want must be fulfilled in a space.
func (f *filtering) needs(w *want, s space) bool {
	return w.needed && f.has(s.family) && (s.out || isGroup(s.own) == (len(w.groups) > 0))
}

// look compares one cell.
func (f *filtering) look(s space, c cell, wants []*want, some evidence.Some) {
	p := s.packet(c, f.options.Interfaces)
	p.Within = f.networks[s.family]
	d := evidence.Decide(f.machine.Filters, p, some)
	f.shadows(d, p, some)
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

// judge records how a cell affects a want.
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
func (f *filtering) shadows(d *evidence.Decision, p *evidence.Packet, some evidence.Some) {
	for _, x := range d.Hooks {
		if x.Hook.Before {
			continue
		}
		deciders := slices.Concat(x.Accepts, x.Drops)
		for _, r := range x.Hook.Matching(p, some) {
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
