package workspace

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/portspec/portspec/internal/parallel"
)

// A Snapshot is a workspace whose folders and sources are read once. What is
// judged is what the keys of the cache were made of, whatever happens to the
// files meanwhile.
type Snapshot struct {
	under   fs.FS
	folders map[string][]fs.DirEntry // of the workspace, but for those that hold no specs
	Sources map[string][]byte
	Unread  []string // sources that could not be read
	Dirs    []string // folders with sources, as patterns for CUE's loader, sorted
}

// Take reads the sources of a workspace. A file that cannot be read is
// left to whoever reads it next, and is a finding then.
func Take(files fs.FS) (*Snapshot, error) {
	s := &Snapshot{under: files, folders: make(map[string][]fs.DirEntry), Sources: make(map[string][]byte)}
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
		} else if IsSource(path.Base(name)) {
			names = append(names, name)
			if dir := "./" + path.Dir(name); len(s.Dirs) == 0 || s.Dirs[len(s.Dirs)-1] != dir {
				s.Dirs = append(s.Dirs, dir)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(s.Dirs)
	s.Dirs = slices.Compact(s.Dirs)

	data := make([][]byte, len(names))
	parallel.Do(len(names), func(i int) {
		if info, err := fs.Stat(files, names[i]); err == nil && info.Mode().IsRegular() {
			data[i], _ = fs.ReadFile(files, names[i])
		}
	})
	for i, name := range names {
		if data[i] != nil {
			s.Sources[name] = data[i]
		} else {
			s.Unread = append(s.Unread, name)
		}
	}
	return s, nil
}

// IsSource reports whether CUE reads a file of that name as part of a package.
// The configuration is none, as it has no package clause.
func IsSource(name string) bool {
	return name != "portspec.cue" && strings.HasSuffix(name, ".cue") && !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "_") &&
		!strings.HasSuffix(name, "_tool.cue") && !strings.HasSuffix(name, "_test.cue")
}

// Open implements [fs.FS].
func (s *Snapshot) Open(name string) (fs.File, error) {
	if data, ok := s.Sources[name]; ok {
		return &memoryFile{bytes.NewReader(data), path.Base(name)}, nil
	}
	return s.under.Open(name)
}

// ReadFile implements [fs.ReadFileFS].
func (s *Snapshot) ReadFile(name string) ([]byte, error) {
	if data, ok := s.Sources[name]; ok {
		return slices.Clone(data), nil
	}
	return fs.ReadFile(s.under, name)
}

// Stat implements [fs.StatFS].
func (s *Snapshot) Stat(name string) (fs.FileInfo, error) {
	if data, ok := s.Sources[name]; ok {
		return (&memoryFile{bytes.NewReader(data), path.Base(name)}).Stat()
	}
	return fs.Stat(s.under, name)
}

// ReadDir implements [fs.ReadDirFS].
func (s *Snapshot) ReadDir(name string) ([]fs.DirEntry, error) {
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
