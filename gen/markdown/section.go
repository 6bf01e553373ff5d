package markdown

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
)

// A section is rules that are set together.
type section struct {
	id, title, words md
	list             []*rule
	first            int // the number of the first
}

// A rule is a row of a request: what is between the same parties over one transport, under
// the same conditions and for the same owner.
type rule struct {
	from, to []*gen.Party
	asked
	requests []*request
}

// ruleKey is equal for requests of one rule.
func (s *siteView) ruleKey(r *request) string {
	what := r.asked
	if !r.inWords() && !r.dynamic {
		what.ports = nil
	}
	keys := func(parties []*gen.Party) (all []string) {
		for _, p := range parties {
			all = append(all, p.Key)
		}
		return all
	}
	return fmt.Sprintf("%q %q %s %q %q", keys(r.from), keys(r.to), what.key(), r.condition(), s.records(r))
}

// add takes a request into the section.
func (s *section) add(r *request, rules map[string]*rule, key string) {
	key = string(s.id) + " " + key
	x := rules[key]
	if x == nil {
		x = &rule{from: r.from, to: r.to, asked: r.asked}
		rules[key] = x
		s.list = append(s.list, x)
	} else {
		x.ports = slices.SortedFunc(slices.Values(slices.Concat(x.ports, r.ports)), func(a, b model.PortRange) int { return cmp.Or(a.From-b.From, a.To-b.To) })
		x.ports = slices.Compact(x.ports)
	}
	x.requests = append(x.requests, r)
}

// rows are the numbers of the section: "row 3", "rows 3 to 7".
func (s *section) rows() md {
	switch last := s.first + len(s.list) - 1; last - s.first {
	case 0:
		return "row " + number(s.first)
	case 1:
		return "rows " + number(s.first) + " and " + number(last)
	default:
		return "rows " + number(s.first) + " to " + number(last)
	}
}

// sections are the parts of a request that is not empty, with their requests numbered on.
func (s *siteView) sections() []*section {
	between := &section{id: "between", title: "Between networks", words: "For the firewalls between networks, and those of both hosts."}
	betweenOptional := &section{id: "between-optional", title: "Between networks, optional", words: "The products work without these, whatever features were chosen. Permit them if their purpose is wanted; the playbooks leave them out unless portspec_optional is true."}
	inside := &section{id: "inside", title: "Inside one network", words: "For the firewalls of the hosts. None between networks sees these."}
	insideOptional := &section{id: "inside-optional", title: "Inside one network, optional", words: "The products work without these. Permit them if their purpose is wanted."}
	worded := &section{id: "words", title: "More than a port rule", words: "What a rule about addresses and ports cannot express."}
	if len(s.Site.Zones) == 0 {
		between.title, betweenOptional.title = "Needed", "Optional"
		between.words = "The site has no zones, so that these may stay inside a network or cross a boundary."
	}
	rules := make(map[string]*rule)
	all := []*section{between, betweenOptional, inside, insideOptional, worded}
	for _, r := range requests(s.request) {
		part := between
		from, to := zoneOf(r.from[0]), zoneOf(r.to[0])
		switch stays := from == to && from != ""; {
		case r.inWords():
			part = worded
		case stays && isOptional(r.uses):
			part = insideOptional
		case stays:
			part = inside
		case isOptional(r.uses):
			part = betweenOptional
		}
		part.add(r, rules, s.ruleKey(r))
	}
	all = slices.DeleteFunc(all, func(part *section) bool { return len(part.list) == 0 })
	zones := func(r *rule) [2]int { return [2]int{s.zoneRank(r.from[0]), s.zoneRank(r.to[0])} }
	n := 1
	for _, part := range all {
		slices.SortStableFunc(part.list, func(a, b *rule) int {
			x, y := zones(a), zones(b)
			return cmp.Or(x[0]-y[0], x[1]-y[1])
		})
		part.first = n
		n += len(part.list)
	}
	return all
}

// zoneOf is the zone of a party's network; "" for none that is known. All parties of one
// side of a request are in one.
func zoneOf(p *gen.Party) string {
	if p.Group != nil {
		return p.Group.Zone
	}
	return p.End.NetZone
}

// zoneRank sorts parties by zones in the site's order, and those in none last.
func (s *siteView) zoneRank(p *gen.Party) int {
	i := slices.IndexFunc(s.Site.Zones, func(z *model.NetworkZone) bool { return z.ID == zoneOf(p) })
	if i < 0 {
		return len(s.Site.Zones)
	}
	return i
}

// order are the steps in which the request is carried out.
func (s *siteView) order(sections []*section, groups bool) []md {
	steps := []md{"Fill in who answers for each row, under which ticket, and until when."}
	if groups {
		steps = append(steps, "Make address groups of the "+link(place{s.path(requestName), "groups"}, "groups of hosts")+".")
	}
	named := make(map[md]*section)
	installing := false
	for _, part := range sections {
		named[part.id] = part
		installing = installing || slices.ContainsFunc(part.list, (*rule).inPhase)
	}
	if part := named["between"]; part != nil {
		where := md(" on the firewalls between networks and on those of the hosts")
		if len(s.Site.Zones) == 0 {
			where = ""
		}
		steps = append(steps, "Permit "+part.rows()+where+", before products are installed or changed.")
	}
	if part := named["inside"]; part != nil {
		steps = append(steps, "Permit "+part.rows()+" on the firewalls of the hosts, if these have one.")
	}
	if part := named["words"]; part != nil {
		steps = append(steps, "Settle "+part.rows()+" with whoever looks after routers and products.")
	}
	var optional []md
	for _, id := range []md{"between-optional", "inside-optional"} {
		if part := named[id]; part != nil {
			optional = append(optional, part.rows())
		}
	}
	if len(optional) > 0 {
		steps = append(steps, "Decide on "+and(optional)+", and permit what is wanted.")
	}
	if installing {
		steps = append(steps, "Close what is needed only during installation or another phase when that is over.")
	}
	return append(steps, "Test each row from its source, then close what earlier requests opened and this one does not have.")
}

// inPhase reports whether the rule is needed in a phase only.
func (x *rule) inPhase() bool {
	return slices.ContainsFunc(x.requests, func(r *request) bool {
		return slices.ContainsFunc(r.uses, func(u *use) bool { return u.permit.Connection.Phase != "" })
	})
}

// todo is what to do about a rule that is more than ports.
func (x *rule) todo() []string {
	var all []string
	if !slices.ContainsFunc(x.requests, func(r *request) bool { return !isOptional(r.uses) }) {
		all = append(all, "Optional.")
	}
	for _, r := range x.requests {
		for _, words := range r.asked.todo(r.uses) {
			if !slices.Contains(all, words) {
				all = append(all, words)
			}
		}
	}
	return all
}
