package git

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os/exec"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing/fstest"
	"time"
)

// A Tree is the files of a commit. A single git process reads their contents when they
// are opened.
type Tree struct {
	// Modules are the paths of submodules, whose files are in other repositories.
	Modules []string
	// MaxFile is the maximum size of a file in bytes; 0 means no limit.
	MaxFile int64

	index   fstest.MapFS             // the data of a file is its object id
	folders map[string][]fs.DirEntry // entries of each folder, sorted
	process *exec.Cmd
	mu      sync.Mutex
	in      io.WriteCloser
	out     *bufio.Reader
	read    map[string][]byte
}

// Tree returns the files of the tree with the given object id. Close it after use.
func (r *Repository) Tree(ctx context.Context, id string) (*Tree, error) {
	listing, err := r.run(ctx, "ls-tree", "-r", "-z", "--full-tree", id)
	if err != nil {
		return nil, err
	}
	t := &Tree{index: make(fstest.MapFS), read: make(map[string][]byte)}
	for entry := range bytes.SplitSeq(bytes.TrimSuffix(listing, []byte{0}), []byte{0}) {
		head, name, ok := strings.Cut(string(entry), "\t")
		words := strings.Fields(head) // mode, kind, id
		// Names that are not UTF-8 are kept, for they are reported. Others that are not valid, such
		// as "..", cannot be checked out.
		if !ok || len(words) != 3 || !fs.ValidPath(strings.ToValidUTF8(name, "\ufffd")) {
			continue
		}
		mode := fs.FileMode(0o444)
		switch words[0] {
		case "160000":
			t.Modules = append(t.Modules, name)
			t.index[name] = &fstest.MapFile{Mode: fs.ModeDir | 0o555}
			continue
		case "120000":
			mode |= fs.ModeSymlink
		}
		t.index[name] = &fstest.MapFile{Data: []byte(words[2]), Mode: mode}
	}
	t.list()
	t.process = r.command(ctx, "cat-file", "--batch")
	if t.in, err = t.process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := t.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	t.out = bufio.NewReaderSize(out, 1<<16)
	return t, t.process.Start()
}

// Close ends the git process.
func (t *Tree) Close() error {
	t.in.Close()
	return t.process.Wait()
}

// blob reads an object.
func (t *Tree) blob(id string) ([]byte, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if data, ok := t.read[id]; ok {
		return data, nil
	}
	// In a partial clone, git would fetch the contents, which is not allowed, so it exits.
	line := ""
	_, err := io.WriteString(t.in, id+"\n")
	if err == nil {
		line, err = t.out.ReadString('\n')
	}
	words := strings.Fields(line) // id, kind, size; or id, missing
	if err != nil || len(words) != 3 {
		return nil, errors.New("its content is not in the repository, and portspec does not fetch it: run git checkout or git fetch --refetch")
	}
	size, err := strconv.Atoi(words[2])
	if err != nil {
		return nil, err
	}
	if t.MaxFile > 0 && int64(size) > t.MaxFile {
		if _, err := io.CopyN(io.Discard, t.out, int64(size)+1); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("it is larger than %d bytes; raise --max-file-size if that is intended", t.MaxFile)
	}
	data := make([]byte, size+1)
	if _, err := io.ReadFull(t.out, data); err != nil {
		return nil, err
	}
	data = data[:size]
	t.read[id] = data
	return data, nil
}

// target resolves symbolic links inside the tree.
func (t *Tree) target(name string) (string, error) {
	for range 40 {
		f := t.index[name]
		if f == nil || f.Mode&fs.ModeSymlink == 0 {
			return name, nil
		}
		link, err := t.blob(string(f.Data))
		if err != nil {
			return "", err
		}
		to := path.Join(path.Dir(name), string(link))
		if path.IsAbs(string(link)) || !fs.ValidPath(to) {
			return "", fmt.Errorf("it is a symbolic link to %s, which is not in the commit", link)
		}
		name = to
	}
	return "", errors.New("it is a symbolic link to itself")
}

// list fills in the folders.
func (t *Tree) list() {
	t.folders = map[string][]fs.DirEntry{".": nil}
	add := func(name string, mode fs.FileMode) {
		dir := path.Dir(name)
		t.folders[dir] = append(t.folders[dir], fs.FileInfoToDirEntry(entry{path.Base(name), mode}))
	}
	known := map[string]bool{".": true}
	for _, name := range slices.Sorted(maps.Keys(t.index)) {
		mode := t.index[name].Mode
		add(name, mode)
		if mode.IsDir() {
			known[name], t.folders[name] = true, nil
		}
		for dir := path.Dir(name); !known[dir]; dir = path.Dir(dir) {
			known[dir] = true
			add(dir, fs.ModeDir|0o555)
		}
	}
	for _, list := range t.folders {
		slices.SortFunc(list, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
}

// Open implements [fs.FS].
func (t *Tree) Open(name string) (fs.File, error) {
	info, err := t.stat("open", name)
	if err != nil {
		return nil, err
	}
	to, _ := t.target(name)
	if info.IsDir() {
		return &folder{entry: info.(entry), rest: t.folders[to]}, nil
	}
	data, err := t.blob(string(t.index[to].Data))
	if err == nil && bytes.HasPrefix(data, []byte("version https://git-lfs.github.com/spec/")) {
		err = errors.New("it is a Git LFS pointer, and its content is not in the commit")
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return fstest.MapFS{"f": {Data: data, Mode: 0o444}}.Open("f")
}

// Stat implements [fs.StatFS]. It does not read the file, so the size is not known.
func (t *Tree) Stat(name string) (fs.FileInfo, error) { return t.stat("stat", name) }

func (t *Tree) stat(op, name string) (fs.FileInfo, error) {
	to, err := t.target(name)
	if err == nil {
		if _, ok := t.folders[to]; ok {
			return entry{path.Base(name), fs.ModeDir | 0o555}, nil
		}
		if t.index[to] != nil {
			return entry{path.Base(name), 0o444}, nil
		}
		err = fs.ErrNotExist
	}
	return nil, &fs.PathError{Op: op, Path: name, Err: err}
}

// Lstat implements [fs.ReadLinkFS].
func (t *Tree) Lstat(name string) (fs.FileInfo, error) {
	if _, ok := t.folders[name]; ok {
		return entry{path.Base(name), fs.ModeDir | 0o555}, nil
	}
	if f := t.index[name]; f != nil {
		return entry{path.Base(name), f.Mode}, nil
	}
	return nil, &fs.PathError{Op: "lstat", Path: name, Err: fs.ErrNotExist}
}

// ReadLink implements [fs.ReadLinkFS].
func (t *Tree) ReadLink(name string) (string, error) {
	f := t.index[name]
	if f == nil || f.Mode&fs.ModeSymlink == 0 {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	target, err := t.blob(string(f.Data))
	return string(target), err
}

// ReadDir implements [fs.ReadDirFS].
func (t *Tree) ReadDir(name string) ([]fs.DirEntry, error) {
	to, err := t.target(name)
	if err == nil {
		if list, ok := t.folders[to]; ok {
			return slices.Clone(list), nil
		}
		err = fs.ErrNotExist
	}
	return nil, &fs.PathError{Op: "readdir", Path: name, Err: err}
}

// A folder is an open folder.
type folder struct {
	entry
	rest []fs.DirEntry
}

// Stat implements [fs.File].
func (f *folder) Stat() (fs.FileInfo, error) { return f.entry, nil }

// Read implements [fs.File].
func (f *folder) Read([]byte) (int, error) { return 0, errors.New("it is a folder") }

// Close implements [fs.File].
func (f *folder) Close() error { return nil }

// ReadDir implements [fs.ReadDirFile].
func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(f.rest)
	} else if len(f.rest) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(f.rest))
	list := f.rest[:n]
	f.rest = f.rest[n:]
	return list, nil
}

// An entry is a file or folder of which only the name and kind are known.
type entry struct {
	name string
	mode fs.FileMode
}

func (e entry) Name() string       { return e.name }
func (e entry) Size() int64        { return 0 }
func (e entry) Mode() fs.FileMode  { return e.mode }
func (e entry) ModTime() time.Time { return time.Time{} }
func (e entry) IsDir() bool        { return e.mode.IsDir() }
func (e entry) Sys() any           { return nil }
