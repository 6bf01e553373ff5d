package sitetables

import (
	"net"
	"strconv"
	"strings"
)

// Hosts lists the hosts, in the site's order. The caller owns the list.
func Hosts() []Host { return copyWhere(hosts, (*Host).own, every[Host]) }

// Listeners lists the sockets of all hosts. The caller owns the list.
func Listeners() []Listener { return copyWhere(listeners, (*Listener).own, every[Listener]) }

// Permits lists what may cross the network, sorted by product and flow. The
// caller owns the list.
func Permits() []Permit { return copyWhere(permits, (*Permit).own, every[Permit]) }

// Elsewhere lists the ends of permits that are not hosts of the site. The caller
// owns the list.
func Elsewhere() []Peer { return copyWhere(elsewhere, (*Peer).own, every[Peer]) }

// Host returns what the site says of the host; the zero value for an unknown
// id.
func (h HostID) Host() Host {
	for _, host := range hosts {
		if host.ID == h {
			host.own()
			return host
		}
	}
	return Host{}
}

// Listeners lists the sockets that the host opens.
func (h HostID) Listeners() []Listener {
	return copyWhere(listeners, (*Listener).own, func(l *Listener) bool { return l.Host == h })
}

// Address returns where to dial a listener of the host: "192.0.2.1:8443" or,
// for a host without an address, "ums1.example.com:8443". It is the first of
// [HostID.Addresses], and "" if there is none.
func (h HostID) Address(id ListenerID) string {
	if all := h.Addresses(id); len(all) > 0 {
		return all[0]
	}
	return ""
}

// Addresses lists where to dial a listener of the host: each of its addresses
// with each of its ports, and the first port of a range. A listener with
// several transports is listed once. There is no address for ports that are
// chosen at run time, for transports without ports, and for a group of machines
// of which only networks are known.
func (h HostID) Addresses(id ListenerID) []string {
	var all []string
	for _, l := range listeners {
		if l.Host == h && l.ID == id && !l.Dynamic {
			all = appendNew(all, join(PeerID(h), l.Ports)...)
		}
	}
	return all
}

// PermitsFrom lists the permits that the host may start.
func PermitsFrom(h HostID) []Permit {
	return copyWhere(permits, (*Permit).own, func(p *Permit) bool { return among(p.From, h) })
}

// PermitsTo lists the permits by which others may talk to the host.
func PermitsTo(h HostID) []Permit {
	return copyWhere(permits, (*Permit).own, func(p *Permit) bool { return among(p.To, h) })
}

// Permitted reports whether one host may talk to a port of another by any
// permit, also one that is optional, only for an installation, or through a
// gateway, which is then one of the two hosts. For transports without ports the
// port is 0.
func Permitted(from, to HostID, transport Transport, port int) bool {
	if from == to && from.Host().Count == 1 {
		return true // it does not cross the network
	}
	for _, p := range permits {
		if p.Transport == transport && p.hasLeg(from, to) && p.hasPort(port) {
			return true
		}
	}
	return false
}

// hasLeg reports whether one host talks to the other by the permit, also if one
// is a gateway.
func (p *Permit) hasLeg(from, to HostID) bool {
	talkers := p.From
	for _, gateway := range p.Via {
		if among(talkers, from) && among(gateway, to) {
			return true
		}
		talkers = gateway
	}
	return among(talkers, from) && among(p.To, to)
}

func (p *Permit) hasPort(port int) bool {
	if len(p.Ports) == 0 {
		return port == 0 && !p.Dynamic
	}
	for _, r := range p.Ports {
		if r.Contains(port) {
			return true
		}
	}
	return false
}

// Targets lists what a host dials by the permit, as "10.1.1.11:8443": each
// address of each of To except the host itself, with each port and the first
// port of a range. If To has no addresses, its names are dialed; if there are
// gateways, the first one is. There is no target for ports that are chosen at
// run time, transports without ports, networks, names with "*", multicast and
// broadcast.
func (p Permit) Targets(from HostID) []string {
	if p.Dynamic || len(p.Groups) > 0 {
		return nil
	}
	to := p.To
	if len(p.Via) > 0 {
		to = p.Via[0]
	}
	var all []string
	for _, peer := range to {
		if peer != PeerID(from) {
			all = appendNew(all, join(peer, p.Ports)...)
		}
	}
	return all
}

// join returns each address of a peer with each port.
func join(peer PeerID, ports []PortRange) []string {
	var all []string
	for _, address := range peer.dialed() {
		for _, r := range ports {
			all = append(all, net.JoinHostPort(address, strconv.Itoa(r.First)))
		}
	}
	return all
}

// dialed returns the addresses of a peer that can be dialed, or its names if
// there are none.
func (peer PeerID) dialed() []string {
	var addresses, names []string
	if h := HostID(peer).Host(); h.ID != "" {
		addresses, names = h.Addresses, h.Names
	}
	for _, p := range elsewhere {
		if p.ID == peer {
			addresses, names = p.Addresses, p.Names
		}
	}
	for _, list := range [][]string{addresses, names} {
		var single []string
		for _, s := range list {
			if !strings.ContainsAny(s, "/*") {
				single = append(single, s)
			}
		}
		if len(single) > 0 {
			return single
		}
	}
	return nil
}

func among(list []PeerID, h HostID) bool {
	for _, id := range list {
		if id == PeerID(h) || id == Any {
			return true
		}
	}
	return false
}

func appendNew(list []string, more ...string) []string {
next:
	for _, s := range more {
		for _, had := range list {
			if had == s {
				continue next
			}
		}
		list = append(list, s)
	}
	return list
}
