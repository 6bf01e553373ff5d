package cgo

var otherPort = 30001 // want `write .*igelums.UMSServerDevicePort`
