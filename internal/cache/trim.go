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

// stamp is a file whose modification time is when the store was last trimmed.
const stamp = "trimmed"

// trimEvery is how often a store that is written to is trimmed.
const trimEvery = time.Hour

// The names of folders, entries and temporary files that the cache writes.
var (
	shardName     = regexp.MustCompile(`^[0-9a-f]{2}$`)
	entryName     = regexp.MustCompile(`^[0-9a-f]{62}$`)
	temporaryName = regexp.MustCompile(`^` + regexp.QuoteMeta(temporary) + `[0-9]+$`)
)

// Close trims the store if that is due: it deletes the least recently used entries, and
// temporary files left by killed runs. It never deletes anything else.
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

// due reports whether the store has to be trimmed, and updates the time if so.
func (s *Store) due(root *os.Root, now time.Time) bool {
	info, err := root.Lstat(stamp)
	switch {
	case err != nil:
		f, err := root.OpenFile(stamp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		return err == nil && f.Close() == nil
	case !info.Mode().IsRegular() || info.Size() > 0:
		return false // somebody else's file
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
	// Trim well below the limit, so that the next run does not have to trim again.
	for _, e := range all {
		if size <= s.limit-s.limit/8 {
			break
		}
		if written(root, e.name) && root.Remove(e.name) == nil {
			size -= e.size
		}
	}
}

// listing returns the entries of a folder; none if it is a link.
func listing(root *os.Root, dir string) []fs.DirEntry {
	f, err := root.OpenFile(dir, os.O_RDONLY|noFollow, 0)
	if err != nil {
		return nil
	}
	defer f.Close()
	list, _ := f.ReadDir(-1) // on error, as many as could be read
	return list
}

// written reports whether the cache wrote a file, completely or in part.
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
