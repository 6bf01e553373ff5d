package policy

import "cmp"

// Capabilities describe what a target can express. They become a column of the table in
// docs/firewall.md. Whatever a site needs and a target cannot express is a [Lack].
type Capabilities struct {
	Title       string // what people call the firewall
	Ranges      string // several ports, and ranges of ports
	Dynamic     string // ports that are chosen at run time
	Names       string // host names, wildcards and service tags instead of addresses
	Protocols   string // protocols without ports, and messages of ICMP
	SCTP        string
	SourcePorts string
	Multicast   string
	Broadcast   string
	Direction   string // inbound and outbound
	Program     string // rules for one program or service
	LastDay     string // whether rules end with the last day of a permit; "" for no
	Limits      string // on the number of rules and the length of names and comments
}

// Rows are the rows of the table: a title, and a function that returns the cell of a target.
var Rows = []struct {
	Title string
	Cell  func(*Capabilities) string
}{
	{"several ports, ranges", func(c *Capabilities) string { return c.Ranges }},
	{"ports chosen at run time", func(c *Capabilities) string { return c.Dynamic }},
	{"host names, wildcards, service tags", func(c *Capabilities) string { return c.Names }},
	{"protocols without ports, ICMP messages", func(c *Capabilities) string { return c.Protocols }},
	{"SCTP", func(c *Capabilities) string { return c.SCTP }},
	{"source ports", func(c *Capabilities) string { return c.SourcePorts }},
	{"multicast", func(c *Capabilities) string { return c.Multicast }},
	{"broadcast", func(c *Capabilities) string { return c.Broadcast }},
	{"inbound and outbound", func(c *Capabilities) string { return c.Direction }},
	{"programs and services", func(c *Capabilities) string { return c.Program }},
	{"last day of a permit", func(c *Capabilities) string { return cmp.Or(c.LastDay, "no: PS2241 reports it when it has passed") }},
	{"limits and lengths", func(c *Capabilities) string { return c.Limits }},
}
