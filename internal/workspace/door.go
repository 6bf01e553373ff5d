package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync/atomic"

	"github.com/portspec/portspec/internal/limit"
)

// Limits bound how much is read of what is found. Zero is the default.
type Limits struct {
	File  limit.Bytes // of one file
	Total limit.Bytes // of all files below one folder
}

// The default limits: some hundred times a large spec, and a thousand of those.
const (
	MaxFile  limit.Bytes = 16 << 20
	MaxTotal limit.Bytes = 1 << 30
)

func (l Limits) file() int64 {
	if l.File == 0 {
		return int64(MaxFile)
	}
	return int64(l.File)
}

func (l Limits) total() int64 {
	if l.Total == 0 {
		return int64(MaxTotal)
	}
	return int64(l.Total)
}

const (
	// maxEntries is how many files and folders a workspace may have, whatever they
	// are.
	maxEntries = 1_000_000
	// maxDepth is how deep its folders may be nested.
	maxDepth = 100
	// maxLinks is how many links one may lead through, as on Linux.
	maxLinks = 40
)

// A Door is the way to files that were found, not named by the user: what a
// stranger may have committed. It reads regular files below one folder.
// A symbolic link counts as what it leads to if it stays below the folder
// and leads past no hidden name; what any other leads to is never looked at.
type Door struct {
	in     tree
	limits Limits
	read   atomic.Int64 // bytes
}

// A tree is what a door leads to: a folder on disk, or a file system such as
// that of a commit.
type tree interface {
	// open opens a folder by a path of which no element is a link; "." for all.
	open(dir string) (folder, error)
	close() error
}

// A folder is an open one. Names are those of its entries; no method follows a
// link. What is opened is what before says: the entry when it was looked at.
type folder interface {
	sub(name string, before fs.FileInfo) (folder, error)
	// list is at most a number of entries, in any order.
	list(most int) ([]fs.DirEntry, error)
	lstat(name string) (fs.FileInfo, error)
	readlink(name string) (string, error)
	// readRegular reads a regular file of at most a number of bytes.
	readRegular(name string, before fs.FileInfo, most int64) ([]byte, error)
	close()
}

// OpenDoor is the door to a folder on disk.
func OpenDoor(dir string, limits Limits) (*Door, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Door{in: disk{root}, limits: limits}, nil
}

// OpenDoorFS is the door to a file system.
func OpenDoorFS(files fs.FS, limits Limits) *Door { return &Door{in: system{files}, limits: limits} }

// Close ends the use of the door.
func (d *Door) Close() error { return d.in.close() }

var (
	// ErrLink is the error of a link that is not followed. It is the same
	// whatever is there, and whether anything is.
	ErrLink = errors.New("it is a symbolic link that does not lead to a file here")
	// ErrIrregular is the error of a device, a pipe and the like.
	ErrIrregular = errors.New("it is not a regular file")
	errChanged   = errors.New("it changed while it was read")
	errNotFolder = errors.New("it is not a folder")
)

// A TooMuch is the error of a limit.
type TooMuch string

// Error implements error.
func (e TooMuch) Error() string { return string(e) }

func tooLarge(most int64) error {
	return TooMuch(fmt.Sprintf("it is larger than %v; raise --max-file-size if that is right", limit.Bytes(most)))
}

// Real is the path of a file or folder without links, and what is there.
func (d *Door) Real(name string) (string, fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return "", nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	info, real, err := d.follow(nil, name)
	if err != nil {
		return "", nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return real, info, nil
}

// follow goes along a path from a folder that is given by its elements, link by
// link, without leaving the door's folder.
func (d *Door) follow(at []string, name string) (fs.FileInfo, string, error) {
	at = append([]string(nil), at...)
	rest := strings.Split(name, "/")
	links := 0
	var info fs.FileInfo
	for len(rest) > 0 {
		next := rest[0]
		rest = rest[1:]
		switch {
		case next == "" || next == ".":
			continue
		case next == "..":
			if len(at) == 0 {
				return nil, "", ErrLink
			}
			at, info = at[:len(at)-1], nil
			continue
		case links > 0 && strings.HasPrefix(next, "."):
			return nil, "", ErrLink
		case strings.EqualFold(next, ".git"), strings.EqualFold(next, "git~1"):
			return nil, "", fs.ErrNotExist
		}
		i, target, err := d.look(at, next)
		switch {
		case err != nil && links > 0:
			return nil, "", ErrLink
		case err != nil:
			return nil, "", err
		case i.Mode()&fs.ModeSymlink != 0:
			if links++; links > maxLinks || isAbsolute(target) {
				return nil, "", ErrLink
			}
			rest, info = append(strings.Split(target, "/"), rest...), nil
			continue
		case !i.IsDir() && len(rest) > 0:
			if links > 0 {
				return nil, "", ErrLink
			}
			return nil, "", fs.ErrNotExist
		}
		at, info = append(at, next), i
	}
	real := path.Join(at...)
	if real == "" {
		real = "."
	}
	if info == nil { // the path ends in a folder above
		f, err := d.in.open(real)
		if err != nil {
			return nil, "", err
		}
		defer f.close()
		if info, err = f.lstat("."); err != nil {
			return nil, "", err
		}
	}
	return info, real, nil
}

// look is what an entry of a folder is, and where it leads if it is a link.
func (d *Door) look(at []string, name string) (fs.FileInfo, string, error) {
	f, err := d.in.open(cleaned(path.Join(at...)))
	if err != nil {
		return nil, "", err
	}
	defer f.close()
	info, err := f.lstat(name)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		return info, "", err
	}
	target, err := f.readlink(name)
	return info, target, err
}

func cleaned(dir string) string {
	if dir == "" {
		return "."
	}
	return dir
}

// isAbsolute reports whether a link's target is not a path from where the link is,
// on any system.
func isAbsolute(target string) bool {
	return target == "" || strings.HasPrefix(target, "/") || strings.ContainsAny(target, `:\`)
}

// ReadFile reads a regular file, or one that a link inside leads to.
func (d *Door) ReadFile(name string) ([]byte, error) {
	real, info, err := d.Real(name)
	if err != nil {
		return nil, err
	}
	data, err := []byte(nil), error(ErrIrregular)
	if info.Mode().IsRegular() {
		data, err = d.readReal(real)
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: Pathless(err)}
	}
	return data, nil
}

// readReal reads a regular file by a path without links.
func (d *Door) readReal(name string) ([]byte, error) {
	f, err := d.in.open(path.Dir(name))
	if err != nil {
		return nil, err
	}
	defer f.close()
	info, err := f.lstat(path.Base(name))
	if err != nil {
		return nil, err
	}
	return d.readIn(f, info)
}

// readIn reads a regular file of a folder, as lstat or list say what it is.
func (d *Door) readIn(f folder, info fs.FileInfo) ([]byte, error) {
	if !info.Mode().IsRegular() {
		return nil, ErrIrregular
	}
	data, err := f.readRegular(info.Name(), info, d.limits.file())
	if err != nil {
		return nil, err
	}
	if d.read.Add(int64(len(data))) > d.limits.total() {
		return nil, errTotal(d.limits.total())
	}
	return data, nil
}

// errTotal is the error of more than may be read at all.
type errTotal int64

// Error implements error.
func (e errTotal) Error() string {
	return fmt.Sprintf("the files to be read are larger than %v together; raise --max-total-size if that is right", limit.Bytes(e))
}

// enter opens a folder of a folder.
func enter(f folder, name string) (folder, error) {
	info, err := f.lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, errNotFolder
	}
	return f.sub(name, info)
}
