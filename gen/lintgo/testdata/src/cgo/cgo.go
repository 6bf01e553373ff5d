package cgo

// #include <stdlib.h>
import "C"

import "net"

var devicePort = 30001 // want `write .*igelums.UMSServerDevicePort`

func dial() {
	C.free(nil)
	net.Dial("tcp", "ums1:8443") // want `write .*igelums.UMSServerWebPort`
	net.Dial("tcp", "ums1:8443") //portspec:ignore tried
}
