package workspace

import (
	"io/fs"
	"path"
)

// system is the tree of a file system, which may have links if it implements
// [fs.ReadLinkFS].
type system struct{ files fs.FS }

func (s system) close() error { return nil }

func (s system) open(dir string) (folder, error) {
	info, err := fs.Lstat(s.files, dir)
	switch {
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, errNotFolder
	}
	return systemFolder{s.files, dir}, nil
}

type systemFolder struct {
	files fs.FS
	dir   string
}

func (f systemFolder) close() {}

func (f systemFolder) sub(name string, _ fs.FileInfo) (folder, error) {
	return system{f.files}.open(path.Join(f.dir, name))
}

func (f systemFolder) lstat(name string) (fs.FileInfo, error) {
	return fs.Lstat(f.files, path.Join(f.dir, name))
}

func (f systemFolder) readlink(name string) (string, error) {
	return fs.ReadLink(f.files, path.Join(f.dir, name))
}

func (f systemFolder) list(most int) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(f.files, f.dir)
	if err == nil && len(all) > most {
		err = errEntries
	}
	return all, err
}

func (f systemFolder) readRegular(name string, _ fs.FileInfo, most int64) ([]byte, error) {
	file, err := f.files.Open(path.Join(f.dir, name))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	return readAtMost(file, info, most)
}
