//go:build !unix

package output

import "io/fs"

const nonblock = 0

// private is always true: the folder for temporary files is the user's own.
func private(fs.FileInfo) bool { return true }
