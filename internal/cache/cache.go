// Package cache keeps what was computed, under a key made of everything that it
// depends on: a [Store] is a folder of such entries. An entry that is damaged,
// or half written by a run that was killed, is one that is not there. A store
// that cannot be written to keeps nothing, and nobody notices.
package cache

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A Key names an entry.
type Key [sha256.Size]byte

// KeyOf makes a key of parts; other parts make another key.
func KeyOf(parts ...[]byte) Key {
	h := sha256.New()
	for _, p := range parts {
		var length [8]byte
		binary.LittleEndian.PutUint64(length[:], uint64(len(p)))
		h.Write(length[:])
		h.Write(p)
	}
	return Key(h.Sum(nil))
}

// A Store is a folder of entries. Any number of runs can use it at once. The nil
// Store is empty and keeps nothing.
type Store struct {
	dir   string
	limit int64
	wrote atomic.Int64 // bytes, since it was opened
}

// Limit is how large a store may grow, in bytes: some ten workspaces of a
// thousand products.
const Limit = 1 << 30

// Open is the store in a folder, which is made when something is kept. It is
// trimmed to a limit in bytes.
func Open(dir string, limit int64) *Store { return &Store{dir: dir, limit: limit} }

// name is an entry's file.
func (s *Store) name(k Key) string {
	text := hex.EncodeToString(k[:])
	return filepath.Join(s.dir, text[:2], text[2:])
}

// Get is what is kept under a key.
func (s *Store) Get(k Key) ([]byte, bool) {
	var own []byte
	return s.read(k, &own)
}

// View shows what is kept under a key, until it returns; false where there is
// nothing, or whoever looks at it has an error.
func (s *Store) View(k Key, look func([]byte) error) bool {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	data, ok := s.read(k, buffer)
	return ok && look(data) == nil
}

// buffers are for entries that are looked at.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// read reads an entry into a buffer, or a larger one in its place.
func (s *Store) read(k Key, buffer *[]byte) ([]byte, bool) {
	if s == nil {
		return nil, false
	}
	name := s.name(k)
	f, err := os.Open(name)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() < sha256.Size || info.Size() > s.limit {
		return nil, false
	}
	if int64(cap(*buffer)) < info.Size() {
		*buffer = make([]byte, info.Size())
	}
	data := (*buffer)[:info.Size()]
	if n, err := f.Read(data); err != nil || n < len(data) {
		return nil, false
	}
	// The key is part of the sum, so that an entry under another's name is none.
	if sum := KeyOf(k[:], data[sha256.Size:]); !bytes.Equal(data[:sha256.Size], sum[:]) {
		return nil, false
	}
	if now := time.Now(); now.Sub(info.ModTime()) > touchAfter {
		_ = os.Chtimes(name, now, now) // else it is trimmed a little early
	}
	return data[sha256.Size:], true
}

// touchAfter is how exactly the last use of an entry is known.
const touchAfter = time.Hour

// Put keeps data under a key, if it can.
func (s *Store) Put(k Key, data []byte) {
	if s == nil || int64(len(data)) > s.limit/4 {
		return
	}
	name := s.name(k)
	dir := filepath.Dir(name)
	f, err := os.CreateTemp(dir, temporary)
	if err != nil {
		if os.MkdirAll(dir, 0o700) != nil {
			return
		}
		if f, err = os.CreateTemp(dir, temporary); err != nil {
			return
		}
	}
	sum := KeyOf(k[:], data)
	_, err = f.Write(append(sum[:], data...))
	if closed := f.Close(); err != nil || closed != nil || os.Rename(f.Name(), name) != nil {
		_ = os.Remove(f.Name())
		return
	}
	s.wrote.Add(int64(len(data)))
}

// temporary starts the names of files that are being written.
const temporary = ".new-"

// stamp is the file whose time is that of the last trimming.
const stamp = "trimmed"

// trimEvery is how often the folder is looked through, if things are put there.
const trimEvery = time.Hour

// Close trims the store, if that is due: entries that nobody used for longest go
// first, and with them what killed runs left.
func (s *Store) Close() {
	if s == nil || s.wrote.Load() == 0 {
		return
	}
	name := filepath.Join(s.dir, stamp)
	info, err := os.Stat(name)
	if err == nil && time.Since(info.ModTime()) < trimEvery && s.wrote.Load() < s.limit/8 {
		return
	}
	if os.WriteFile(name, nil, 0o600) != nil {
		return
	}
	now := time.Now()
	_ = os.Chtimes(name, now, now) // an empty file that was empty keeps its time
	s.trim(now)
}

func (s *Store) trim(now time.Time) {
	type entry struct {
		name string
		size int64
		used time.Time
	}
	var all []entry
	var size int64
	_ = filepath.WalkDir(s.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Dir(name) == s.dir {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return nil
		}
		if strings.HasPrefix(d.Name(), temporary) {
			if now.Sub(info.ModTime()) > trimEvery {
				_ = os.Remove(name)
			}
			return nil
		}
		all = append(all, entry{name, info.Size(), info.ModTime()})
		size += info.Size()
		return nil
	})
	slices.SortFunc(all, func(a, b entry) int { return cmp.Or(a.used.Compare(b.used), cmp.Compare(a.name, b.name)) })
	// Well below the limit, so that the next run need not trim again.
	for _, e := range all {
		if size <= s.limit-s.limit/8 {
			break
		}
		if os.Remove(e.name) == nil {
			size -= e.size
		}
	}
}
