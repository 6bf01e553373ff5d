package releases

import "releases/relay"

var _ = relay.RelayAPIPort

func api() int {
	relayAPIPort := 7411 // want `relayAPIPort is 7411 here, and relay\.RelayAPIPort of Relay 2 is 7412`
	return relayAPIPort
}

var itsOldPort = 7430 // a port of the other release alone
