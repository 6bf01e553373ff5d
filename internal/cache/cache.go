// Package cache stores results of computations under keys that are hashes of everything
// the result depends on. A [Store] is a folder of such entries. Damaged and incomplete
// entries are treated as missing, and errors when writing are ignored.
package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A Key identifies an entry.
type Key [sha256.Size]byte

// KeyOf returns the key for a list of parts.
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

// A Store is a folder of entries. Any number of processes can use it at the same time.
// The nil Store is empty and stores nothing.
//
// The checksum of an entry reveals damage but not forgery, and the contents are trusted.
// Therefore the folder and everything in it must belong to the user and must not be
// writable by others, and links in it are not followed.
type Store struct {
	dir   string
	limit int64
	warn  func(error)
	once  sync.Once    // for warn
	wrote atomic.Int64 // bytes since the store was opened
	// shards has the state of the folder for each first byte of a key.
	shards [256]atomic.Int32
	own    *pile // of a temporary store, which has no folder; nil for others
}

// States of a shard.
const (
	unknown int32 = iota
	absent
	trusted
	refused
)

// Limit is the maximum size of a store in bytes, enough for about ten workspaces of a
// thousand products each.
const Limit = 1 << 30

// Open opens the store in a folder, which is created when the first entry is stored, and
// is trimmed to limit bytes. If the folder or something in it is not private to the user,
// it is not used, and warn is called once with the reason; warn may be nil.
func Open(dir string, limit int64, warn func(error)) *Store {
	s := &Store{dir: dir, limit: limit, warn: warn}
	if err := checkFolder(dir); err != nil {
		s.refuse(fmt.Errorf("cannot use the cache: %w", err))
		return nil
	}
	return s
}

// checkFolder returns an error if a store's folder cannot be trusted. The path comes from
// the user, so it may contain links.
func checkFolder(dir string) error {
	if !filepath.IsAbs(dir) { // it would be another folder from elsewhere, or one of the repository
		return fmt.Errorf("%s is a relative path; make it absolute", dir)
	}
	info, err := os.Lstat(dir)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if err := owned(dir, info); err != nil {
			return err
		}
		info, err = os.Stat(dir)
	}
	if err != nil {
		return nil // does not exist yet or cannot be used
	}
	if !info.IsDir() {
		return fmt.Errorf("%s must be a folder", dir)
	}
	return private(dir, info)
}

// refuse calls warn, once for the store.
func (s *Store) refuse(err error) {
	s.once.Do(func() {
		if s.warn != nil {
			s.warn(err)
		}
	})
}

// partly is the error for a folder or file in the store that is not used.
func partly(err error) error { return fmt.Errorf("cannot use a part of the cache: %w", err) }

// shard returns the folder of an entry and its state. The state can be remembered, because
// the parent folder belongs to the user, so nobody else can change it.
func (s *Store) shard(k Key) (string, int32) {
	dir := filepath.Join(s.dir, hex.EncodeToString(k[:1]))
	known := &s.shards[k[0]]
	state := known.Load()
	if state == unknown || state == absent {
		var err error
		if state, err = checkShard(dir); err != nil {
			s.refuse(partly(err))
		}
		known.Store(state)
	}
	return dir, state
}

func checkShard(dir string) (int32, error) {
	info, err := os.Lstat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return absent, nil
	case err != nil:
		return refused, nil
	case !info.IsDir():
		return refused, fmt.Errorf("%s must be a folder, not a link or a file; delete it", dir)
	}
	if err := private(dir, info); err != nil {
		return refused, err
	}
	return trusted, nil
}

// name returns the file name of an entry.
func (s *Store) name(k Key) string {
	text := hex.EncodeToString(k[:])
	return filepath.Join(s.dir, text[:2], text[2:])
}

// Get returns a copy of the entry with the given key.
func (s *Store) Get(k Key) ([]byte, bool) {
	var own []byte
	return s.read(k, &own)
}

// View calls look with the entry with the given key, which is valid until look returns.
// It returns false if there is no entry or look returns an error.
func (s *Store) View(k Key, look func([]byte) error) bool {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	data, ok := s.read(k, buffer)
	return ok && look(data) == nil
}

// buffers are reused for reading entries.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// read reads an entry into a buffer, which it replaces by a larger one if necessary.
func (s *Store) read(k Key, buffer *[]byte) ([]byte, bool) {
	if s == nil {
		return nil, false
	}
	if s.own != nil {
		return s.own.get(k, buffer)
	}
	if _, state := s.shard(k); state != trusted {
		return nil, false
	}
	name := s.name(k)
	f, err := os.OpenFile(name, os.O_RDONLY|noFollow, 0)
	if err != nil {
		if isLink(err) {
			s.refuse(partly(fmt.Errorf("%s must be a regular file, not a link; delete it", name)))
		}
		return nil, false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() < headerSize || info.Size() > s.limit {
		return nil, false
	}
	if err := private(name, info); err != nil {
		s.refuse(partly(err))
		return nil, false
	}
	if int64(cap(*buffer)) < info.Size() {
		*buffer = make([]byte, info.Size())
	}
	data := (*buffer)[:info.Size()]
	if _, err := io.ReadFull(f, data); err != nil || !bytes.HasPrefix(data, magic) {
		return nil, false
	}
	// The checksum includes the key, so that an entry is invalid under another name.
	want, data := data[len(magic):headerSize], data[headerSize:]
	if sum := KeyOf(k[:], data); !bytes.Equal(want, sum[:]) {
		return nil, false
	}
	if now := time.Now(); now.Sub(info.ModTime()) > touchAfter {
		_ = os.Chtimes(name, now, now) // on error, it is trimmed a little earlier
	}
	return data, true
}

// magic is at the start of every entry. Files without it do not belong to the cache and
// are never deleted.
var magic = []byte("portspec")

const headerSize = int64(len("portspec") + sha256.Size)

// touchAfter is the precision of an entry's time of last use.
const touchAfter = time.Hour

// Put stores data under a key. Errors are ignored; it reports whether there was none.
func (s *Store) Put(k Key, data []byte) bool {
	if s == nil || int64(len(data)) > s.limit/4 {
		return false
	}
	if s.own != nil {
		s.own.put(k, data)
		return true
	}
	dir, state := s.shard(k)
	if state == absent {
		if os.MkdirAll(dir, 0o700) != nil {
			return false
		}
		dir, state = s.shard(k)
	}
	if state != trusted {
		return false
	}
	f, err := os.CreateTemp(dir, temporary)
	if err != nil {
		return false
	}
	sum := KeyOf(k[:], data)
	_, err = f.Write(slices.Concat(magic, sum[:], data))
	if closed := f.Close(); err != nil || closed != nil || os.Rename(f.Name(), s.name(k)) != nil {
		_ = os.Remove(f.Name())
		return false
	}
	s.wrote.Add(int64(len(data)))
	return true
}

// temporary is the prefix of the names of files that are being written.
const temporary = ".new-"
