package firewalld

import "github.com/portspec/portspec/internal/model"

// A message is one of ICMP: a type, and a code or -1 for all of them.
type message struct{ kind, code int }

// messages are the names that firewalld has for messages of ICMP, as its nftables back end
// knows them (icmptypes of firewalld 1.3). Two names for one message are left out.
var messages = map[string]map[message]string{
	"icmp": {
		{0, -1}: "echo-reply", {3, -1}: "destination-unreachable", {3, 0}: "network-unreachable", {3, 1}: "host-unreachable", {3, 2}: "protocol-unreachable",
		{3, 3}: "port-unreachable", {3, 4}: "fragmentation-needed", {3, 5}: "source-route-failed", {3, 6}: "network-unknown", {3, 7}: "host-unknown",
		{3, 8}: "network-prohibited", {3, 10}: "host-prohibited", {3, 11}: "tos-network-unreachable", {3, 12}: "tos-host-unreachable",
		{3, 13}: "communication-prohibited", {3, 14}: "host-precedence-violation", {3, 15}: "precedence-cutoff", {4, -1}: "source-quench",
		{5, -1}: "redirect", {5, 0}: "network-redirect", {5, 1}: "host-redirect", {5, 2}: "tos-network-redirect", {5, 3}: "tos-host-redirect",
		{8, -1}: "echo-request", {9, -1}: "router-advertisement", {10, -1}: "router-solicitation", {11, -1}: "time-exceeded",
		{11, 0}: "ttl-zero-during-transit", {11, 1}: "ttl-zero-during-reassembly", {12, -1}: "parameter-problem",
		{13, -1}: "timestamp-request", {14, -1}: "timestamp-reply",
	},
	"icmpv6": {
		{1, -1}: "destination-unreachable", {1, 0}: "no-route", {1, 1}: "communication-prohibited", {1, 2}: "beyond-scope", {1, 3}: "address-unreachable",
		{1, 4}: "port-unreachable", {1, 5}: "failed-policy", {1, 6}: "reject-route", {2, -1}: "packet-too-big", {3, -1}: "time-exceeded",
		{3, 0}: "ttl-zero-during-transit", {3, 1}: "ttl-zero-during-reassembly", {4, -1}: "parameter-problem", {4, 0}: "bad-header",
		{4, 1}: "unknown-header-type", {4, 2}: "unknown-option", {128, -1}: "echo-request", {129, -1}: "echo-reply",
		{133, -1}: "router-solicitation", {134, -1}: "router-advertisement", {135, -1}: "neighbour-solicitation", {136, -1}: "neighbour-advertisement",
		{137, -1}: "redirect",
	},
}

// messageName is what firewalld calls a message; "" if it has no name for it.
func messageName(transport string, m model.ICMP) string {
	code := -1
	if m.Code != nil {
		code = *m.Code
	}
	return messages[transport][message{m.Type, code}]
}
