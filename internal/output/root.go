package output

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// A Root is a folder below which files are written. Its path is trusted, because the user
// named it. What is found below it is not, and no link there is followed, not even one that
// stays below it.
type Root struct {
	dir    string
	root   *os.Root
	unlock func()
}

// Open opens a folder for writing, creates it if necessary, and locks it until it is closed.
// The path below, relative to dir, is not trusted. A message about waiting for the lock goes
// to log.
func Open(ctx context.Context, dir, below string, log io.Writer) (*Root, error) {
	r := &Root{dir: filepath.Join(dir, filepath.FromSlash(below))}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, r.failed(err)
	}
	err := r.enter(dir, below, true)
	if err != nil {
		return nil, err
	}
	if r.unlock, err = lock(ctx, r.dir, log); err != nil {
		_ = r.root.Close()
		return nil, err
	}
	return r, nil
}

// openToRead opens an existing folder.
func openToRead(dir, below string) (*Root, error) {
	r := &Root{dir: filepath.Join(dir, filepath.FromSlash(below))}
	return r, r.enter(dir, below, false)
}

func (r *Root) enter(dir, below string, create bool) error {
	top, err := os.OpenRoot(dir)
	if err != nil {
		return r.failed(err)
	}
	if below == "" {
		r.root = top
		return nil
	}
	w := walker{base: top}
	at, err := w.enter(below, create)
	if err != nil {
		w.close()
		_ = top.Close()
		return (&Root{dir: dir}).failedAt(below, err)
	}
	if r.root, err = at.OpenRoot("."); err != nil {
		err = r.failed(err)
	}
	w.close()
	_ = top.Close()
	return err
}

// Close closes and unlocks the folder.
func (r *Root) Close() {
	_ = r.root.Close() // nothing was written to it directly
	if r.unlock != nil {
		r.unlock()
	}
}

// Exists reports whether something with that name exists.
func (r *Root) Exists(name string) bool {
	found := false
	_ = r.in(name, false, func(d *folder, base string) error {
		_, err := d.root.Lstat(base)
		found = err == nil
		return nil
	})
	return found
}

// Read returns the contents of a regular file.
func (r *Root) Read(name string) ([]byte, error) { return r.read(name, maxHeld) }

func (r *Root) read(name string, most int64) (data []byte, err error) {
	err = r.in(name, false, func(d *folder, base string) error {
		d.most = most
		data, err = d.read(base)
		return err
	})
	return data, err
}

// Replace replaces a file atomically.
func (r *Root) Replace(name string, data []byte) error {
	return r.in(name, true, func(d *folder, base string) error { return d.replace(base, data) })
}

// Remove deletes a file, and folders that become empty.
func (r *Root) Remove(name string) error {
	if err := r.in(name, false, func(d *folder, base string) error { return d.root.Remove(base) }); err != nil {
		return err
	}
	r.removeEmpty(path.Dir(name))
	return nil
}

// removeEmpty deletes a folder and its parents as long as they are empty.
func (r *Root) removeEmpty(dir string) {
	for ; dir != "."; dir = path.Dir(dir) {
		err := r.in(dir, false, func(d *folder, base string) error {
			if info, err := d.root.Lstat(base); err != nil || !info.IsDir() {
				return errNoFile
			}
			return d.root.Remove(base)
		})
		if err != nil {
			return // not empty, or already removed
		}
	}
}

// Files lists the regular files below a folder, which need not exist.
func (r *Root) Files(dir string) (names []string, err error) {
	w := walker{base: r.root}
	defer w.close()
	at, err := w.enter(dir, false)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, r.failedAt(dir, err)
	}
	err = fs.WalkDir(at.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			names = append(names, path.Join(dir, name))
		}
		return err
	})
	return names, err
}

// in calls do with the folder of a file and the file's name in it.
func (r *Root) in(name string, create bool, do func(d *folder, base string) error) error {
	w := walker{base: r.root}
	defer w.close()
	return r.by(&w, name, create, do)
}

// by is like in, for several names: the walker keeps open what is around the last of them.
func (r *Root) by(w *walker, name string, create bool, do func(d *folder, base string) error) error {
	at, err := w.enter(path.Dir(name), create)
	if err != nil {
		return r.failedAt(path.Dir(name), err)
	}
	if err := do(&folder{root: at}, path.Base(name)); err != nil {
		return r.failedAt(name, err)
	}
	return nil
}

// failed adds the folder to an error.
func (r *Root) failed(err error) error {
	// A file in place of the folder, or of one above it, is reported in several ways by systems
	// and by package os, not always with its name.
	at := r.dir
	info, e := os.Stat(at)
	for e != nil && at != filepath.Dir(at) {
		at = filepath.Dir(at)
		info, e = os.Stat(at)
	}
	if e == nil && !info.IsDir() {
		err = &fileError{name: at}
	}
	return fmt.Errorf("folder %s: %w", r.dir, err)
}

// failedAt is like failed, for a file: its path replaces the base name in the error.
func (r *Root) failedAt(name string, err error) error {
	var of *fs.PathError
	var two *os.LinkError
	var link *linkError
	var file *fileError
	switch {
	case errors.As(err, &file):
	case errors.As(err, &link):
		if link.name == "" {
			link.name = name
		}
	case errors.As(err, &of):
		err = fmt.Errorf("%s %s: %w", of.Op, name, of.Err)
	case errors.As(err, &two):
		err = fmt.Errorf("%s %s: %w", two.Op, name, two.Err)
	default:
		err = fmt.Errorf("%s: %w", name, err)
	}
	return r.failed(err)
}

// A linkError is the error for a link in place of a folder or file of an output.
type linkError struct {
	name   string // relative to the root
	target string
}

// Error implements error.
func (e *linkError) Error() string {
	return fmt.Sprintf("%s is a symbolic link to %s, and outputs are not written through links; replace it by its target, or choose another folder", e.name, e.target)
}

// A fileError is the error for something else in place of a folder of an output.
type fileError struct {
	name string // relative to the root, or the root or a folder above it
}

// Error implements error.
func (e *fileError) Error() string {
	return e.name + " is not a folder, but outputs are written below it; move it away, or choose another folder"
}

// A walker moves from folder to folder below a base, and keeps the folders on the path to
// the current one open.
type walker struct {
	base  *os.Root // not closed by the walker
	parts []string
	roots []*os.Root // for each part of the path
}

func (w *walker) close() {
	for _, r := range w.roots {
		_ = r.Close() // nothing was written to it directly
	}
	w.parts, w.roots = nil, nil
}

// enter opens a folder and, with create, creates what is missing.
func (w *walker) enter(dir string, create bool) (*os.Root, error) {
	var parts []string
	if dir != "." {
		parts = strings.Split(dir, "/")
	}
	same := 0
	for same < min(len(parts), len(w.parts)) && parts[same] == w.parts[same] {
		same++
	}
	for _, r := range w.roots[same:] {
		_ = r.Close()
	}
	w.parts, w.roots = w.parts[:same], w.roots[:same]
	for _, part := range parts[same:] {
		next, err := step(w.at(), part, create)
		if err != nil {
			name := path.Join(path.Join(w.parts...), part)
			var link *linkError
			var file *fileError
			switch {
			case errors.As(err, &link):
				link.name = name
			case errors.As(err, &file):
				file.name = name
			}
			return nil, err
		}
		w.parts, w.roots = append(w.parts, part), append(w.roots, next)
	}
	return w.at(), nil
}

func (w *walker) at() *os.Root {
	if len(w.roots) == 0 {
		return w.base
	}
	return w.roots[len(w.roots)-1]
}

// step opens a subfolder. It compares the open folder with the result of Lstat, because a link
// may have replaced it in between.
func step(at *os.Root, name string, create bool) (*os.Root, error) {
	info, err := at.Lstat(name)
	if create && errors.Is(err, fs.ErrNotExist) {
		if err = at.Mkdir(name, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		info, err = at.Lstat(name)
	}
	switch {
	case err != nil:
		return nil, err
	case info.Mode().Type() == fs.ModeSymlink:
		return nil, newLinkError(at, name)
	case !info.IsDir():
		return nil, &fileError{}
	}
	next, err := at.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	if opened, err := next.Stat("."); err != nil || !os.SameFile(info, opened) {
		_ = next.Close()
		return nil, errors.Join(err, errReplaced)
	}
	return next, nil
}

func newLinkError(at *os.Root, name string) error {
	target, err := at.Readlink(name)
	if err != nil {
		return err
	}
	return &linkError{target: target}
}

// errReplaced is the error for something that was replaced between two steps.
var errReplaced = errors.New("it was replaced while portspec opened it")
