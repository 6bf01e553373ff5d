//go:build !unix

package output

import "io/fs"

const nonblock = 0

// private returns true: on this system, the folder for temporary files is private to the user.
func private(fs.FileInfo) bool { return true }
