package output

import (
	"cmp"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/pattern"
)

// A folder is an open folder of an output. Opening a path below the output's root goes
// folder by folder each time, so files of one folder are handled while it is open.
type folder struct {
	root *os.Root // nil if the folder does not exist
	held []byte   // contents read last; the buffer is reused for the next file
	seen stamp    // of the file that was read last
	most int64    // maximum size of a file to read; 0 for maxHeld
}

// A stamp tells whether a file has changed. The zero value is that of a file that does not
// exist.
type stamp struct {
	mode     fs.FileMode
	size     int64
	modified int64 // in nanoseconds
}

func stampOf(info fs.FileInfo) stamp {
	return stamp{info.Mode() | fs.ModeIrregular, info.Size(), info.ModTime().UnixNano()}
}

// stamp returns the stamp of a file.
func (d *folder) stamp(name string) (stamp, error) {
	if d.root == nil {
		return stamp{}, nil
	}
	info, err := d.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return stamp{}, nil
	}
	if err != nil {
		return stamp{}, err
	}
	return stampOf(info), nil
}

// A worker adds files. It keeps the folder of the last one open.
type worker struct {
	walker
	folder
	dir string // that of the last file
}

// worker returns a worker that is not in use.
func (o *Output) worker() *worker {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := len(o.workers)
	if n == 0 {
		w := &worker{}
		if o.root != nil {
			w.base = o.root.root
		}
		return w
	}
	w := o.workers[n-1]
	o.workers = o.workers[:n-1]
	return w
}

// maxKept is the size up to which a worker keeps its buffer. Few files are larger.
const maxKept = 1 << 20

// rest returns a worker after use.
func (o *Output) rest(w *worker) {
	if cap(w.held) > maxKept {
		w.held = nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.workers = append(o.workers, w)
}

// enter opens a folder unless the last file was in it.
func (w *worker) enter(o *Output, dir string) (err error) {
	if w.base == nil || dir == w.dir {
		return nil
	}
	w.dir = ""
	if w.root, err = w.walker.enter(dir, false); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return o.failedAt(dir, err)
	}
	w.dir = dir
	return nil
}

// mostAtOnce limits how many files of a folder a worker takes at a time, so that all
// workers are busy even if everything is in one folder.
const mostAtOnce = 64

// each calls do for each of the files, which are sorted by folder, on all cores. It returns
// the error of the first file that has one.
func (o *Output) each(files []*file, create bool, do func(*folder, *file) error) error {
	var batches [][]*file
	for start, i := 0, 1; i <= len(files); i++ {
		if i == len(files) || files[i].dir != files[start].dir || i-start == mostAtOnce {
			batches = append(batches, files[start:i])
			start = i
		}
	}
	var all []*worker
	var mu sync.Mutex
	own := func() *worker {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, &worker{walker: walker{base: o.root.root}})
		return all[len(all)-1]
	}
	defer func() {
		for _, w := range all {
			w.close()
		}
	}()
	errs := make([]error, len(batches))
	var failed atomic.Bool
	parallel.With(len(batches), own, func(w *worker, i int) {
		if failed.Load() {
			return
		}
		if errs[i] = o.inFolder(&w.walker, &w.folder, batches[i], create, do); errs[i] != nil {
			failed.Store(true)
		}
	})
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		return errs[i]
	}
	return nil
}

// inFolder calls do for each of the files, which are in one folder.
func (o *Output) inFolder(w *walker, d *folder, files []*file, create bool, do func(*folder, *file) error) (err error) {
	dir := files[0].dir
	at := dir
	if aside, ok := o.aside[dir]; ok {
		at = aside
	}
	if d.root, err = w.enter(at, create); err != nil && (create || !errors.Is(err, fs.ErrNotExist)) {
		return o.root.failedAt(dir, err)
	}
	for _, f := range files {
		if err := do(d, f); err != nil {
			return o.root.failedAt(f.path, err)
		}
	}
	return nil
}

// errNoFile is the error for a folder or a device in place of a file, and for a file that
// is larger than any that portspec writes.
var errNoFile = errors.New("not a regular file, or a very large one")

// maxHeld is the maximum size of a file to read, in bytes.
const maxHeld = 1 << 30

// read returns the contents of a regular file, which are valid until the next call.
func (d *folder) read(name string) ([]byte, error) {
	d.seen = stamp{}
	if d.root == nil {
		return nil, fs.ErrNotExist
	}
	info, err := d.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	d.seen = stampOf(info)
	switch {
	case info.Mode().Type() == fs.ModeSymlink:
		return nil, newLinkError(d.root, name)
	case !info.Mode().IsRegular():
		return nil, errNoFile
	}
	f, err := d.root.OpenFile(name, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if opened, err := f.Stat(); err != nil || !os.SameFile(info, opened) {
		return nil, errors.Join(err, errReplaced)
	}
	if info.Size() > cmp.Or(d.most, maxHeld) {
		return nil, errNoFile
	}
	if size := info.Size(); int64(cap(d.held)) <= size {
		d.held = make([]byte, 0, size+size/4+512)
	}
	d.held = d.held[:0]
	for {
		n, err := f.Read(d.held[len(d.held):cap(d.held)])
		d.held = d.held[:len(d.held)+n]
		if err == io.EOF {
			return d.held, nil
		}
		if err != nil {
			return nil, err
		}
		if len(d.held) == cap(d.held) { // the file has grown
			d.held = append(d.held, 0)[:len(d.held)]
		}
	}
}

// replace replaces a file atomically. It replaces the name: other hard links to the old
// file keep the old contents.
func (d *folder) replace(name string, data []byte) error {
	tmp, err := d.temporary(data, 0o666)
	if err != nil {
		return err
	}
	if err = d.root.Rename(tmp, name); err != nil {
		_ = d.root.Remove(tmp) // the first error is reported
	}
	return err
}

// temporary writes a new file with an unpredictable name, and returns the name. It does not
// sync the file: a killed process leaves the data with the kernel, and waiting for the disk
// file by file would take longer than everything else.
func (d *folder) temporary(data []byte, mode fs.FileMode) (name string, err error) {
	name = temporary + rand.Text()
	return name, d.create(name, data, mode)
}

// create writes a file that must not exist yet.
func (d *folder) create(name string, data []byte, mode fs.FileMode) error {
	// The flag means nothing for a new file, and saves package os from switching it on and off.
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL|nonblock, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		_ = d.root.Remove(name) // the first error is reported
	}
	return err
}

// temporary is the prefix of the names of temporary files, and leftover matches them.
const temporary = ".portspec-tmp-"

var leftover = pattern.New(`^\.portspec-tmp-[A-Z2-7]{26}$`)
