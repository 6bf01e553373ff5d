package audit

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/portspec/portspec/internal/evidence"
	"github.com/portspec/portspec/internal/model"
)

// listening compares the sockets of a host with those that a site says it opens.
type listening struct {
	deployment *model.Deployment
	host       *model.Deployed
	options    Options
	report     *Report
}

// compare compares with a listing from the machine itself.
func (l *listening) compare(m *evidence.Machine) {
	for _, x := range m.Listeners {
		if t := l.found(x); t.What != "" {
			l.add(t)
		}
	}
	for _, s := range l.host.Sockets {
		l.expect(s, m)
	}
}

func (l *listening) add(t Thing) {
	t.About = "listener"
	l.report.Things = append(l.report.Things, t)
}

// found judges a socket that listens; the zero value for one that only the machine
// itself reaches and that is not in the site.
func (l *listening) found(x evidence.Listener) Thing {
	t := Thing{What: listenerText(x), File: x.File}
	local := x.Address.IsLoopback()
	socket, optional := l.socketOf(x.Transport, x.Port)
	switch {
	case socket != nil:
		t.Flows = []string{socketName(socket)}
		t.Verdict, t.Detail = l.address(socket, x)
		if optional && t.Verdict == WrongAddress && local {
			t.Verdict, t.Detail = Covered, "" // it need not be reached
		}
	case x.Transport == "udp" && (x.Port == 68 || x.Port == 546):
		t.Verdict, t.Detail = Covered, "it waits for answers of DHCP"
	case local:
		l.report.Local++
		return Thing{}
	default:
		t.Flows = l.managements(x.Transport, x.Port)
		t.Verdict = Covered
		if len(t.Flows) == 0 {
			t.Verdict, t.Detail = l.unknown(x.Transport, "nothing in the site listens there")
		}
	}
	return t
}

// unknown judges a port that the site does not have: it may be that of a socket whose port
// is not known.
func (l *listening) unknown(transport, why string) (Verdict, string) {
	for _, s := range l.host.Sockets {
		if s.Transport == transport && len(s.Ports) == 0 && !l.options.Partial {
			return CannotTell, "it may be " + socketName(s) + ", whose port is not known"
		}
	}
	return Undocumented, why
}

// socketOf returns the socket that a site has at a port, preferably one that is always
// open; optional reports that there is none of those.
func (l *listening) socketOf(transport string, port int) (s *model.Socket, optional bool) {
	for _, s := range l.host.Sockets {
		if s.Transport == transport && within(s.Ports, port) && l.counts(s) {
			return s, false
		}
	}
	for _, s := range l.host.Sockets {
		if s.Transport == transport && within(s.Ports, port) {
			return s, true
		}
	}
	return nil, false
}

// counts reports whether a socket must exist.
func (l *listening) counts(s *model.Socket) bool {
	return s.Phase == "" || slices.Contains(l.options.Phases, s.Phase)
}

func within(list []model.PortRange, n int) bool {
	return slices.ContainsFunc(list, func(r model.PortRange) bool { return r.From <= n && n <= r.To })
}

func socketName(s *model.Socket) string { return string(s.Place) + "." + s.Listener.ID }

// listenerText returns "tcp 10.1.0.11:8443 (java)".
func listenerText(x evidence.Listener) string {
	at := fmt.Sprintf("*:%d", x.Port)
	if x.Address.IsValid() {
		at = netip.AddrPortFrom(x.Address, uint16(x.Port)).String()
	}
	text := x.Transport + " " + at
	if x.Program != "" {
		text += " (" + x.Program + ")"
	}
	return text
}

// address judges the address that a socket is bound to.
func (l *listening) address(s *model.Socket, x evidence.Listener) (Verdict, string) {
	everywhere := !x.Address.IsValid() || x.Address.IsUnspecified()
	switch {
	case s.Bind == "loopback" && !x.Address.IsLoopback():
		return WrongAddress, "according to the spec, it listens on the loopback address only"
	case s.Bind == "loopback" || everywhere:
		return Covered, ""
	case x.Address.IsLoopback():
		return WrongAddress, "it listens on the loopback address, where no other host reaches it"
	case len(l.host.Addresses) == 0 || isOf(l.host, []netip.Addr{x.Address}):
		return Covered, ""
	}
	return WrongAddress, "it listens on an address other than those of the host: " + few(l.host.Addresses)
}

// managements lists those that use a port of the host.
func (l *listening) managements(transport string, port int) []string {
	var all []string
	if l.deployment.Site.Firewall == nil {
		return nil
	}
	for _, m := range l.deployment.Site.Firewall.Management {
		if len(m.From) > 0 && m.On(l.host.Host) && m.Transport == transport && slices.Contains(m.Ports, port) {
			all = append(all, "management/"+m.ID)
		}
	}
	return all
}

// expect judges a socket of the site: whether it exists, and on every address of the host
// that needs it.
func (l *listening) expect(s *model.Socket, m *evidence.Machine) {
	if s.Transport != "tcp" && s.Transport != "udp" || !l.counts(s) || l.options.Partial && len(s.Ports) == 0 {
		return // no listing has these
	}
	t := Thing{What: s.Transport + " " + socketPorts(s), Flows: []string{socketName(s)}}
	switch {
	case len(s.Ports) == 0:
		t.Verdict, t.Detail = CannotTell, "its port is not known"
	case !m.Listed[s.Transport]:
		t.Verdict, t.Detail = CannotTell, "the evidence lists no sockets of "+s.Transport
	default:
		t.Verdict, t.Detail = l.there(s, m.Listeners)
	}
	if t.Verdict != Covered { // a socket that exists already has a line
		l.add(t)
	}
}

func socketPorts(s *model.Socket) string {
	if len(s.Ports) == 0 {
		return socketName(s)
	}
	return model.FormatPorts(s.Ports)
}

// there looks for the listeners of a socket. For a range, one port is enough, because the
// program decides which ones it uses.
func (l *listening) there(s *model.Socket, all []evidence.Listener) (Verdict, string) {
	var missing []model.PortRange
	var found []evidence.Listener
	for _, r := range s.Ports {
		n := len(found)
		for _, x := range all {
			if x.Transport == s.Transport && r.From <= x.Port && x.Port <= r.To {
				found = append(found, x)
			}
		}
		if len(found) == n {
			missing = append(missing, r)
		}
	}
	oneOf := s.Dynamic || s.Listener.OneOf
	switch {
	case len(found) == 0 && s.Dynamic:
		return CannotTell, "nothing listens on any of its ports, which are chosen at run time"
	case len(found) == 0:
		return Missing, "nothing listens there"
	case len(missing) > 0 && !oneOf:
		return Missing, "nothing listens on " + model.FormatPorts(missing)
	case s.Bind == "loopback":
		return Covered, ""
	}
	for _, text := range l.host.Addresses {
		a, err := netip.ParseAddr(text)
		if err != nil || l.host.Count > 1 {
			continue // of a group, each machine has some of the addresses
		}
		if slices.ContainsFunc(found, func(x evidence.Listener) bool { return reachableAt(x, a) }) {
			continue
		}
		if slices.ContainsFunc(found, func(x evidence.Listener) bool { return !x.Address.IsLoopback() }) {
			return WrongAddress, "nothing listens at " + a.String()
		}
	}
	return Covered, ""
}

// reachableAt reports whether a socket accepts packets to an address.
func reachableAt(x evidence.Listener, a netip.Addr) bool {
	switch {
	case !x.Address.IsValid():
		return true
	case x.Address.IsUnspecified():
		return x.Address.Is4() == a.Is4()
	}
	return x.Address == a
}

// scan compares with what nmap found from outside. Open ports listen; closed ones do not.
// For the others, the scan is not enough.
func (l *listening) scan(s *evidence.Scan) {
	for transport, states := range s.States {
		for port, state := range states {
			socket, _ := l.socketOf(transport, port)
			if state != "open" || socket != nil {
				continue
			}
			t := Thing{What: fmt.Sprintf("%s %d", transport, port), Flows: l.managements(transport, port), Verdict: Covered, Detail: "open", File: s.File}
			if len(t.Flows) == 0 {
				t.Verdict, t.Detail = l.unknown(transport, "it is open, and nothing in the site listens there")
			}
			l.add(t)
		}
	}
	for _, x := range l.host.Sockets {
		if model.HasPorts(x.Transport) && x.Bind != "loopback" && l.counts(x) && (len(x.Ports) > 0 || !l.options.Partial) {
			l.scanned(s, x)
		}
	}
}

// scanned judges a socket of the site by a scan.
func (l *listening) scanned(s *evidence.Scan, x *model.Socket) {
	if len(s.Scanned[x.Transport]) == 0 {
		return // nothing was asked about this transport
	}
	t := Thing{What: x.Transport + " " + socketPorts(x), Flows: []string{socketName(x)}, File: s.File}
	seen := make(map[string]bool)
	for _, r := range x.Ports {
		for port := r.From; port <= r.To; port++ {
			seen[s.State(x.Transport, port)] = true
		}
	}
	switch {
	case seen["open"]:
		t.Verdict, t.Detail = Covered, "open"
	case len(seen) == 1 && seen["closed"] && !x.Dynamic:
		t.Verdict, t.Detail = Missing, "nmap found it closed: nothing listens, or a firewall refuses it"
	case len(seen) == 1 && seen[""]:
		t.Verdict, t.Detail = CannotTell, "nmap did not try it"
	case len(x.Ports) == 0:
		t.Verdict, t.Detail = CannotTell, "its port is not known"
	default:
		t.Verdict, t.Detail = CannotTell, "nmap could not tell whether anything listens"
	}
	l.add(t)
}
