package tests

var devicePort = 30001 // want `write igelums`
