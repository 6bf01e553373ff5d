// Package releases is of a module in which two releases of a product are generated.
package releases

// The older release has a number alone, the newer one has another, and both have one.
var (
	oldPort  = 7411 // want `7411 is a port of Relay 1: write relay_1\.RelayAPIPort, `
	newPort  = 7412 // want `7412 is a port of Relay 2: write relay\.RelayAPIPort, `
	samePort = 7420 // want `7420 is a port of Relay 2: write relay\.RelaySyncPort, `
)

// Each of these is right in one of them.
var relayAPIPort = 7411 // want `7411 is a port of Relay 1: write relay_1\.RelayAPIPort, `

var relayAPIPorts = []int{7412} // want `7412 is a port of Relay 2: write relay\.RelayAPIPort, `

var hostOfRelay, relayPort = "relay", 7430 // want `7430 is a port of Relay 1: write relay_1\.RelayOldPort, `

// And this in none.
var relaySyncPort = 7421 // want `relaySyncPort is 7421 here, and relay\.RelaySyncPort of Relay 2 is 7420`
