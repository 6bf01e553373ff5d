// Package generics has ports of types that are parameters.
package generics

type number interface{ ~int | ~uint16 }

type server[T number] struct{ Port T }

type port uint16

func listen[T number](port T) T { return port }

func use() {
	_ = listen(30001)                  // want `write .*igelums.UMSServerDevicePort`
	_ = listen[uint16](30001)          // want `write .*igelums.UMSServerDevicePort`
	_ = listen(uint16(7411))           // want `write .*typed.RelayAPIPort`
	_ = listen(int(7411))              // want `write .*typed.RelayAPIPort`
	_ = server[int]{Port: 30001}       // want `write .*igelums.UMSServerDevicePort`
	_ = server[port]{Port: 7411}       // want `write .*typed.RelayAPIPort`
	var p port = 7411                  // want `write .*typed.RelayAPIPort`
	_ = []server[uint16]{{Port: 7411}} // want `write .*typed.RelayAPIPort`
	_ = p
}
