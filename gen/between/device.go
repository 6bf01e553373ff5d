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

// A Device describes a kind of firewall between zones: what its target shares with the others.
type Device struct {
	Target string // its name among targets
	// Title, Verified and Usage are lines of the headers of files: the device, the program
	// that has verified them, and how to use them. Sign begins comments.
	Title, Verified string
	Usage           []string
	Sign            string
	// MostZone is the maximum length of the name of a zone or an interface.
	MostZone int
	// MostRules and MostMembers are the maximum numbers of rules, and of addresses or services
	// in a group; 0 if the vendor names no limit.
	MostRules, MostMembers int
	// Takes reports whether rules can match packets of a kind; nil if they can match all.
	Takes func(Service) bool
	// NoMulticast is set if rules between zones cannot permit multicast.
	NoMulticast bool
}

// GenerateSite returns the file of a site, sites/SITE/between.TARGET, and findings: why there is
// no file, or which permits no rule can express. write returns the text below the header.
func (v Device) GenerateSite(d *model.Deployment, o policy.Settings, write func(*Policy) string) ([]gen.File, diag.List) {
	p, found := v.Prepare(d, o)
	if p == nil {
		return nil, found
	}
	return []gen.File{{Path: "sites/" + d.Site.ID + "/between." + v.Target, Data: []byte(v.Head(p) + write(p))}}, found
}

// Prepare makes the policy for a device, or reports why there is none: the site has no zones,
// contradicts itself, or exceeds a limit of the device. A permit that no rule can express is an
// error unless a partial policy is accepted.
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

// ready reports why it is not clear what passes between the zones of a site.
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

// otherZone returns another zone to which an address or a part of a network belongs as well.
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

// refuses returns why a device does not accept a service in a rule; "" if it does.
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

// limits reports what exceeds the limits of the device.
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

// AddressName returns the name of the object for a network: "portspec-10.1.0.0-16".
func AddressName(p netip.Prefix) string {
	return "portspec-" + strings.NewReplacer(":", "_", "/", "-").Replace(p.String())
}

// ServiceName returns the name of the object for a service: "portspec-tcp-8443".
func ServiceName(s Service) string { return "portspec-" + strings.ReplaceAll(s.String(), " ", "-") }

// Name returns a name that depends on content: equal names mean equal content, in all files and
// at all times. It begins with "portspec" and a kind, and has less than 32 characters.
func Name(kind string, content ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(content, "\x00")))
	return "portspec-" + kind + "-" + hex.EncodeToString(sum[:6])
}

// Name returns the name of the rule on a device.
func (r *Rule) Name() string { return Name("r", r.content(), fmt.Sprintf("%q", r.Record)) }

// Unverified is the line in the header of a text that no program of its vendor has verified.
const Unverified = "Not verified by the vendor's software: review it, and try it on a test device first."

// Head returns the comments below the header of a generated file: what it is for, and how to use
// it.
func (v Device) Head(p *Policy) string {
	lines := append([]string{fmt.Sprintf("Between the zones of site %s, for %s.", p.Site.ID, v.Title), v.Verified, ""}, v.Usage...)
	lines = append(lines, policy.LackLines(p.Lacking)...)
	return v.Sign + " " + gen.Header + "\n" + v.Sign + "\n" + gen.CommentLines(v.Sign, lines)
}

// lastYear is the last year in which devices can end a rule: time ranges of an ASA are limited to
// it (Command Reference, "absolute"), and clocks of 32 bits end soon after.
const lastYear = 2035

// LastDay returns the last day of a rule's permits, and the name of an object for the time until
// then; false if they have no last day, or one after [lastYear].
func (r *Rule) LastDay() (day time.Time, name string, ok bool) {
	day, err := time.Parse(time.DateOnly, r.Record.Until)
	return day, "portspec-until-" + r.Record.Until, err == nil && day.Year() <= lastYear
}

// About describes a rule in at most n characters that have no meaning in any syntax: its flows,
// with owner, ticket and last day.
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

// Plain returns a text without all characters except letters, digits, spaces and - / . in it.
func Plain(s string) string { return gen.Plain(s, "-/. ") }
