package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// temporary files have a name of their own, so that those of a run that was
// killed can be told and cleaned away.
const temporary = ".portspec-tmp-"

// replace puts a file in place as a whole.
func (o *output) replace(name string, data []byte) error {
	var d folder
	if err := o.open(&d, path.Dir(name), true); err != nil {
		return o.failed(err)
	}
	defer d.close()
	if err := d.replace(path.Base(name), data); err != nil {
		return o.failedAt(name, err)
	}
	return nil
}

// remove deletes files and the folders that they leave empty.
func (o *output) remove(files []*file) error {
	err := o.each(files, false, func(d *folder, f *file) error { return d.remove(path.Base(f.path)) })
	if err != nil {
		return err
	}
	for _, f := range slices.Backward(files) { // what lies deeper first
		for dir := f.dir; dir != "."; dir = path.Dir(dir) {
			if o.root.Remove(filepath.FromSlash(dir)) != nil {
				break // not empty, or gone with another file
			}
		}
	}
	return nil
}

// clean removes the temporary files of a run that was killed, in the targets'
// own folders and those below them, and in folders that are shared. The lock is
// held, so no other run is using one.
func (o *output) clean() error {
	folders := slices.Clone(o.folders)
	for _, t := range o.targets {
		folders = append(folders, t.name)
	}
	files := o.root.FS()
	leftover := func(name string, d fs.DirEntry) error {
		if !d.Type().IsRegular() || !strings.HasPrefix(d.Name(), temporary) {
			return nil
		}
		return o.root.Remove(filepath.FromSlash(name))
	}
	for _, folder := range folders {
		err := fs.WalkDir(files, folder, func(name string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil {
				return err
			}
			return leftover(name, d)
		})
		if err != nil {
			return o.failed(err)
		}
	}
	for _, folder := range append([]string{"."}, o.shared...) {
		entries, err := fs.ReadDir(files, folder)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return o.failed(err)
		}
		for _, d := range entries {
			if err := leftover(path.Join(folder, d.Name()), d); err != nil {
				return o.failed(err)
			}
		}
	}
	return nil
}

// lock keeps two runs from writing to one folder at a time. The lock's file is
// outside the folder, which is usually under version control.
func (o *output) lock() (unlock func(), err error) {
	dir, err := filepath.Abs(o.dir)
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, o.failed(err)
	}
	name := filepath.Join(os.TempDir(), fmt.Sprintf("portspec-%d-%s.lock", os.Getuid(), hash([]byte(dir))[:16]))
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
				return nil, fmt.Errorf("%w; TMPDIR has to be a folder that can be written to", l.err)
			}
			return l.unlock, nil
		case <-patience:
			fmt.Fprintf(o.log, "waiting for another run of portspec on %s\n", o.dir)
		case <-o.ctx.Done():
			return nil, errors.New("interrupted")
		}
	}
}
