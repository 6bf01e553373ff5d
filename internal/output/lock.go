package output

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"

	"github.com/portspec/portspec/internal/limit"
)

// lock prevents two runs from writing to a folder at the same time. The lock file is outside
// the folder, which is usually under version control.
func lock(ctx context.Context, dir string, log io.Writer) (unlock func(), err error) {
	real, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if real, err = filepath.EvalSymlinks(real); err != nil {
		return nil, fmt.Errorf("folder %s: %w", dir, err)
	}
	locks, err := lockFolder()
	if err != nil {
		return nil, err
	}
	name := filepath.Join(locks, Hash([]byte(real))[:16]+".lock")
	type outcome struct {
		unlock func()
		err    error
	}
	locked := make(chan outcome, 1)
	go func() {
		unlock, err := lockedfile.MutexAt(name).Lock()
		locked <- outcome{unlock, err}
	}()
	patience := time.After(time.Second)
	for {
		select {
		case l := <-locked:
			if l.err != nil {
				return nil, tmpdirError(l.err)
			}
			return l.unlock, nil
		case <-patience:
			fmt.Fprintf(log, "waiting for another run of portspec on %s\n", dir)
		case <-ctx.Done():
			return nil, limit.Err(ctx)
		}
	}
}

// lockFolder returns the folder for the user's locks. It is a private folder inside the one
// for temporary files, to which others can write; anything else in its place is not used.
func lockFolder() (string, error) {
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("portspec-%d", os.Getuid()))
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return "", tmpdirError(err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", tmpdirError(err)
	}
	if !info.IsDir() || !private(info) {
		return "", fmt.Errorf("%s must be a folder that belongs to you and is not writable by others; remove it, or set TMPDIR to another folder", dir)
	}
	return dir, nil
}

// tmpdirError adds the remedy. It hides the type of an error, in which failedAt would put the path
// of an output in place of that of the folder.
func tmpdirError(err error) error {
	return fmt.Errorf("%v; TMPDIR must be a writable folder", err)
}
