package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
)

// A folder is one of an output's, held open: a file below the output's root is
// reached folder by folder every time, a file of an open folder at once.
type folder struct {
	root *os.Root // nil where there is no such folder
	held []byte   // what was read last; the next file is read to its place
}

// mostAtOnce is how many files of a folder one core takes at a time, so that all
// have something to do where everything lies in one folder.
const mostAtOnce = 64

// each does something with each of the files, which are sorted by their folders,
// on all cores. The error is that of the first file that has one, however the work went.
func (o *output) each(files []*file, create bool, do func(*folder, *file) error) error {
	var batches [][]*file
	for start, i := 0, 1; i <= len(files); i++ {
		if i == len(files) || files[i].dir != files[start].dir || i-start == mostAtOnce {
			batches = append(batches, files[start:i])
			start = i
		}
	}
	workers := min(runtime.GOMAXPROCS(0), len(batches))
	if create && o.linked(files) {
		workers = 1
	}
	errs := make([]error, len(batches))
	var next atomic.Int64
	var failed atomic.Bool
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			var d folder
			for !failed.Load() {
				i := int(next.Add(1)) - 1
				if i >= len(batches) {
					return
				}
				if errs[i] = o.inFolder(&d, batches[i], create, do); errs[i] != nil {
					failed.Store(true)
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// inFolder does something with each of the files of one folder.
func (o *output) inFolder(d *folder, files []*file, create bool, do func(*folder, *file) error) error {
	if err := o.open(d, files[0].dir, create); err != nil && (create || !errors.Is(err, fs.ErrNotExist)) {
		return o.failedAt(files[0].dir, err)
	}
	defer d.close()
	for _, f := range files {
		if err := do(d, f); err != nil {
			return o.failedAt(f.path, err)
		}
	}
	return nil
}

// linked reports whether one of the files' folders is a link, so that two of them
// may be the same, and two files' temporary names as well.
func (o *output) linked(files []*file) bool {
	seen := map[string]bool{".": true}
	for _, f := range files {
		for dir := f.dir; !seen[dir]; dir = path.Dir(dir) {
			seen[dir] = true
			if info, err := o.root.Lstat(filepath.FromSlash(dir)); err == nil && !info.IsDir() {
				return true
			}
		}
	}
	return false
}

// open opens a folder, and with create makes it where there is none.
func (o *output) open(d *folder, name string, create bool) error {
	name = filepath.FromSlash(name)
	// The dot behind it lets only folders be opened: a pipe would be waited for.
	at := name + string(filepath.Separator) + "."
	root, err := o.root.OpenRoot(at)
	if create && errors.Is(err, fs.ErrNotExist) {
		if err := o.root.MkdirAll(name, 0o777); err != nil {
			return err
		}
		root, err = o.root.OpenRoot(at)
	}
	d.root = root
	return err
}

func (d *folder) close() {
	if d.root != nil {
		_ = d.root.Close() // nothing was written through it
		d.root = nil
	}
}

// errNoFile is a link, a folder or a device where a file should be.
var errNoFile = errors.New("no regular file")

// read is the content of a regular file, until the next is read.
func (d *folder) read(name string) ([]byte, error) {
	if d.root == nil {
		return nil, fs.ErrNotExist
	}
	info, err := d.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errNoFile
	}
	f, err := d.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
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
		if len(d.held) == cap(d.held) { // it grew meanwhile
			d.held = append(d.held, 0)[:len(d.held)]
		}
	}
}

// replace puts a file in place as a whole.
func (d *folder) replace(name string, data []byte) error {
	// The lock keeps others away from the same temporary name.
	tmp := temporary + name
	err := d.write(tmp, data)
	if err == nil {
		err = d.root.Rename(tmp, name)
	}
	if err != nil {
		_ = d.root.Remove(tmp) // the first error is the one to tell
	}
	return err
}

// write writes a file in place. It is not synced to the disk: what outlives
// a killed process is in the system's hands already, and waiting for the disk
// file by file takes longer than everything else together.
func (d *folder) write(name string, data []byte) error {
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

func (d *folder) remove(name string) error {
	if d.root == nil {
		return fs.ErrNotExist
	}
	return d.root.Remove(name)
}
