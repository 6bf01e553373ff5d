//go:build unix

package output

import (
	"io/fs"
	"os"
	"syscall"
)

// nonblock makes opening a pipe in place of a file not block.
const nonblock = syscall.O_NONBLOCK

// private reports whether a folder belongs to the user and others cannot write to it.
func private(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid() && info.Mode().Perm()&0o022 == 0
}
