package policy

import (
	"encoding/binary"

	"github.com/portspec/portspec/internal/model"
)

// A maker makes the policies of hosts of a site. Hosts that are alike share their rules.
type maker struct {
	site *model.Site
	Options
	rules   map[part][]*Rule
	managed map[managed]*Rule
	last    int // the number of the last rule
}

// A part is how a host takes part in a permit.
type part struct {
	*model.Permit
	out     bool   // as a sender
	answers bool   // for the answers to what it sends; see [Answers]
	family  string // of the host, as by [FamilyOf]
}

// A managed is a management, for the hosts of a zone.
type managed struct {
	*model.Management
	zone string
}

func newMaker(site *model.Site, o Options) *maker {
	return &maker{site: site, Options: o, rules: make(map[part][]*Rule), managed: make(map[managed]*Rule)}
}

// Of returns the policy of a host. If outbound traffic is free, the policy has no rules
// for it.
func Of(site *model.Site, h *model.Deployed, o Options) *Policy { return newMaker(site, o).policy(h) }

func (m *maker) policy(h *model.Deployed) *Policy {
	p, family := &Policy{Host: h}, FamilyOf([]*model.End{{Host: h}})
	m.manage(p)
	for _, permit := range h.Inbound {
		if m.Wants(permit) {
			p.In = append(p.In, m.share(p, part{Permit: permit, family: family})...)
		}
	}
	for _, permit := range h.Outbound {
		if !m.Wants(permit) {
			continue
		}
		p.In = append(p.In, m.share(p, part{Permit: permit, out: true, answers: true, family: family})...)
		if !m.site.Firewall.Free() {
			p.Out = append(p.Out, m.share(p, part{Permit: permit, out: true, family: family})...)
		}
	}
	return p
}

// share returns the rules for the part that a policy's host plays in a permit, and notes what
// they lack. If its peers are all ends on the other side, by the addresses that most hosts
// know, and the rules lack nothing, they are made once for all such hosts.
func (m *maker) share(p *Policy, of part) (made []*Rule) {
	peers, all := of.Sources(p.Host), of.From
	if of.out {
		peers, all = of.Destinations(p.Host), of.To
	}
	shared := len(peers) == len(all) && len(all) > 0 && &peers[0] == &all[0]
	if known, ok := m.rules[of]; ok && shared {
		return known
	}
	var lacking []*Lack
	if !of.answers {
		made, lacking = Rules(of.Permit, of.out, []*model.End{{Host: p.Host}}, peers, m.Named)
	} else if r := Answers(of.Permit, peers); r != nil {
		made = []*Rule{r}
	}
	for _, r := range made {
		m.number(r)
	}
	p.Lacking = append(p.Lacking, lacking...)
	if shared && len(lacking) == 0 {
		m.rules[of] = made
	}
	return made
}

func (m *maker) number(r *Rule) {
	m.last++
	r.number = m.last
}

// manage adds the rules for administering a host: connections to it, and those that it
// opens itself.
func (m *maker) manage(p *Policy) {
	if m.site.Firewall == nil {
		return
	}
	for _, x := range m.site.Firewall.Management {
		if !x.On(p.Host.Host) {
			continue
		}
		of := managed{x, p.Host.NetZone}
		if m.managed[of] == nil {
			m.managed[of] = Managing(m.site, x, p.Host)
			m.number(m.managed[of])
		}
		if r := m.managed[of]; len(x.From) > 0 {
			p.ManageIn = append(p.ManageIn, r)
		} else {
			p.ManageOut = append(p.ManageOut, r)
		}
	}
}

// Key returns a text that is the same for policies of a site with the same rules in the same
// order, if they were made together by [ForHosts].
func (p *Policy) Key() string {
	var b []byte
	for _, rules := range [][]*Rule{p.ManageIn, p.In, p.ManageOut, p.Out} {
		b = binary.AppendUvarint(b, uint64(len(rules)))
		for _, r := range rules {
			b = binary.AppendUvarint(b, uint64(r.number))
		}
	}
	return string(b)
}
