package between

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// A Device is a kind of firewall, as far as all that are between zones have it in common.
type Device struct {
	Target string // its name among targets
	// Title, Verified and Usage are lines of the heads of files: what takes them, which
	// program has read them, and how they are used. Sign begins comments.
	Title, Verified string
	Usage           []string
	Sign            string
	// MostZone is how long the name of a zone or an interface may be.
	MostZone int
	// MostRules and MostMembers are how many rules there may be, and addresses or services in
	// one group; 0 where the vendor names no limit.
	MostRules, MostMembers int
	// Takes reports whether it knows packets of a kind; nil if it knows all.
	Takes func(Service) bool
	// NoMulticast says that its rules between zones are not for multicast.
	NoMulticast bool
}

// GenerateSite returns the file of a site, sites/SITE/between.TARGET. Findings are why there
// is none, and what no rule can be made of. Write returns the text below the head.
func (v Device) GenerateSite(d *model.Deployment, o policy.Settings, write func(*Policy) string) ([]gen.File, diag.List) {
	p, found := v.Prepare(d, o)
	if p == nil {
		return nil, found
	}
	return []gen.File{{Path: "sites/" + d.Site.ID + "/between." + v.Target, Data: []byte(v.Head(p) + write(p))}}, found
}

// Prepare makes the policy for a device, or finds why there is none: the site has no zones,
// contradicts itself, or needs what the device does not take. What no rule can be made of is
// an error unless the rest is accepted.
func (v Device) Prepare(d *model.Deployment, o policy.Settings) (*Policy, diag.List) {
	found := v.ready(d)
	if found.HasErrors() {
		return nil, found
	}
	p := Of(d, o.Options, v.refuses)
	remainder := policy.NewRemainder(d.Site, v.Target, o.Partial)
	remainder.Note(p.Lacking...)
	found = append(append(found, remainder.Findings()...), v.limits(p)...)
	if found.HasErrors() {
		return nil, found
	}
	return p, found
}

// ready reports sites of which nobody can tell what passes between which zones.
func (v Device) ready(d *model.Deployment) diag.List {
	site := d.Site
	report := func(code diag.Code, path []string, message, hint string) diag.Finding {
		return diag.Finding{Code: code, Severity: diag.Error, Position: site.Positions.At(path...), Path: model.PathOf("site").Below(path...), Message: message, Hint: hint}
	}
	if len(site.Zones) < 2 {
		f := report(diag.NoZones, nil, fmt.Sprintf("site %s has fewer than two zones, and a firewall between zones has nothing to do", site.ID), "add zones: with their networks")
		f.Position, f.Path = site.Positions.At("site"), model.PathOf("site")
		return diag.List{f}
	}
	if site.Firewall == nil {
		return policy.Ready(d, d.Hosts)
	}
	found := policy.LockedOut(site, slices.DeleteFunc(slices.Clone(d.Hosts), func(h *model.Deployed) bool {
		return !slices.ContainsFunc(site.Firewall.Management, func(m *model.Management) bool { return len(m.From) > 0 && m.On(h.Host) })
	}))
	look := func(who, zone string, addresses []string, path ...string) {
		for _, a := range addresses {
			if other := otherZone(site, zone, a); other != "" {
				found = append(found, report(diag.ZonesContradict, path, fmt.Sprintf("%s of %s is in the networks of zone %s, and %s is in zone %s", a, who, other, who, orNone(zone)), "put it into one zone, or make the networks of the zones disjoint"))
			}
		}
	}
	for _, h := range d.Hosts {
		look("host "+h.ID, h.NetZone, h.Addresses, "hosts", h.ID)
	}
	for _, l := range site.Services {
		look(l.What, l.Zone, append(append([]string{}, l.Addresses...), l.Networks...), "services", l.What)
	}
	for _, z := range site.Zones {
		if v.MostZone > 0 && len(z.ID) > v.MostZone {
			found = append(found, report(diag.LongZone, []string{"zones", z.ID}, fmt.Sprintf("%s: the name of zone %s has %d characters; the device allows %d", v.Target, z.ID, len(z.ID), v.MostZone), "give it a shorter id"))
		}
	}
	return found
}

// otherZone is a zone to which an address or a part of a network belongs, besides its own.
func otherZone(site *model.Site, zone, address string) string {
	p, ok := model.ParseNetwork(address)
	if !ok {
		return ""
	}
	if z := site.ZoneOf(address); z != "" && z != zone {
		return z
	}
	for _, z := range site.Zones {
		for _, n := range z.Networks {
			if inner, ok := model.ParseNetwork(n); ok && z.ID != zone && inner.Bits() > p.Bits() && p.Contains(inner.Addr()) {
				return z.ID
			}
		}
	}
	return ""
}

func orNone(zone string) string {
	if zone == "" {
		return "none"
	}
	return zone
}

// refuses is why a device does not take a service in a rule; "" if it does.
func (v Device) refuses(r *Rule, s Service) string {
	switch {
	case v.NoMulticast && slices.ContainsFunc(r.Destinations, func(p netip.Prefix) bool { return p.Addr().IsMulticast() }):
		return policy.Multicast
	case v.Takes == nil || v.Takes(s):
		return ""
	case s.ICMP != nil:
		return policy.Message
	}
	return policy.Transport
}

// limits counts what the device takes.
func (v Device) limits(p *Policy) diag.List {
	var found diag.List
	report := func(what string, n, most int) {
		found = append(found, diag.Finding{
			Code: diag.TooManyRules, Severity: diag.Error, Position: p.Site.Positions.At("site"), Path: model.PathOf("site"),
			Message: fmt.Sprintf("%s: site %s has %d %s; the device allows %d", v.Target, p.Site.ID, n, what, most),
			Hint:    "give hosts whole networks as addresses, or divide the site",
		})
	}
	if v.MostRules > 0 && len(p.Rules) > v.MostRules {
		report("rules between zones", len(p.Rules), v.MostRules)
	}
	members := 0
	for _, r := range p.Rules {
		members = max(members, len(r.Sources), len(r.Destinations), len(r.Dialed), len(r.Services))
	}
	if v.MostMembers > 0 && members > v.MostMembers {
		report("addresses or services in one rule", members, v.MostMembers)
	}
	return found
}

// AddressName is what devices call the object of a network: "portspec-10.1.0.0-16".
func AddressName(p netip.Prefix) string {
	return "portspec-" + strings.NewReplacer(":", "_", "/", "-").Replace(p.String())
}

// ServiceName is what devices call the object of a service: "portspec-tcp-8443".
func ServiceName(s Service) string { return "portspec-" + strings.ReplaceAll(s.String(), " ", "-") }

// Name is made of what something says: equal names mean equal content, in all files and at
// all times. It begins with "portspec" and a kind, and has less than 32 characters.
func Name(kind string, content ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(content, "\x00")))
	return "portspec-" + kind + "-" + hex.EncodeToString(sum[:6])
}

// Name is what a device calls the rule.
func (r *Rule) Name() string { return Name("r", r.content(), fmt.Sprintf("%q", r.Record)) }

// Unverified is what the head of a text says that no program of its vendor has read.
const Unverified = "Not verified by the vendor's software: review it, and try it on a test device first."

// Head is what whoever uses a text reads first, in comments below the header of a generated
// file.
func (v Device) Head(p *Policy) string {
	lines := append([]string{fmt.Sprintf("Between the zones of site %s, for %s.", p.Site.ID, v.Title), v.Verified, ""}, v.Usage...)
	lines = append(lines, policy.LackLines(p.Lacking)...)
	return v.Sign + " " + gen.Header + "\n" + v.Sign + "\n" + gen.CommentLines(v.Sign, lines)
}

// lastYear is the last one in which devices can end a rule: a time range of an ASA ends there
// (Command Reference, "absolute"), and clocks of 32 bits soon after.
const lastYear = 2035

// LastDay is the last day of a rule's permits, and the name of an object for the time until
// then; false if they have none, or one that devices do not reach.
func (r *Rule) LastDay() (day time.Time, name string, ok bool) {
	day, err := time.Parse(time.DateOnly, r.Record.Until)
	return day, "portspec-until-" + r.Record.Until, err == nil && day.Year() <= lastYear
}

// About is what a rule is for, in at most n letters that no syntax knows: its flows, with
// owner, ticket and last day.
func (r *Rule) About(n int) string {
	words := strings.Join(r.Flows, " ")
	for _, x := range []struct{ what, value string }{{"owner", r.Record.Owner}, {"ticket", r.Record.Ticket}, {"until", r.Record.Until}} {
		if x.value != "" {
			words = x.what + " " + x.value + " " + words
		}
	}
	words = Plain(words)
	if len(words) > n {
		words = strings.TrimSpace(words[:n-3]) + "..."
	}
	return words
}

// Plain is a text of which only letters, digits, spaces and - / . are left, whatever it held.
func Plain(s string) string { return gen.Plain(s, "-/. ") }
