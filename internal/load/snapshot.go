package load

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"time"

	"github.com/portspec/portspec/internal/parallel"
)

// A snapshot is a workspace whose folders and sources are read once. What is
// judged is what the keys of the cache were made of, whatever happens to the
// files meanwhile.
type snapshot struct {
	under   fs.FS
	folders map[string][]fs.DirEntry // of the workspace, but for those that hold no specs
	sources map[string][]byte
	unread  []string // sources that could not be read
	keys    *keys    // of the packages; nil for none
	dirs    []string // folders with sources, as patterns for CUE's loader, sorted
}

// takeSnapshot reads the sources of a workspace. A file that cannot be read is
// left to whoever reads it next, and is a finding then.
func takeSnapshot(files fs.FS) (*snapshot, error) {
	s := &snapshot{under: files, folders: make(map[string][]fs.DirEntry), sources: make(map[string][]byte)}
	var names []string
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("reading the workspace: %w", err)
		}
		if d.IsDir() && LeavesOut(name) {
			return fs.SkipDir
		}
		if name != "." {
			s.folders[path.Dir(name)] = append(s.folders[path.Dir(name)], d)
		}
		if d.IsDir() {
			s.folders[name] = []fs.DirEntry{}
		} else if isSource(path.Base(name)) {
			names = append(names, name)
			if dir := "./" + path.Dir(name); len(s.dirs) == 0 || s.dirs[len(s.dirs)-1] != dir {
				s.dirs = append(s.dirs, dir)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(s.dirs)
	s.dirs = slices.Compact(s.dirs)

	data := make([][]byte, len(names))
	parallel.Do(len(names), func(i int) {
		if info, err := fs.Stat(files, names[i]); err == nil && info.Mode().IsRegular() {
			data[i], _ = fs.ReadFile(files, names[i])
		}
	})
	for i, name := range names {
		if data[i] != nil {
			s.sources[name] = data[i]
		} else {
			s.unread = append(s.unread, name)
		}
	}
	return s, nil
}

// Open implements [fs.FS].
func (s *snapshot) Open(name string) (fs.File, error) {
	if data, ok := s.sources[name]; ok {
		return &memoryFile{bytes.NewReader(data), path.Base(name)}, nil
	}
	return s.under.Open(name)
}

// ReadFile implements [fs.ReadFileFS].
func (s *snapshot) ReadFile(name string) ([]byte, error) {
	if data, ok := s.sources[name]; ok {
		return slices.Clone(data), nil
	}
	return fs.ReadFile(s.under, name)
}

// Stat implements [fs.StatFS].
func (s *snapshot) Stat(name string) (fs.FileInfo, error) {
	if data, ok := s.sources[name]; ok {
		return (&memoryFile{bytes.NewReader(data), path.Base(name)}).Stat()
	}
	return fs.Stat(s.under, name)
}

// ReadDir implements [fs.ReadDirFS].
func (s *snapshot) ReadDir(name string) ([]fs.DirEntry, error) {
	if entries, ok := s.folders[name]; ok {
		// Those that are left out may be imported all the same.
		all, err := fs.ReadDir(s.under, name)
		for _, e := range all {
			if e.IsDir() && LeavesOut(path.Join(name, e.Name())) {
				entries = append(slices.Clip(entries), e)
			}
		}
		return entries, err
	}
	return fs.ReadDir(s.under, name)
}

// A memoryFile is a source of a snapshot.
type memoryFile struct {
	*bytes.Reader
	name string
}

// The rest of a file and what it is.

func (f *memoryFile) Stat() (fs.FileInfo, error) { return memoryInfo{f}, nil }
func (f *memoryFile) Close() error               { return nil }

type memoryInfo struct{ f *memoryFile }

func (i memoryInfo) Name() string       { return i.f.name }
func (i memoryInfo) Size() int64        { return i.f.Reader.Size() }
func (i memoryInfo) Mode() fs.FileMode  { return 0o444 }
func (i memoryInfo) ModTime() time.Time { return time.Time{} }
func (i memoryInfo) IsDir() bool        { return false }
func (i memoryInfo) Sys() any           { return nil }
