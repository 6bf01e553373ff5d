package output

import (
	"errors"
	"io/fs"
	"os"
	"path"
)

// clean removes temporary files and folders of a killed run from all folders where it can have
// left them: those of current and earlier files, and the ones around these. The lock is held,
// so no other run uses them.
func (o *Output) clean() error {
	w := walker{base: o.root.root}
	defer w.close()
	seen := make(map[string]bool)
	for _, f := range append(o.files, &file{path: o.manifestName(), dir: "."}) {
		for _, dir := range []string{f.dir, path.Dir(f.dir)} {
			if seen[dir] {
				continue
			}
			seen[dir] = true
			at, err := w.enter(dir, false)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return o.root.failedAt(dir, err)
			}
			if err := o.cleanFolder(at, dir); err != nil {
				return err
			}
		}
	}
	return nil
}

// cleanFolder removes temporary files and folders from a folder.
func (o *Output) cleanFolder(at *os.Root, dir string) error {
	entries, err := fs.ReadDir(at.FS(), ".")
	if err != nil {
		return o.root.failedAt(dir, err)
	}
	for _, d := range entries {
		switch {
		case !leftover().MatchString(d.Name()):
			continue
		case d.Type().IsRegular():
			err = at.Remove(d.Name())
		case d.IsDir():
			err = removeFiles(at, d.Name())
		}
		if err != nil {
			return o.root.failedAt(path.Join(dir, d.Name()), err)
		}
	}
	return nil
}

// removeFiles removes a temporary folder, which has only regular files. One that contains
// anything else is not portspec's, and is left alone.
func removeFiles(at *os.Root, name string) error {
	inside, err := step(at, name, false)
	if err != nil {
		return err
	}
	entries, err := fs.ReadDir(inside.FS(), ".")
	for _, d := range entries {
		if !d.Type().IsRegular() {
			return inside.Close()
		}
	}
	for _, d := range entries {
		err = errors.Join(err, inside.Remove(d.Name()))
	}
	if err = errors.Join(err, inside.Close()); err != nil {
		return err
	}
	return at.Remove(name)
}
