//go:build unix

package workspace

import (
	"io/fs"
	"os"
	"syscall"
)

// nonblocking makes opening a pipe not wait for its writer.
const nonblocking = syscall.O_NONBLOCK

// foreign reports whether a file belongs to neither the user, nor root, nor the owner of
// trusted, if that is not nil.
func foreign(info, trusted fs.FileInfo) (owner uint32, yes bool) {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok || s.Uid == 0 || int(s.Uid) == os.Geteuid() {
		return 0, false
	}
	if trusted != nil {
		if t, ok := trusted.Sys().(*syscall.Stat_t); ok && t.Uid == s.Uid {
			return 0, false
		}
	}
	return s.Uid, true
}
