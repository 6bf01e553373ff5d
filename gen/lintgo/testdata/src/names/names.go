// Package names gives numbers the names of ports.
package names

import "net"

var (
	umsServerDevicePort     = 30002 // want `umsServerDevicePort is 30002 here, and igelums.UMSServerDevicePort of IGEL UMS 1 is 30001`
	DefaultRELAY_API_PORT   = 7412
	defaultBeaconRelayPort  = 7505
	umsServerPort           = 9999 // want `9999 is not a port of UMS Server \(ums-server\) of IGEL UMS 1: it listens on 8443 \(UMSServerWebPort\), 30001 \(UMSServerDevicePort\)`
	UMS_SERVER_DEVICE_PORT  = 1    // want `UMS_SERVER_DEVICE_PORT is 1 here`
	umsServerPortOfMonitors = 9999
)

func dial() {
	net.Dial("tcp", "ums-server:9876")     // want `9876 is not a port of UMS Server`
	net.Dial("tcp", "ums-server.lan:9876") // want `9876 is not a port of UMS Server`
	net.Dial("tcp", "ums-server:22")
	net.Dial("tcp", "app.igel.com:8444") // want `8444 is not a port of App Portal`
}
