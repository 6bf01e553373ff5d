package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// Ready reports what prevents targets from writing rules for hosts of a site. If the site
// does not say how they are administered, rules would lock administrators out.
func Ready(d *model.Deployment, hosts []*model.Deployed) diag.List {
	site := d.Site
	if len(hosts) == 0 {
		return nil
	}
	if site.Firewall == nil {
		return diag.List{{
			Code: diag.NoFirewall, Severity: diag.Error, Position: site.Positions.At("site"), Path: model.PathOf("site"),
			Message: fmt.Sprintf("site %s does not say how its hosts are administered, and rules for them would lock everybody out", site.ID),
			Hint:    `add firewall: {outbound: "free", management: {admins: {from: ["10.0.0.0/24"], ports: [22]}}}, with the addresses and ports of your administrators`,
		}}
	}
	return LockedOut(site, hosts)
}

// LockedOut reports the hosts that nobody could administer, for a site with settings of
// firewalls.
func LockedOut(site *model.Site, hosts []*model.Deployed) diag.List {
	var found diag.List
	for _, h := range hosts {
		if why, hint := lockedOut(site, h); why != "" {
			found = append(found, diag.Finding{
				Code: diag.LockedOut, Severity: diag.Error, Position: site.Positions.At("hosts", h.ID), Path: model.PathOf("site", "hosts", h.ID),
				Message: fmt.Sprintf("nobody could administer host %s: %s", h.ID, why), Hint: hint,
			})
		}
	}
	return found
}

// lockedOut returns why nobody could administer a host, and what to do about it; "" if
// somebody could.
func lockedOut(site *model.Site, h *model.Deployed) (why, hint string) {
	var from []string
	for _, m := range site.Firewall.Management {
		if m.On(h.Host) {
			from = append(from, m.From...)
		}
	}
	others := slices.DeleteFunc(slices.Clone(from), func(a string) bool { return isOwn(h.Host, a) })
	switch own, only := onlyFamily(prefixes(h.Addresses, "")), onlyFamily(prefixes(others, "")); {
	case len(from) == 0:
		return "management lets nobody in there", "add an entry with from: for it, under firewall: management:"
	case len(others) == 0 && administers(site, h.Host):
		// The host is an administrator's computer, and its user is in front of it.
	case len(others) == 0:
		return "management lets only the host itself in there", "add the addresses of administrators to from: under firewall: management:"
	case own != "" && only != "" && only != own:
		return fmt.Sprintf("it has only %s addresses, and management lets only %s ones in there", FamilyNames[own], FamilyNames[only]),
			fmt.Sprintf("add %s addresses of administrators to from: under firewall: management:", FamilyNames[own])
	}
	return "", ""
}

// isOwn reports whether a host is one machine and has the address.
func isOwn(h *model.Host, address string) bool {
	return h.Count == 1 && slices.ContainsFunc(h.Addresses, func(own string) bool { return model.CanonicalAddress(own) == model.CanonicalAddress(address) })
}

// administers reports whether other hosts of the site let in a host as an administrator.
func administers(site *model.Site, h *model.Host) bool {
	return slices.ContainsFunc(site.Firewall.Management, func(m *model.Management) bool {
		return slices.ContainsFunc(m.From, func(a string) bool { return isOwn(h, a) }) &&
			slices.ContainsFunc(site.Hosts, func(other *model.Host) bool { return other.ID != h.ID && m.On(other) })
	})
}

// Hosts returns the hosts that the site's firewall section names for a target, and what
// prevents the target from writing rules for them.
func Hosts(d *model.Deployment, has func(*model.Deployed) bool) ([]*model.Deployed, diag.List) {
	if d.Site.Firewall == nil {
		return nil, Ready(d, d.Hosts)
	}
	hosts := slices.DeleteFunc(slices.Clone(d.Hosts), func(h *model.Deployed) bool { return !has(h) })
	return hosts, nil
}

// NoHosts returns the finding that the firewall section names no host for a target; missing is
// the field to add.
func NoHosts(site *model.Site, target, missing string) diag.Finding {
	return diag.Finding{
		Code: diag.NoSuchHosts, Severity: diag.Warning, Position: site.Positions.At("firewall"), Path: model.PathOf("site", "firewall"),
		Message: fmt.Sprintf("%s: site %s names no hosts for it, so nothing is written", target, site.ID),
		Hint:    "add to firewall: " + missing,
	}
}

// TooMany returns the finding that the rules of a host exceed a limit.
func TooMany(site *model.Site, h *model.Deployed, target, limit string) diag.Finding {
	return diag.Finding{
		Code: diag.TooManyRules, Severity: diag.Error, Position: site.Positions.At("hosts", h.ID), Path: model.PathOf("site", "hosts", h.ID),
		Message: fmt.Sprintf("%s: site %s: host %s: %s", target, site.ID, h.ID, limit),
		Hint:    "merge addresses into networks, split the host, or filter on the host itself",
	}
}

// LackLines returns the lines with which the header of a file lists what it lacks, each once;
// none if it lacks nothing.
func LackLines(lacking []*Lack) []string {
	if len(lacking) == 0 {
		return nil
	}
	all := []string{"", "Not permitted, because no rule can express it:"}
	for _, l := range lacking {
		if line := "- " + l.Text(); !slices.Contains(all, line) {
			all = append(all, line)
		}
	}
	return all
}

// ForHosts returns the policies of hosts for a target. Findings say why there are none, and
// what no rule can express. If adapt is not nil, it may change what a policy lacks.
func ForHosts(d *model.Deployment, hosts []*model.Deployed, target string, s Settings, adapt func(*Policy)) ([]*Policy, diag.List) {
	found := Ready(d, hosts)
	if found.HasErrors() {
		return nil, found
	}
	remainder := NewRemainder(d.Site, target, s.Partial)
	all := make([]*Policy, len(hosts))
	m := newMaker(d.Site, s.Options)
	for i, h := range hosts {
		all[i] = m.policy(h)
		if adapt != nil {
			adapt(all[i])
		}
		remainder.Add(all[i])
	}
	return all, append(found, remainder.Findings()...)
}

// A Remainder collects what no rule can express on the hosts of a site.
type Remainder struct {
	site   *model.Site
	target string
	accept bool
	found  diag.List
	seen   map[string]bool
}

// NewRemainder returns an empty remainder. If accept is true, its findings are warnings.
func NewRemainder(site *model.Site, target string, accept bool) *Remainder {
	return &Remainder{site: site, target: target, accept: accept, seen: map[string]bool{}}
}

// Add adds what a host lacks.
func (r *Remainder) Add(p *Policy) { r.Note(p.Lacking...) }

// Note adds what no rule can express.
func (r *Remainder) Note(lacking ...*Lack) {
	for _, l := range lacking {
		r.note(l)
	}
}

func (r *Remainder) note(l *Lack) {
	at, path := r.where(l)
	f := diag.Finding{
		Code: diag.NotInRules, Severity: diag.Error, Position: at, Path: path,
		Message: fmt.Sprintf("%s: site %s: no rule for %s", r.target, r.site.ID, l.Text()),
		Hint:    l.Hint() + "; --allow-partial writes the rest, and lists this in the files",
	}
	if r.accept {
		f.Severity, f.Hint = diag.Warning, l.Hint()
	}
	if !r.seen[f.Message] {
		r.seen[f.Message] = true
		r.found = append(r.found, f)
	}
}

// where returns the position of the flow, or of what is incomplete in the site.
func (r *Remainder) where(l *Lack) (diag.Position, diag.Path) {
	switch {
	case l.Management != nil:
		path := []string{"firewall", "management", l.Management.ID}
		return r.site.Positions.At(path...), model.PathOf("site").Below(path...)
	case l.What == Address || l.What == Zone || l.What == OtherFamily:
		return r.place(l.Peers[0])
	}
	c := l.Permit.Connection
	return c.Product.Positions.At("flows", c.Flow.ID), model.PathOf("product", "flows", c.Flow.ID)
}

// place returns where the site gives, or could give, the location of a peer.
func (r *Remainder) place(e *model.End) (diag.Position, diag.Path) {
	path := []string{"site"}
	switch {
	case e.Host != nil:
		path = []string{"hosts", e.Host.ID}
	case e.Location != nil:
		path = []string{"services", e.Location.What}
	}
	return r.site.Positions.At(path...), model.PathOf(append([]string{"site"}, path...)...)
}

// Findings returns errors, or warnings if the remainder is accepted.
func (r *Remainder) Findings() diag.List { return r.found }

// Text returns the line of a ruleset: the flow, and what it lacks.
func (l *Lack) Text() string {
	what := ""
	if l.Management != nil {
		what = "management " + l.Management.ID
	} else {
		what = Describe(l.Permit)
	}
	switch l.What {
	case Port:
		return what + ": its port is not known"
	case Choice:
		return what + ": it is one of several ports, and the site has not chosen"
	case Transport:
		return what + ": the firewall does not support " + l.Permit.Transport
	case Source:
		return what + ": the firewall cannot match source ports"
	case OneFamily:
		return what + ": the firewall cannot limit it to " + FamilyNames[Family(l.Permit)]
	case Delivery:
		return what + ": its network does not carry broadcasts or multicasts"
	case Message:
		return what + ": the firewall has no name for its message"
	case Multicast:
		return what + ": its destination is a multicast group, which needs another kind of rule on the device"
	case Broadcast:
		return what + ": its destination is the broadcast address of an unknown network"
	}
	var ids []string
	for _, e := range l.Peers {
		ids = append(ids, e.ID())
	}
	slices.Sort(ids)
	missing := map[string]string{Address: "address", Zone: "zone", OtherFamily: FamilyNames[l.Family] + " address"}[l.What]
	return fmt.Sprintf("%s: no known %s for %s", what, missing, strings.Join(slices.Compact(ids), ", "))
}

// FamilyNames are the names of families in messages.
var FamilyNames = map[string]string{"ipv4": "IPv4", "ipv6": "IPv6"}

// Describe names a permit for findings and the headers of files.
func Describe(p *model.Permit) string {
	c := p.Connection
	what := fmt.Sprintf("flow %s, %s to %s.%s", flowOf(p), p.Transport, c.To.ID, c.Listener.ID)
	switch p.Back {
	case "reply":
		return fmt.Sprintf("flow %s, its answer over %s", flowOf(p), p.Transport)
	case "both-ways":
		what += ", the other way"
	}
	return what
}

// Hint returns what to do about the lack.
func (l *Lack) Hint() string {
	switch l.What {
	case Zone:
		return "add its network to a zone of the site, or name its zone"
	case Address:
		return fmt.Sprintf("add addresses or networks, in hosts: or services: %q", l.Peers[0].ID())
	case OtherFamily:
		return fmt.Sprintf("give it an %s address in the site, or its peers one of the other family", FamilyNames[l.Family])
	}
	c := l.Permit.Connection
	switch l.What {
	case Port, Choice:
		if l.Permit.Back == "reply" {
			if c.Flow.Reply.ToSource {
				return "load the firewall's helper for the protocol, or give the flow its source ports"
			}
			return "give the reply a range"
		}
		return fmt.Sprintf("say which in the site: products: %s: ports: %s: %s", c.Product.ID, c.To.ID, c.Listener.ID)
	case Transport, Source, OneFamily, Delivery, Message:
		return "permit it on another firewall"
	case Multicast:
		return "set up multicast routing with its rules by hand"
	}
	return "permit it with a rule of your own, or leave outbound free" // Broadcast
}
