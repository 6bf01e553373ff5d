package nftables

import (
	"strconv"

	"github.com/portspec/portspec/internal/model"
)

// Ids are the only text of specs and sites in a ruleset, in comments that
// [hostrules.Comment] makes. Purposes are in the side file, which is YAML.

// maxComment is the greatest length of a comment in nft, in bytes.
const maxComment = 128

// protocol returns a transport as nft reads it. nft looks names up in a table of the system
// that may lack some, so all but the most common are numbers.
func protocol(transport string) string {
	switch transport {
	case "tcp", "udp", "sctp", "icmp":
		return transport
	case "icmpv6":
		return "ipv6-icmp"
	}
	return strconv.Itoa(model.ProtocolNumber(transport))
}
