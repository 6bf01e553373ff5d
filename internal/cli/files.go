package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// errNoFile is a link, a folder or a device where a file should be.
var errNoFile = errors.New("no regular file")

// read is the content of a regular file.
func (o *output) read(name string) ([]byte, error) {
	name = filepath.FromSlash(name)
	info, err := o.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errNoFile
	}
	return o.root.ReadFile(name)
}

// temporary files have a name of their own, so that those of a run that was
// killed can be told and cleaned away.
const temporary = ".portspec-tmp-"

// replace puts a file in place as a whole.
func (o *output) replace(name string, data []byte) error {
	name = filepath.FromSlash(name)
	dir, base := filepath.Split(name)
	if err := o.root.MkdirAll(filepath.Clean(dir), 0o777); err != nil {
		return o.failed(err)
	}
	// The lock keeps others away from the same temporary name.
	tmp := dir + temporary + base
	if err := o.writeFile(tmp, data); err != nil {
		_ = o.root.Remove(tmp) // the first error is the one to tell
		return o.failed(err)
	}
	if err := o.root.Rename(tmp, name); err != nil {
		_ = o.root.Remove(tmp)
		return o.failed(err)
	}
	return nil
}

// writeFile writes a file in place. It is not synced to the disk: what outlives
// a killed process is in the system's hands already, and waiting for the disk
// file by file takes longer than everything else together.
func (o *output) writeFile(name string, data []byte) error {
	f, err := o.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// remove deletes a file and the folders that it leaves empty.
func (o *output) remove(name string) error {
	if err := o.root.Remove(filepath.FromSlash(name)); err != nil {
		return o.failed(err)
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if o.root.Remove(filepath.FromSlash(dir)) != nil {
			break // not empty
		}
	}
	return nil
}

// clean removes the temporary files of a run that was killed, in the targets'
// own folders. The lock is held, so no other run is using one.
func (o *output) clean() error {
	folders := o.folders
	for _, t := range o.targets {
		folders = append(folders, t.name)
	}
	for _, folder := range folders {
		err := fs.WalkDir(o.root.FS(), folder, func(name string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err == nil && d.Type().IsRegular() && strings.HasPrefix(d.Name(), temporary) {
				err = o.root.Remove(filepath.FromSlash(name))
			}
			return err
		})
		if err != nil {
			return o.failed(err)
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
