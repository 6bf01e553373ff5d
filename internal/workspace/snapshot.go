package workspace

import (
	"bytes"
	"cmp"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"testing/fstest"
	"time"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/spool"
)

// A Snapshot contains the CUE files of a workspace as they were read, together with the files
// that the binary provides. Evaluation and cache keys use only the snapshot, so that changes of
// files during a run cannot make them disagree.
type Snapshot struct {
	// Dirs are the folders whose packages to check, as sorted patterns for CUE's
	// loader.
	Dirs []string
	// Findings are about files that are not in the snapshot or should not be.
	Findings diag.List
	// Replaced are the folders of replaced modules.
	Replaced []string
	// Absent are the paths of modules that the workspace depends on without containing them.
	Absent []string

	sources  map[string]contents
	headers  map[string]Header // of sources, except for files directly in cue.mod
	folders  map[string][]fs.DirEntry
	links    map[string]string // links to folders, and their targets
	language string            // version of CUE's language in the workspace's module
	served   fstest.MapFS      // from the binary; nil if there are none

	spool spool.Spool  // contents beyond maxInMemory; its file exists as long as the snapshot
	size  atomic.Int64 // of all contents
}

// Unsound splits the findings into those about files that are missing from the snapshot or
// are not evaluated as written, and the others.
func (s *Snapshot) Unsound() (files, others diag.List) {
	for _, f := range s.Findings {
		if f.Severity == diag.Error {
			files = append(files, f)
		} else {
			others = append(others, f)
		}
	}
	return files, others
}

// Names lists the files of the workspace itself, sorted.
func (s *Snapshot) Names() []string {
	names := make([]string, 0, len(s.sources))
	names = slices.AppendSeq(names, maps.Keys(s.sources))
	slices.Sort(names)
	return names
}

// Source returns the contents of one of these files, which must not be changed.
func (s *Snapshot) Source(name string) []byte {
	data, _ := s.source(name)
	return data
}

// Language returns the version of CUE's language of the files in a folder of the workspace, or
// in a folder that the binary provides.
func (s *Snapshot) Language(dir string) string {
	if s.isServed(path.Clean(dir)) {
		return language
	}
	return s.language
}

// Links returns the links to folders and their targets, sorted.
func (s *Snapshot) Links() [][2]string {
	var all [][2]string
	for _, link := range slices.Sorted(maps.Keys(s.links)) {
		all = append(all, [2]string{link, s.links[link]})
	}
	return all
}

// Header returns the header of one of these files.
func (s *Snapshot) Header(name string) Header { return s.headers[name] }

// Folder resolves links to folders in a path.
func (s *Snapshot) Folder(dir string) string {
	if len(s.links) == 0 || !fs.ValidPath(dir) {
		return dir
	}
	for range maxLinks {
		link, to := "", ""
		for at := dir; at != "."; at = path.Dir(at) {
			if target, ok := s.links[at]; ok {
				link, to = at, target
			}
		}
		if link == "" {
			return dir
		}
		dir = path.Join(to, strings.TrimPrefix(dir, link))
	}
	return dir
}

// isServed reports whether a file or folder is provided by the binary.
func (s *Snapshot) isServed(name string) bool {
	return s.served != nil && (name == ModuleFile || name == LocalFile || name == ModulePath || Served(name))
}

// Open implements [fs.FS].
func (s *Snapshot) Open(name string) (fs.File, error) {
	if s.isServed(name) {
		return s.served.Open(name)
	}
	if data, ok := s.source(s.Folder(name)); ok {
		return &memoryFile{bytes.NewReader(data), path.Base(name)}, nil
	}
	if entries, ok := s.folders[s.Folder(name)]; ok {
		return &memoryFolder{folderInfo(path.Base(name)), entries}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadFile implements [fs.ReadFileFS].
func (s *Snapshot) ReadFile(name string) ([]byte, error) {
	if s.isServed(name) {
		return s.served.ReadFile(name)
	}
	at := s.Folder(name)
	if data, ok := s.source(at); ok {
		if s.sources[at].data != nil { // the snapshot's own
			data = slices.Clone(data)
		}
		return data, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// Stat implements [fs.StatFS].
func (s *Snapshot) Stat(name string) (fs.FileInfo, error) {
	if s.isServed(name) {
		return s.served.Stat(name)
	}
	if c, ok := s.sources[s.Folder(name)]; ok {
		return memoryInfo{path.Base(name), int64(c.size)}, nil
	}
	if _, ok := s.folders[s.Folder(name)]; ok {
		return folderInfo(path.Base(name)), nil
	}
	return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
}

// ReadDir implements [fs.ReadDirFS].
func (s *Snapshot) ReadDir(name string) ([]fs.DirEntry, error) {
	if s.isServed(name) {
		return s.served.ReadDir(name)
	}
	if entries, ok := s.folders[s.Folder(name)]; ok {
		return slices.Clone(entries), nil
	}
	return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
}

// addFolder adds a folder and its parents.
func (s *Snapshot) addFolder(dir string) {
	if _, known := s.folders[dir]; known {
		return
	}
	s.folders[dir] = nil
	if dir != "." {
		s.addFolder(path.Dir(dir))
		s.addEntry(dir, folderInfo(path.Base(dir)))
	}
}

// add adds a file.
func (s *Snapshot) add(name string, data contents) {
	if _, known := s.sources[name]; known {
		return
	}
	s.addFolder(path.Dir(name))
	s.sources[name] = data
	s.addEntry(name, memoryInfo{path.Base(name), int64(data.size)})
}

func (s *Snapshot) addEntry(name string, info fs.FileInfo) {
	dir := path.Dir(name)
	s.folders[dir] = append(s.folders[dir], fs.FileInfoToDirEntry(info))
}

// sort sorts the folders and their entries.
func (s *Snapshot) sort() {
	for _, entries := range s.folders {
		slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	}
	slices.Sort(s.Dirs)
	s.Dirs = slices.Compact(s.Dirs)
}

// A memoryFile is a file of a snapshot.
type memoryFile struct {
	*bytes.Reader
	name string
}

// Stat implements [fs.File].
func (f *memoryFile) Stat() (fs.FileInfo, error) { return memoryInfo{f.name, f.Reader.Size()}, nil }

// Close implements [fs.File].
func (f *memoryFile) Close() error { return nil }

type memoryInfo struct {
	name string
	size int64
}

func (i memoryInfo) Name() string       { return i.name }
func (i memoryInfo) Size() int64        { return i.size }
func (i memoryInfo) Mode() fs.FileMode  { return 0o444 }
func (i memoryInfo) ModTime() time.Time { return time.Time{} }
func (i memoryInfo) IsDir() bool        { return false }
func (i memoryInfo) Sys() any           { return nil }

// folderInfo is the file info of a folder with that name.
type folderInfo string

func (i folderInfo) Name() string       { return string(i) }
func (i folderInfo) Size() int64        { return 0 }
func (i folderInfo) Mode() fs.FileMode  { return fs.ModeDir | 0o555 }
func (i folderInfo) ModTime() time.Time { return time.Time{} }
func (i folderInfo) IsDir() bool        { return true }
func (i folderInfo) Sys() any           { return nil }

// A memoryFolder is an open folder of a snapshot.
type memoryFolder struct {
	folderInfo
	entries []fs.DirEntry
}

// Stat implements [fs.File].
func (f *memoryFolder) Stat() (fs.FileInfo, error) { return f.folderInfo, nil }

// Read implements [fs.File].
func (f *memoryFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.Name(), Err: fs.ErrInvalid}
}

// ReadDir implements [fs.ReadDirFile].
func (f *memoryFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	some := f.entries
	if n > 0 {
		if len(some) == 0 {
			return nil, io.EOF
		}
		some = some[:min(n, len(some))]
	}
	f.entries = f.entries[len(some):]
	return slices.Clone(some), nil
}

// Close implements [fs.File].
func (f *memoryFolder) Close() error { return nil }
