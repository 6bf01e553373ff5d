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
		Title:   "A site has zones before rules between them are written.",
		Why:     "A firewall between zones sees what goes from one to another. Without zones nobody can tell what that is.",
		Fix:     "Add zones with their networks to the site.",
		Files:   firewallExample("free", "{from: [10.9.0.0/24], ports: [22]}", ""),
		Command: "generate asa --site acme.yaml",
	},
	{
		Code: ZonesContradict, Severity: Error,
		Title:   "Each address is in the networks of one zone.",
		Why:     "Firewalls tell by the address from where a packet comes and where it goes. An address in the networks of two zones would be permitted in one and used in the other.",
		Fix:     "Name the right zone, move the address, or make the networks of the zones disjoint.",
		Files:   zonedExample("zone: inner, addresses: [10.2.0.5]"),
		Command: "generate asa --site acme.yaml",
	},
	{
		Code: LongZone, Severity: Error,
		Title:   "A device takes the names of all zones.",
		Why:     "Zones and interfaces of the device have the names of the site's zones, and their length has a limit.",
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
