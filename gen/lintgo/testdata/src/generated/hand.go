package generated

var otherPort = 30001 // want `write igelums`
