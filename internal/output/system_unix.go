//go:build unix

package output

import (
	"io/fs"
	"os"
	"syscall"
)

// nonblock keeps a pipe that takes a file's place from being waited for.
const nonblock = syscall.O_NONBLOCK

// private reports whether a folder is the user's, and nobody else's to write to.
func private(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid() && info.Mode().Perm()&0o022 == 0
}
