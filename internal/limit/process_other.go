//go:build !(linux && (amd64 || arm64))

package limit

import "io"

// Process does nothing here: the kernel enforces the memory limit only on Linux on amd64
// and arm64. Elsewhere, only [Within] does.
func Process(Limits) (lift func()) { return func() {} }

// EndChildren does nothing here; it kills the program's child processes only on Linux.
func EndChildren() {}

func setMemorySentence(Exceeded) {}

// Tell writes the sentence about a limit.
func Tell(out io.Writer, text []byte) { _, _ = out.Write(text) }
