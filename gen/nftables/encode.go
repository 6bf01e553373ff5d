package nftables

import (
	"strconv"

	"github.com/portspec/portspec/internal/model"
)

// Nothing that people wrote gets into a ruleset but ids, in comments that
// [hostrules.Comment] makes. Purposes go to the side file, which is YAML.

// maxComment is how long nft lets a comment be, in bytes.
const maxComment = 128

// protocol is a transport as nft reads it. Names come from a table of the system that may
// lack some, so that all but the most common are numbers.
func protocol(transport string) string {
	switch transport {
	case "tcp", "udp", "sctp", "icmp":
		return transport
	case "icmpv6":
		return "ipv6-icmp"
	}
	return strconv.Itoa(model.ProtocolNumber(transport))
}
