//go:build unix

package cache

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// noFollow opens files themselves, not what links lead to, and waits for no pipe.
const noFollow = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

// isLink reports whether noFollow kept a file from being opened. BSDs have errors
// of their own for it.
func isLink(err error) bool {
	return errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.EMLINK)
}

// private returns why a file is not the user's alone.
func private(name string, info fs.FileInfo) error {
	if err := owned(name, info); err != nil {
		return err
	}
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return fmt.Errorf("others may write to %s (mode %04o); run chmod go-w on it", name, mode)
	}
	return nil
}

// owned returns why a file does not belong to the user.
func owned(name string, info fs.FileInfo) error {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) != os.Geteuid() {
		return fmt.Errorf("%s belongs to user %d and not to %d, who runs portspec; delete it", name, stat.Uid, os.Geteuid())
	}
	return nil
}
