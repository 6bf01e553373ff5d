package releases

import "releases/relay_1"

// The file is about the older release.
var _ = relay_1.RelayAPIPort

var theRelayAPIPort = 7412 // want `theRelayAPIPort is 7412 here, and relay_1\.RelayAPIPort of Relay 1 is 7411`

var theSyncPort = 7420 // want `7420 is a port of Relay 1: write relay_1\.RelaySyncPort, `
