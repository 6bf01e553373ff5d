//go:build !(linux && (amd64 || arm64))

package limit

// Process bounds the memory of the whole program on Linux, on the
// usual processors. Elsewhere only the
// watch of [Within] does.
func Process(Limits) (lift func()) { return func() {} }

// EndChildren ends the processes that the program has started, on Linux.
func EndChildren() {}

func sayMemory(Exceeded) {}
