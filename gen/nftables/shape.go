package nftables

// A shape is a set without its elements.
type shape struct {
	name       string
	properties string // the lines of its declaration
	lookup     string // the rule that accepts packets that an element matches
}

var families = [...]struct{ digit, address, match string }{{"4", "ipv4_addr", "ip"}, {"6", "ipv6_addr", "ip6"}}

// Indexes of the shapes of a direction and family.
const (
	managed   = iota // management
	exact            // single addresses and ports
	ranges           // networks and ranges
	sources          // with source ports
	protocols        // without ports
)

// shapes are the sets of each direction and family, such as "in4". Names and types must not
// change: a ruleset replaces the elements of the previous one in place.
var shapes = func() map[string][]*shape {
	all := make(map[string][]*shape)
	for _, direction := range []struct{ name, side string }{{"in", "saddr"}, {"out", "daddr"}} {
		for _, f := range families {
			for _, of := range [...]struct{ name, kind, key, flags string }{
				managed:   {"_management", " . inet_service", " . th dport", interval},
				exact:     {"_exact", " . inet_service", " . th dport", ""},
				ranges:    {"", " . inet_service", " . th dport", interval},
				sources:   {"_source", " . inet_service . inet_service", " . th sport . th dport", interval},
				protocols: {"_protocol", "", "", interval},
			} {
				name := direction.name + of.name + f.digit
				all[direction.name+f.digit] = append(all[direction.name+f.digit], &shape{
					name:       name,
					properties: "\t\ttype " + f.address + " . inet_proto" + of.kind + "\n" + of.flags + "\t\tcounter\n",
					lookup:     f.match + " " + direction.side + " . meta l4proto" + of.key + " @" + name + " accept",
				})
			}
		}
	}
	return all
}()

// interval is the property of sets whose elements can be networks and ranges. The kernel looks
// packets up in other sets by a hash; one with intervals takes longer the more elements it has.
const interval = "\t\tflags interval\n"
