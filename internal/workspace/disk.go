package workspace

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// disk is a tree on disk.
type disk struct{ root *os.Root }

func (d disk) close() error { return d.root.Close() }

func (d disk) open(dir string) (folder, error) {
	if dir == "." {
		root, err := d.root.OpenRoot(".")
		return diskFolder{root}, err
	}
	at := folder(diskFolder(d))
	for i, name := range strings.Split(dir, "/") {
		next, err := enter(at, name)
		if i > 0 { // the root stays open
			at.close()
		}
		if err != nil {
			return nil, err
		}
		at = next
	}
	return at, nil
}

// diskFolder is a folder on disk. It compares each file that it opens with the earlier
// result of Lstat, which was not a link, so that swapping files in between is an error.
type diskFolder struct{ root *os.Root }

func (f diskFolder) close() { _ = f.root.Close() }

func (f diskFolder) lstat(name string) (fs.FileInfo, error) { return f.root.Lstat(name) }

func (f diskFolder) readlink(name string) (string, error) {
	target, err := f.root.Readlink(name)
	return filepath.ToSlash(target), err
}

func (f diskFolder) sub(name string, before fs.FileInfo) (folder, error) {
	root, err := f.root.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	now, err := root.Lstat(".")
	if err == nil && !os.SameFile(before, now) {
		err = errChanged
	}
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return diskFolder{root}, nil
}

func (f diskFolder) list(most int) ([]fs.DirEntry, error) {
	dir, err := f.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	var all []fs.DirEntry
	for {
		some, err := dir.ReadDir(4096)
		all = append(all, some...)
		switch {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, err
		case len(all) > most:
			return nil, errEntries
		}
	}
}

func (f diskFolder) readRegular(name string, before fs.FileInfo, most int64) ([]byte, error) {
	// The file may have been replaced by a pipe, which must not block.
	file, err := f.root.OpenFile(name, os.O_RDONLY|nonblocking, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	now, err := file.Stat()
	switch {
	case err != nil:
		return nil, err
	case !os.SameFile(before, now):
		return nil, errChanged
	}
	return readAtMost(file, now, most)
}

// ReadNamed reads a file that the user named. It may be anywhere, but must be a regular
// file or a link to one.
func ReadNamed(name string, most int64) ([]byte, error) {
	file, err := os.OpenFile(name, os.O_RDONLY|nonblocking, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	data, err := readAtMost(file, info, most)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, Pathless(err))
	}
	return data, nil
}

// readAtMost reads an open file of at most the given size.
func readAtMost(file fs.File, info fs.FileInfo, most int64) ([]byte, error) {
	switch {
	case !info.Mode().IsRegular():
		return nil, ErrIrregular
	case info.Size() > most:
		return nil, tooLarge(most)
	}
	// With one more byte than the size, the first read reaches the end, unless the file grows.
	data := make([]byte, info.Size()+1)
	n := 0
	for {
		m, err := file.Read(data[n:])
		n += m
		switch {
		case err == io.EOF:
			return data[:n:n], nil
		case err != nil:
			return nil, err
		case int64(n) > most:
			return nil, tooLarge(most)
		case n == len(data):
			data = append(data, make([]byte, n+512)...)
		}
	}
}
