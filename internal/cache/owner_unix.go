//go:build unix

package cache

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// noFollow makes opening fail for links, and not block for pipes.
const noFollow = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

// isLink reports whether opening failed because of noFollow. BSDs return other errors
// than Linux.
func isLink(err error) bool {
	return errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.EMLINK)
}

// private returns an error if a file does not belong to the user or others can write to it.
func private(name string, info fs.FileInfo) error {
	if err := owned(name, info); err != nil {
		return err
	}
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return fmt.Errorf("others may write to %s (mode %04o); run chmod go-w on it", name, mode)
	}
	return nil
}

// owned returns an error if a file does not belong to the user.
func owned(name string, info fs.FileInfo) error {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) != os.Geteuid() {
		return fmt.Errorf("%s belongs to user %d, but portspec runs as user %d; delete it", name, stat.Uid, os.Geteuid())
	}
	return nil
}
