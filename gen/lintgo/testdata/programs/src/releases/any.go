// Package releases is of a module in which two releases of a product are generated.
package releases

// One number is only in the older release, one only in the newer one, and one in both.
var (
	oldPort  = 7411 // want `7411 is a port of Relay 1: write relay_1\.RelayAPIPort, `
	newPort  = 7412 // want `7412 is a port of Relay 2: write relay\.RelayAPIPort, `
	samePort = 7420 // want `7420 is a port of Relay 2: write relay\.RelaySyncPort, `
)

// Each of these is right in one of the releases.
var relayAPIPort = 7411 // want `7411 is a port of Relay 1: write relay_1\.RelayAPIPort, `

var relayAPIPorts = []int{7412} // want `7412 is a port of Relay 2: write relay\.RelayAPIPort, `

var hostOfRelay, relayPort = "relay", 7430 // want `7430 is a port of Relay 1: write relay_1\.RelayOldPort, `

// This is right in neither.
var relaySyncPort = 7421 // want `relaySyncPort is 7421 here, and relay\.RelaySyncPort of Relay 2 is 7420`
