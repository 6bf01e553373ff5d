package ansible

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// inexpressible reports what firewall rules cannot express, or what not every module
// supports. A warning is about a connection without a rule.
func inexpressible(p *model.Product, lists ruleLists) diag.List {
	var all diag.List
	broadcast := make(map[*model.Flow]bool) // those reported, once for all listeners
	for i, c := range lists.connections {
		if !crossesNetwork(c) {
			continue
		}
		report := func(severity diag.Severity, hint, format string, args ...any) {
			all = append(all, diag.Finding{
				Code: diag.NotInAnsible, Severity: severity,
				Position: p.Positions.At("flows", c.Flow.ID), Path: model.PathOf("product", "flows", c.Flow.ID),
				Message: fmt.Sprintf("ansible: flow %s, %s to %s.%s: ", c.Flow.ID, gen.TransportText(c.Transport), c.To.ID, c.Listener.ID) + fmt.Sprintf(format, args...),
				Hint:    hint,
			})
		}
		if c.Flow.Delivery == "broadcast" && !broadcast[c.Flow] {
			broadcast[c.Flow] = true
			report(severity(c.Flow), broadcastHint, "no rule lets it out, as the broadcast address depends on the sender's network")
		}
		if undecided := c.Undecided(); len(undecided) > 0 {
			report(severity(c.Flow), "resolve a site that chooses: "+c.SiteChoice(undecided[0]), "no rule, as %s", gen.UnknownReason(undecided[0]))
			continue
		}
		withoutNumber(c, report)
		beyondModules(c, report)
		if c.Listener.Bind == model.LoopbackByDefault {
			report(diag.Info, "bind it to the network on hosts that get the rule", "the rule has an effect only where the listener is no longer bound to loopback")
		}
		beyondPackets(c.Flow, c.To.At, report)
		if at := c.To.At; at != nil && len(at.ServiceTags) > 0 && len(at.Addresses)+len(at.Networks) == 0 {
			report(severity(c.Flow), fmt.Sprintf("set %s_addresses.%s to the networks that the cloud's provider publishes for it", prefix(p.ID), key(c.To.ID)),
				"no rule until its networks are set: firewalls need addresses, but only a service tag of %s is known, %s", c.To.ID, strings.Join(at.ServiceTags, ", "))
		}
		beyondSelection(c, lists.groups[i], report)
	}
	return all
}

const broadcastHint = "write that rule by hand where a firewall filters what goes out"

// severity returns the severity of a finding about a flow that gets no rule.
func severity(f *model.Flow) diag.Severity {
	if f.Optional {
		return diag.Info
	}
	return diag.Warning
}

type report func(severity diag.Severity, hint, format string, args ...any)

// withoutNumber reports ports that are not known, or not for certain.
func withoutNumber(c *model.Connection, report report) {
	l := c.Listener
	changes := func() string { return prefix(named(c.Product)) + "_changes." + key(c.To.ID) + "." + key(l.ID) }
	none := func(format string, args ...any) {
		report(diag.Warning, "give the listener a range; if a site has fixed the port, set "+changes(), format, args...)
	}
	switch {
	case !model.HasPorts(c.Transport):
	case l.Count > 0:
		none("no rule, as only the number of its ports, %d, is known", l.Count)
	case l.Unknown.Has(model.AspectPort):
		none("no rule, as %s", gen.UnknownReason(model.AspectPort))
	case l.Dynamic == nil && len(l.Known()) == 0:
		none("no rule, as it has one port for each %s, from %s upward, and their number is not known", l.Per, model.FormatPorts(l.Ports))
	case len(c.Ports()) == 0:
		none("no rule, as its port is chosen at run time, from an unknown range")
	case l.OneOf:
		report(diag.Warning, "set "+changes()+" to the one in use", "no rule until the site chooses one of %s", model.FormatPorts(l.Ports))
	}
	if o := l.Offset; o != nil && o.Of != "" {
		report(diag.Info, "if that one changes, set "+changes()+" as well", "the port follows from that of %s, but the rule does not", o.Of)
	} else if o != nil && o.Named {
		report(diag.Info, "if it has another value, set "+changes()+", or resolve a site with it: products: "+c.Product.ID+": settings: "+o.Setting, "the rule is for the default of %s, %d", o.Setting, o.Base)
	}
	if r := c.Flow.Reply; r != nil && r.ToSource {
		if ports, _ := c.Flow.ReplyPorts(); len(ports) == 0 {
			report(diag.Warning, "load the firewall's helper for the protocol, or give the flow its source ports", "no rule for the reply, as it goes to a source port that is not documented")
		}
	} else if r != nil && model.HasPorts(r.Transport) && len(r.Ports) == 0 && (r.Dynamic == nil || len(r.Dynamic.Ranges) == 0) {
		report(diag.Warning, "give the reply a range", "no rule for the reply, as its port is chosen at run time, from an unknown range")
	}
	if l.Dynamic != nil {
		for _, r := range l.Dynamic.Ranges {
			if v := r.Versions; v != nil && !canCompare(v, "") {
				report(diag.Info, "write releases as numbers and dots", "the rule for %s is for all releases of the operating system, as Ansible cannot compare %s", r.PortRange, quoted(v.From, v.Before))
			}
		}
	}
}

// ufwProtocols are the IP protocols that community.general.ufw supports by name.
var ufwProtocols = []string{"tcp", "udp", "igmp", "ipv6", "gre", "esp", "ah"}

// beyondModules reports what a firewall cannot do.
func beyondModules(c *model.Connection, report report) {
	if c.Flow.Source != nil && model.HasPorts(c.Transport) {
		report(diag.Info, "", "firewalld ignores source ports, and permits all of them")
	}
	transports := []string{c.Transport}
	if c.Flow.Reply != nil {
		transports = append(transports, c.Flow.Reply.Transport)
	}
	for _, t := range transports {
		switch {
		case t == "sctp":
			report(diag.Info, "", "ufw cannot permit SCTP, and Windows only all ports of it")
		case t == "icmp" || t == "icmpv6":
			report(diag.Info, "", "ufw cannot permit ICMP messages, and firewalld only all of them")
		case !slices.Contains(ufwProtocols, t):
			report(diag.Info, "", "ufw cannot permit IP protocol %d", model.ProtocolNumber(t))
		}
	}
}

// beyondPackets reports conditions that packet filters cannot see.
func beyondPackets(f *model.Flow, to *model.Endpoints, report report) {
	if to != nil && len(to.URLs) > 0 {
		report(diag.Info, "use a proxy to filter the path if that matters", "firewalls do not see the path of %s, and permit the whole host", strings.Join(to.URLs, ", "))
	}
	if f.TLSInspection == "forbidden" {
		report(diag.Info, "exempt it where TLS is inspected", "its TLS must not be inspected, which a rule cannot express")
	}
}

// beyondSelection reports conditions that the rules do not contain.
func beyondSelection(c *model.Connection, groups []*group, report report) {
	for _, g := range groups {
		if g.never != "" {
			report(diag.Warning, "change their conditions so that they can hold together", "no rule for %s, as %s", strings.Join(componentIDs(g.talkers), ", "), g.never)
		}
	}
	beyondReleases(c, &c.Flow.Conditions, report)
	beyondReleases(c, &c.Listener.Conditions, report)
	beyondReleases(c, &c.To.Conditions, report)
	for _, talker := range c.From {
		beyondReleases(c, &talker.Conditions, report)
	}
	if c.Flow.Suffices == "one" {
		report(diag.Info, "leave out the rules of those that the site does not use", "all connections of the flow get rules, although one of them is enough")
	}
	if len(c.Flow.Via) > 0 {
		report(diag.Info, "add a flow for each leg if the ports differ", "its ends may also talk to %s, which carries it; the rules of that host itself are not included", strings.Join(c.Flow.Via, ", "))
	}
}

// beyondReleases reports releases that Ansible cannot compare.
func beyondReleases(c *model.Connection, of *model.Conditions, report report) {
	if len(of.OSVersions) > 0 {
		for _, os := range slices.Sorted(maps.Keys(of.OSVersions)) {
			if v := of.OSVersions[os]; !canCompare(v, "") {
				report(diag.Info, "write releases as numbers and dots", "the rule is for all releases of %s, as Ansible cannot compare %s", os, quoted(v.From, v.Before))
			}
		}
	}
	if v := of.Versions; v != nil && !canCompare(v, c.Product.Version) {
		report(diag.Info, "write releases as numbers and dots", "the rule is for all releases, as Ansible cannot compare %s", quoted(v.From, v.Before, c.Product.Version))
	}
}

// quoted lists the releases that are not empty: "R2", "12.04".
func quoted(releases ...string) string {
	var list []string
	for _, r := range releases {
		if r != "" {
			list = append(list, strconv.Quote(r))
		}
	}
	return strings.Join(list, ", ")
}
