package output

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// Rewrite replaces an existing file atomically, and keeps its mode. The path name, relative to
// dir, is not trusted: it must not contain links, and must lead to a regular file. A read-only
// file is left alone, although its folder would allow replacing it.
func Rewrite(dir, name string, data []byte) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	w := walker{base: root}
	defer w.close()
	name = filepath.ToSlash(name)
	at, err := w.enter(path.Dir(name), false)
	if err != nil {
		return err
	}
	d, base := folder{root: at}, path.Base(name)
	mode, err := d.writable(base)
	var link *linkError
	if errors.As(err, &link) {
		link.name = name
	}
	if err != nil {
		return err
	}
	tmp, err := d.temporary(data, mode)
	if err != nil {
		return err
	}
	err = at.Chmod(tmp, mode) // bits removed by the umask
	if err == nil {
		err = at.Rename(tmp, base)
	}
	if err != nil {
		_ = at.Remove(tmp) // the first error is reported
	}
	return err
}

// writable returns the mode of a file, and an error if it is not a writable regular file.
func (d *folder) writable(name string) (fs.FileMode, error) {
	info, err := d.root.Lstat(name)
	switch {
	case err != nil:
		return 0, err
	case info.Mode().Type() == fs.ModeSymlink:
		return 0, newLinkError(d.root, name)
	case !info.Mode().IsRegular():
		return 0, errNoFile
	case info.Mode().Perm()&0o200 == 0:
		return 0, errors.New("it is read-only")
	}
	f, err := d.root.OpenFile(name, os.O_WRONLY|nonblock, 0)
	if err != nil {
		return 0, err
	}
	defer f.Close() // opened only to check
	if opened, err := f.Stat(); err != nil || !os.SameFile(info, opened) {
		return 0, errors.Join(err, errReplaced)
	}
	return info.Mode().Perm(), nil
}

// New writes a file that must not exist yet. It creates missing folders.
func New(name string, data []byte) error {
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	f, err := root.OpenFile(filepath.Base(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
