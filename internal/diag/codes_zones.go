package diag

import "strings"

const (
	NoZones         Code = "PS4510"
	ZonesContradict Code = "PS4511"
	LongZone        Code = "PS4512"
)

// zoneCodes are about targets that write rules for firewalls between the zones of a site.
var zoneCodes = []Explanation{
	{
		Code: NoZones, Severity: Error,
		Title:   "A site has zones if rules between zones are written for it.",
		Why:     "A firewall between zones filters the traffic from one zone to another. Without zones, there is no such traffic.",
		Fix:     "Add zones with their networks to the site.",
		Files:   firewallExample("{from: [10.9.0.0/24], ports: [22]}", ""),
		Command: "generate asa --site acme.yaml",
	},
	{
		Code: ZonesContradict, Severity: Error,
		Title:   "Each address is in the networks of one zone.",
		Why:     "Firewalls determine the zones of a packet by its addresses. An address in the networks of two zones would be permitted in one and used in the other.",
		Fix:     "Name the right zone, move the address, or make the networks of the zones disjoint.",
		Files:   zonedExample("zone: inner, addresses: [10.2.0.5]"),
		Command: "generate asa --site acme.yaml",
	},
	{
		Code: LongZone, Severity: Error,
		Title:   "The names of all zones are short enough for the device.",
		Why:     "Zones and interfaces of the device are named after the zones of the site, and the device limits the length of names.",
		Fix:     "Give the zone a shorter id.",
		Files:   strings.ReplaceAll(zonedExample("addresses: [10.1.0.5]"), "inner", "the-inner-network-of-the-new-data-centre"),
		Command: "generate panos --site acme.yaml",
	},
}

// zonedExample has a server and its administrators in two zones.
func zonedExample(server string) string {
	return `-- acme.yaml --
site: acme
zones:
  inner: {networks: [10.1.0.0/16]}
  outer: {networks: [10.2.0.0/16]}
hosts:
  server1: {os: linux, ` + server + `, runs: [tool/server]}
firewall: {outbound: listed, management: {admins: {from: [10.2.9.0/24], ports: [22]}}}
`
}
