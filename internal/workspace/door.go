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

// Limits limit the size of files that were found. Zero means the default.
type Limits struct {
	File  limit.Bytes // size of a file
	Total limit.Bytes // size of all files below a folder
}

// Default limits. MaxFile is about a hundred times the size of a large spec, and MaxTotal
// allows for a thousand such specs.
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
	// maxEntries limits the number of files and folders of any kind in a workspace.
	maxEntries = 1_000_000
	// maxDepth limits how deep its folders are nested.
	maxDepth = 100
	// maxLinks limits the links followed to resolve one path, as on Linux.
	maxLinks = 40
)

// A Door reads files that were found, not named by the user, so that a stranger may have
// committed them. It reads only regular files below one folder. Symbolic links are
// followed if they stay below that folder and do not pass through a hidden name; the
// targets of other links are never accessed.
type Door struct {
	in     tree
	limits Limits
	read   atomic.Int64 // bytes read so far
}

// A tree is what a door reads: a folder on disk, or a file system such as that of a
// commit.
type tree interface {
	// open opens a folder by a path without links; "." is the root.
	open(dir string) (folder, error)
	close() error
}

// A folder is an open folder. Its methods take names of its entries, and do not follow
// links. An argument before is the entry as seen earlier; opening fails if the entry is
// another file now.
type folder interface {
	sub(name string, before fs.FileInfo) (folder, error)
	// list returns at most the given number of entries, in any order.
	list(most int) ([]fs.DirEntry, error)
	lstat(name string) (fs.FileInfo, error)
	readlink(name string) (string, error)
	// readRegular reads a regular file of at most the given size.
	readRegular(name string, before fs.FileInfo, most int64) ([]byte, error)
	close()
}

// OpenDoor opens a door to a folder on disk.
func OpenDoor(dir string, limits Limits) (*Door, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Door{in: disk{root}, limits: limits}, nil
}

// OpenDoorFS opens a door to a file system.
func OpenDoorFS(files fs.FS, limits Limits) *Door { return &Door{in: system{files}, limits: limits} }

// Close closes the door, which must not be used afterwards.
func (d *Door) Close() error { return d.in.close() }

var (
	// ErrLink is the error for a link that is not followed. It does not reveal whether the
	// target exists or what it is.
	ErrLink = errors.New("it is a symbolic link that does not lead to a file here")
	// ErrIrregular is the error for devices, pipes and the like.
	ErrIrregular = errors.New("it is not a regular file")
	errChanged   = errors.New("it changed while it was read")
	errNotFolder = errors.New("it is not a folder")
)

// A TooMuch is the error for an exceeded limit.
type TooMuch string

// Error implements error.
func (e TooMuch) Error() string { return string(e) }

func tooLarge(most int64) error {
	return TooMuch(fmt.Sprintf("it is larger than %v; raise --max-file-size if that is intended", limit.Bytes(most)))
}

// Real returns the path of a file or folder with links resolved, and its info.
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

// follow resolves a path relative to the folder with the elements at, link by link,
// without leaving the door's folder.
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
	if info == nil { // the path ends with ".."
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

// look returns the info of an entry of a folder and, if it is a link, its target.
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

// isAbsolute reports whether the target of a link is not a relative path, on any system.
func isAbsolute(target string) bool {
	return target == "" || strings.HasPrefix(target, "/") || strings.ContainsAny(target, `:\`)
}

// ReadFile reads a regular file, or the target of a link that stays inside.
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

// readReal reads a regular file, given a path without links.
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

// readIn reads a regular file of a folder; info is from lstat or list.
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

// errTotal is the error for an exceeded total size.
type errTotal int64

// Error implements error.
func (e errTotal) Error() string {
	return fmt.Sprintf("the files to read exceed %v in total; raise --max-total-size if that is intended", limit.Bytes(e))
}

// enter opens a subfolder.
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
