package cache

import (
	"bytes"
	"cmp"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

// stamp is the file whose time is that of the last trimming.
const stamp = "trimmed"

// trimEvery is how often the folder is looked through, if things are put there.
const trimEvery = time.Hour

// The names of what the cache writes: folders, entries, and files of entries that
// are being written.
var (
	shardName     = regexp.MustCompile(`^[0-9a-f]{2}$`)
	entryName     = regexp.MustCompile(`^[0-9a-f]{62}$`)
	temporaryName = regexp.MustCompile(`^` + regexp.QuoteMeta(temporary) + `[0-9]+$`)
)

// Close trims the store, if that is due: entries that nobody used for longest go
// first, and with them what killed runs left. Nothing else is deleted, whatever
// folder it is.
func (s *Store) Close() {
	if s == nil || s.wrote.Load() == 0 {
		return
	}
	root, err := os.OpenRoot(s.dir)
	if err != nil {
		return
	}
	defer root.Close()
	if now := time.Now(); s.due(root, now) {
		s.trim(root, now)
	}
}

// due reports whether the store is to be trimmed, and notes that it was.
func (s *Store) due(root *os.Root, now time.Time) bool {
	info, err := root.Lstat(stamp)
	switch {
	case err != nil:
		f, err := root.OpenFile(stamp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		return err == nil && f.Close() == nil
	case !info.Mode().IsRegular() || info.Size() > 0:
		return false // somebody else's
	case now.Sub(info.ModTime()) < trimEvery && s.wrote.Load() < s.limit/8:
		return false
	}
	return root.Chtimes(stamp, now, now) == nil
}

// An entry is a file of the cache.
type entry struct {
	name string
	size int64
	used time.Time
}

func (s *Store) trim(root *os.Root, now time.Time) {
	var all []entry
	var size int64
	for _, shard := range listing(root, ".") {
		if !shard.IsDir() || !shardName.MatchString(shard.Name()) {
			continue
		}
		for _, d := range listing(root, shard.Name()) {
			name := path.Join(shard.Name(), d.Name())
			info, err := d.Info()
			switch {
			case err != nil || !info.Mode().IsRegular():
			case entryName.MatchString(d.Name()):
				all = append(all, entry{name, info.Size(), info.ModTime()})
				size += info.Size()
			case temporaryName.MatchString(d.Name()) && now.Sub(info.ModTime()) > trimEvery && written(root, name):
				_ = root.Remove(name)
			}
		}
	}
	slices.SortFunc(all, func(a, b entry) int { return cmp.Or(a.used.Compare(b.used), strings.Compare(a.name, b.name)) })
	// Well below the limit, so that the next run need not trim again.
	for _, e := range all {
		if size <= s.limit-s.limit/8 {
			break
		}
		if written(root, e.name) && root.Remove(e.name) == nil {
			size -= e.size
		}
	}
}

// listing is what is in a folder; nothing where it is a link.
func listing(root *os.Root, dir string) []fs.DirEntry {
	f, err := root.OpenFile(dir, os.O_RDONLY|noFollow, 0)
	if err != nil {
		return nil
	}
	defer f.Close()
	list, _ := f.ReadDir(-1) // what there is
	return list
}

// written reports whether the cache wrote a file, of which a killed run may have
// left only the start.
func written(root *os.Root, name string) bool {
	f, err := root.OpenFile(name, os.O_RDONLY|noFollow, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	start := make([]byte, len(magic))
	n, err := io.ReadFull(f, start)
	return bytes.HasPrefix(magic, start[:n]) && (n == len(magic) || err == io.EOF || err == io.ErrUnexpectedEOF)
}
