package evidence

import (
	"strconv"

	"github.com/portspec/portspec/internal/model"
)

// protocolAliases are names of protocols that systems use and specs do not; most are in
// /etc/protocols.
var protocolAliases = map[string]int{"ipv6-icmp": icmp6, "ipencap": 4, "dccp": 33, "udplite": 136, "icmpv4": icmp4}

// protocolNumber returns the number of an IP protocol, given its name or digits.
func protocolNumber(s string) (int, bool) {
	if n, ok := protocolAliases[s]; ok {
		return n, true
	}
	if n := model.ProtocolNumber(s); n >= 0 {
		return n, true
	}
	n, err := strconv.ParseUint(s, 10, 8)
	return int(n), err == nil
}

// Names of nft for messages of icmp and icmpv6 and for their codes: nft(8), ICMP TYPE TYPE,
// ICMP CODE TYPE and so on.
var (
	icmpCodes = map[string]int{
		"net-unreachable": 0, "host-unreachable": 1, "prot-unreachable": 2, "port-unreachable": 3, "frag-needed": 4,
		"net-prohibited": 9, "host-prohibited": 10, "admin-prohibited": 13,
	}
	icmp6Codes = map[string]int{
		"no-route": 0, "admin-prohibited": 1, "addr-unreachable": 3, "port-unreachable": 4, "policy-fail": 5, "reject-route": 6,
	}
	icmpNames = map[string]int{
		"echo-reply": 0, "destination-unreachable": 3, "source-quench": 4, "redirect": 5, "echo-request": 8,
		"router-advertisement": 9, "router-solicitation": 10, "time-exceeded": 11, "parameter-problem": 12,
		"timestamp-request": 13, "timestamp-reply": 14, "info-request": 15, "info-reply": 16,
		"address-mask-request": 17, "address-mask-reply": 18,
	}
	icmp6Names = map[string]int{
		"destination-unreachable": 1, "packet-too-big": 2, "time-exceeded": 3, "parameter-problem": 4,
		"echo-request": 128, "echo-reply": 129, "mld-listener-query": 130, "mld-listener-report": 131,
		"mld-listener-done": 132, "mld-listener-reduction": 132, "nd-router-solicit": 133, "nd-router-advert": 134,
		"nd-neighbor-solicit": 135, "nd-neighbor-advert": 136, "nd-redirect": 137, "router-renumbering": 138,
		"ind-neighbor-solicit": 141, "ind-neighbor-advert": 142, "mld2-listener-report": 143,
	}
)
