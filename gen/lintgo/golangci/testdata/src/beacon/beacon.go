package beacon

var devicePort = 30005

var beaconPort = 7411 // want `7411 is a port of Beacon 1: write beacon.ServerAPIPort`
