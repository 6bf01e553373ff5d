package beacon

var otherBeaconPort = 7411 // left out
