package model

import (
	"strconv"
	"strings"
)

// protocols has the IP protocols that are transports by name, with their numbers in IANA's
// registry. A test compares it with schema/ports.cue.
var protocols = map[string]int{
	"icmp": 1, "igmp": 2, "ipip": 4, "tcp": 6, "egp": 8, "igp": 9, "udp": 17, "ipv6": 41, "rsvp": 46, "gre": 47, "esp": 50, "ah": 51,
	"icmpv6": 58, "eigrp": 88, "ospf": 89, "etherip": 97, "pim": 103, "ipcomp": 108, "vrrp": 112, "pgm": 113, "l2tp": 115, "isis": 124,
	"sctp": 132, "mpls": 137, "manet": 138, "hip": 139,
}

var protocolNames = func() map[int]string {
	names := make(map[int]string, len(protocols))
	for name, n := range protocols {
		names[n] = name
	}
	return names
}()

// HasPorts reports whether a transport has ports.
func HasPorts(transport string) bool {
	return transport == "tcp" || transport == "udp" || transport == "sctp"
}

// ProtocolNumber returns the number of the IP protocol of a transport; -1 if it is not a
// transport.
func ProtocolNumber(transport string) int {
	if n, ok := protocols[transport]; ok {
		return n
	}
	if digits, ok := strings.CutPrefix(transport, "ip/"); ok {
		if n, err := strconv.ParseUint(digits, 10, 8); err == nil {
			return int(n)
		}
	}
	return -1
}

// TransportOf returns the transport for the number of an IP protocol: "esp", or "ip/253" if
// it has no name.
func TransportOf(number int) string {
	if name := protocolNames[number]; name != "" {
		return name
	}
	return "ip/" + strconv.Itoa(number)
}
