//go:build !unix

package workspace

import "io/fs"

// nonblocking is not needed on systems whose folders cannot contain pipes.
const nonblocking = 0

// foreign always reports false: owners are not compared on this system.
func foreign(fs.FileInfo, fs.FileInfo) (owner uint32, yes bool) { return 0, false }
