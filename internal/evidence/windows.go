package evidence

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// windowsReading turns the objects of PowerShell into listeners and a filter. Numbers and
// names of enumerations are those of the classes MSFT_NetTCPConnection,
// MSFT_NetFirewallRule and MSFT_NetFirewallProfile.
type windowsReading struct {
	records []record
	by      map[string]map[string][]record // filters by class and id of the rule
	subnets []netip.Prefix                 // of the machine
	active  []string                       // profiles that are in use; empty if not known
}

func (w *windowsReading) join(m *Machine) error {
	of := make(map[string][]record)
	w.by = make(map[string]map[string][]record)
	for _, r := range w.records {
		class := classOf(r)
		of[class] = append(of[class], r)
		if w.by[class] == nil {
			w.by[class] = make(map[string][]record)
		}
		id := r.get("instanceid")
		w.by[class][id] = append(w.by[class][id], r)
	}
	for _, r := range of["ip"] {
		if p, err := netip.ParsePrefix(strings.SplitN(r.get("ipaddress"), "%", 2)[0] + "/" + r.get("prefixlength")); err == nil && !p.Addr().IsLoopback() {
			w.subnets = append(w.subnets, p.Masked())
			m.Addresses = append(m.Addresses, p.Addr().Unmap())
		}
	}
	for _, r := range of["network"] {
		w.active = append(w.active, named(r.get("networkcategory"), "public", "private", "domainauthenticated"))
	}
	for i, name := range w.active {
		w.active[i] = strings.TrimSuffix(name, "authenticated")
	}
	for _, class := range []string{"tcp", "udp"} {
		if err := w.listeners(m, class, of[class]); err != nil {
			return err
		}
	}
	if len(of["rule"]) > 0 {
		return w.filter(m, of["rule"], of["profile"])
	}
	for _, class := range []string{"port", "address", "program", "service", "security", "interface", "interfacetype"} {
		if len(of[class]) > 0 {
			return fmt.Errorf("%s: it has conditions of rules, but no file has the rules; add the output of Get-NetFirewallRule", of[class][0].file)
		}
	}
	return nil
}

// named returns a value of an enumeration in lower case: its name or, for a number, the one
// at that index among names.
func named(value string, names ...string) string {
	if n, err := strconv.Atoi(value); err == nil && n >= 0 && n < len(names) {
		return names[n]
	}
	return strings.ToLower(strings.ReplaceAll(value, " ", ""))
}

func (w *windowsReading) listeners(m *Machine, transport string, records []record) error {
	for _, r := range records {
		m.Listed[transport] = true
		if transport == "tcp" && named(r.get("state"), "", "closed", "listen") != "listen" {
			continue
		}
		host, _, _ := strings.Cut(r.get("localaddress"), "%")
		a, err := netip.ParseAddr(host)
		port, errPort := strconv.ParseUint(r.get("localport"), 10, 16)
		if err != nil || errPort != nil {
			return fmt.Errorf("%s: %q with port %q is not a socket", r.file, r.get("localaddress"), r.get("localport"))
		}
		l := Listener{Transport: transport, Address: a.Unmap(), Port: int(port), File: r.file}
		if a.Is6() && a.IsUnspecified() {
			l.Address = netip.Addr{} // Windows does not show whether it is only for IPv6
		}
		m.Listeners = append(m.Listeners, l)
	}
	return nil
}

// filter makes one chain of the rules for each direction: those that block come first,
// because they override all that permit.
func (w *windowsReading) filter(m *Machine, rules, profiles []record) error {
	f := &Filter{Program: "Windows Firewall", File: rules[0].file, V4: true, V6: true}
	for _, direction := range []string{"inbound", "outbound"} {
		hook := &Hook{Name: direction + " rules of the Windows Firewall", Out: direction == "outbound", Chain: f.chain(direction)}
		off := w.policy(hook, profiles)
		for _, action := range []string{"block", "allow", "allowbypass"} {
			for _, r := range rules {
				if named(r.get("direction"), "", "inbound", "outbound") != direction || named(r.get("enabled"), "", "true", "false") != "true" ||
					named(r.get("action"), "notconfigured", "", "allow", "allowbypass", "block") != action || off {
					continue
				}
				hook.Chain.Rules = append(hook.Chain.Rules, w.rule(r, hook.Out, action))
			}
		}
		f.Hooks = append(f.Hooks, hook)
	}
	for _, r := range rules {
		if len(r.values["direction"]) == 0 || len(r.values["action"]) == 0 {
			return errors.New(r.file + ": a rule has no direction or no action: the evidence is truncated")
		}
	}
	m.Filters = append(m.Filters, f)
	return f.link(func(string) bool { return false })
}

// policy sets what happens to packets that no rule decides about, and reports whether the
// firewall is off in all profiles that are in use or, if these are not known, in all.
func (w *windowsReading) policy(h *Hook, profiles []record) (off bool) {
	field, usual := "defaultinboundaction", Drop
	if h.Out {
		field, usual = "defaultoutboundaction", Accept
	}
	var verdicts []Verdict
	on, offs := 0, 0
	for _, p := range profiles {
		if len(w.active) > 0 && !slices.Contains(w.active, strings.ToLower(p.get("name"))) {
			continue
		}
		v := usual
		switch named(p.get(field), "notconfigured", "", "allow", "", "block") {
		case "allow":
			v = Accept
		case "block":
			v = Drop
		}
		if named(p.get("enabled"), "false", "true", "notconfigured") == "false" {
			v = Accept
			offs++
		} else {
			on++
		}
		verdicts = append(verdicts, v)
	}
	slices.Sort(verdicts)
	switch verdicts = slices.Compact(verdicts); {
	case len(verdicts) == 0:
		h.Policy, h.Doubt = Unclear, "the evidence has no profile that is in use; add the output of Get-NetFirewallProfile"
	case offs > 0 && on > 0:
		h.Policy, h.Doubt = Unclear, "the firewall is off in some profiles; add the output of Get-NetConnectionProfile"
	case len(verdicts) > 1:
		h.Policy, h.Doubt = Unclear, "it depends on the profile that is in use; add the output of Get-NetConnectionProfile"
	default:
		h.Policy = verdicts[0]
	}
	return offs > 0 && on == 0
}

func (w *windowsReading) rule(r record, out bool, action string) *Rule {
	name := cmp.Or(r.get("displayname"), r.get("name"), r.get("instanceid"), "without a name")
	x := &Rule{Verdict: Accept, Text: name, Where: "rule " + name}
	switch action {
	case "block":
		x.Verdict = Drop
	case "allowbypass":
		x.doubt("it is for authenticated connections")
	}
	w.profile(&x.Match, r)
	id := r.get("instanceid")
	one := func(class, cmdlet string) (record, bool) {
		switch list := w.by[class][id]; len(list) {
		case 0:
			x.doubt("its conditions are not in the evidence; add the output of " + cmdlet)
		case 1:
			return list[0], true
		default:
			x.doubt("two rules have the id " + id)
		}
		return record{}, false
	}
	if p, ok := one("port", "Get-NetFirewallPortFilter"); ok {
		w.ports(&x.Match, p, out)
	}
	if a, ok := one("address", "Get-NetFirewallAddressFilter"); ok {
		x.From, x.To = w.addresses(&x.Match, a, "remoteaddress"), w.addresses(&x.Match, a, "localaddress")
		if out {
			x.From, x.To = x.To, x.From
		}
	}
	w.programs(&x.Match, id)
	if text := x.Match.String(); text != "everything" {
		x.Text += ": " + text
	}
	return x
}

// profile evaluates the profiles of a rule: names, or the sum of 1 for domain, 2 for
// private and 4 for public; 0 and similar values for all.
func (w *windowsReading) profile(m *Match, r record) {
	var of []string
	for _, text := range r.values["profile"] {
		for _, one := range strings.Split(text, ",") {
			if n, err := strconv.Atoi(strings.TrimSpace(one)); err == nil {
				for i, name := range []string{"domain", "private", "public"} {
					if n>>i&1 == 1 {
						of = append(of, name)
					}
				}
				continue
			}
			of = append(of, strings.ToLower(strings.TrimSpace(one)))
		}
	}
	if len(of) == 0 || slices.Contains(of, "any") || len(of) >= 3 {
		return
	}
	n := 0
	for _, name := range w.active {
		if slices.Contains(of, name) {
			n++
		}
	}
	switch {
	case len(w.active) == 0 || n > 0 && n < len(w.active):
		m.doubt("it is only for the profile " + strings.Join(of, ", "))
	case n == 0:
		m.Never = true
	}
}

func isAny(list []string) bool {
	return len(list) == 0 || len(list) == 1 && (strings.EqualFold(list[0], "any") || list[0] == "*")
}

func (w *windowsReading) ports(m *Match, p record, out bool) {
	if proto := p.get("protocol"); !isAny(p.values["protocol"]) {
		n, ok := protocolNumber(strings.ToLower(proto))
		if !ok {
			m.doubt("the protocol " + proto + " is not supported")
			return
		}
		m.protocol(n)
	}
	local, remote := windowsPorts(m, p.values["localport"]), windowsPorts(m, p.values["remoteport"])
	m.Ports, m.SourcePorts = local, remote
	if out {
		m.Ports, m.SourcePorts = remote, local
	}
	if types := p.values["icmptype"]; !isAny(types) {
		list := []model.PortRange{}
		for _, t := range types {
			kind, code, exact := strings.Cut(t, ":")
			a, errA := strconv.ParseUint(kind, 10, 8)
			b, errB := strconv.ParseUint(code, 10, 8)
			switch {
			case errA == nil && exact && errB == nil:
				list = append(list, model.PortRange{From: int(a<<8 | b), To: int(a<<8 | b)})
			case errA == nil && (!exact || code == "*" || strings.EqualFold(code, "any")):
				list = append(list, model.PortRange{From: int(a << 8), To: int(a<<8 | 255)})
			default:
				m.doubt("the message " + t + " is not supported")
				return
			}
		}
		m.Messages = list
	}
}

// windowsWords are the words for ports: those of the endpoint mapper and those that it
// assigns by default ("The default dynamic port range for TCP/IP has changed", Microsoft),
// and IP over HTTPS.
var windowsWords = map[string]model.PortRange{
	"rpc": {From: 49152, To: maxPort}, "rpcepmap": {From: 135, To: 135}, "rpc-epmap": {From: 135, To: 135},
	"iphttpsin": {From: 443, To: 443}, "iphttpsout": {From: 443, To: 443},
}

func windowsPorts(m *Match, values []string) []model.PortRange {
	if isAny(values) {
		return nil
	}
	list := []model.PortRange{}
	for _, v := range values {
		if v == lost {
			m.doubt("its ports are a list, which CSV does not keep; save JSON")
			return nil
		}
		if r, ok := windowsWords[strings.ToLower(v)]; ok {
			list = append(list, r)
			continue
		}
		ports, err := nmapPorts(v)
		if err != nil {
			m.doubt("the port " + v + " is not a number")
			return nil
		}
		list = append(list, ports...)
	}
	return list
}

func (w *windowsReading) addresses(m *Match, r record, field string) []policy.AddressRange {
	values := r.values[field]
	if isAny(values) {
		return nil
	}
	list := []policy.AddressRange{}
	for _, v := range values {
		a, ok := parseAddresses(v)
		word := strings.ToLower(v)
		switch {
		case v == lost:
			m.doubt("its addresses are a list, which CSV does not keep; save JSON")
			return nil
		case ok:
			list = append(list, a)
		case strings.HasPrefix(word, "localsubnet") && len(w.subnets) > 0:
			for _, p := range w.subnets {
				if word == "localsubnet" || word == "localsubnet4" == p.Addr().Is4() {
					list = append(list, rangeOf(p))
				}
			}
		default:
			m.doubt("the evidence does not say which addresses " + v + " has")
			return nil
		}
	}
	return list
}

// programs evaluates the conditions of a rule on programs, services, interfaces and users.
func (w *windowsReading) programs(m *Match, id string) {
	for _, x := range []struct {
		class, cmdlet string
		fields        []string
	}{
		{"program", "Get-NetFirewallApplicationFilter", []string{"program", "package"}},
		{"service", "Get-NetFirewallServiceFilter", []string{"service"}},
	} {
		list := w.by[x.class][id]
		if len(list) == 0 && m.Program == "" {
			m.Program = "a program or service that is not in the evidence; add the output of " + x.cmdlet
		}
		for _, r := range list {
			for _, f := range x.fields {
				if v := r.values[f]; !isAny(v) && v[0] != "" {
					m.Program = strings.Join(v, ", ")
				}
			}
		}
	}
	for _, x := range []struct{ class, field string }{{"interface", "interfacealias"}, {"interfacetype", "interfacetype"}} {
		for _, r := range w.by[x.class][id] {
			if v := r.values[x.field]; !isAny(v) && v[0] != "0" {
				m.doubt("it is only for the interface " + strings.Join(v, ", "))
			}
		}
	}
	for _, r := range w.by["security"][id] {
		if a := named(r.get("authentication"), "notrequired"); a != "notrequired" && a != "" {
			m.doubt("it is for authenticated connections")
		}
		for _, f := range []string{"localuser", "remoteuser", "remotemachine"} {
			if !isAny(r.values[f]) {
				m.doubt("it is for some users or machines")
			}
		}
	}
}
