package nftables

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// Nothing that people wrote gets into a ruleset but ids, and of those only the
// letters that ids are made of. Purposes go to the side file, which is YAML.

// maxComment is how long nft lets a comment be, in bytes.
const maxComment = 128

// comment names the first flow behind an element, and how many more there are.
func comment(rules []*policy.Rule) string {
	more := ""
	if n := len(rules) - 1; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	name := word(rules[0].Name())
	if room := maxComment - len(more); len(name) > room {
		name = name[:room-3] + "..."
	}
	return name + more
}

// word is a text in which only letters, digits, hyphens, dots and slashes stand,
// whatever it held.
func word(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '/', c == '.':
			return c
		}
		return '_'
	}, s)
}

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
