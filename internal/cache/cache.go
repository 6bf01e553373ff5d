// Package cache keeps what was computed, under a key made of everything that it
// depends on: a [Store] is a folder of such entries. An entry that is damaged,
// or half written by a run that was killed, is one that is not there. A store
// that cannot be written to keeps nothing, and nobody notices.
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
//
// The sum of an entry tells damage, not who wrote it, and what is in an entry is
// believed. So the folder and everything in it must belong to the user, and nobody
// else may be able to write there; links in it are not followed.
type Store struct {
	dir   string
	limit int64
	warn  func(error)
	once  sync.Once    // for warn
	wrote atomic.Int64 // bytes, since it was opened
	// shards are the folders of entries, by their first byte: what is known of them.
	shards [256]atomic.Int32
}

// What is known of a shard.
const (
	unknown int32 = iota
	absent
	trusted
	refused
)

// Limit is how large a store may grow, in bytes: some ten workspaces of a
// thousand products.
const Limit = 1 << 30

// Open is the store in a folder, which is made when something is kept. It is
// trimmed to a limit in bytes. Where the folder, or something in it, is not the
// user's alone, it is not used, and warn is told why, once; warn may be nil.
func Open(dir string, limit int64, warn func(error)) *Store {
	s := &Store{dir: dir, limit: limit, warn: warn}
	if err := checkFolder(dir); err != nil {
		s.refuse(fmt.Errorf("the cache is not used: %w", err))
		return nil
	}
	return s
}

// checkFolder returns why a store's folder cannot be trusted. Its path is the
// user's, and may lead through the user's links.
func checkFolder(dir string) error {
	info, err := os.Lstat(dir)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if err := owned(dir, info); err != nil {
			return err
		}
		info, err = os.Stat(dir)
	}
	if err != nil {
		return nil // there is none yet, or none that can be used
	}
	if !info.IsDir() {
		return fmt.Errorf("%s must be a folder", dir)
	}
	return private(dir, info)
}

// refuse tells why something is not used, once for the store.
func (s *Store) refuse(err error) {
	s.once.Do(func() {
		if s.warn != nil {
			s.warn(err)
		}
	})
}

// partly is why a folder or file in the store is not used.
func partly(err error) error { return fmt.Errorf("a part of the cache is not used: %w", err) }

// shard is the folder of an entry, and whether it may be used. The folder that
// it is in belongs to the user, so that nobody else can change what was found.
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
	// The key is part of the sum, so that an entry under another's name is none.
	said, data := data[len(magic):headerSize], data[headerSize:]
	if sum := KeyOf(k[:], data); !bytes.Equal(said, sum[:]) {
		return nil, false
	}
	if now := time.Now(); now.Sub(info.ModTime()) > touchAfter {
		_ = os.Chtimes(name, now, now) // else it is trimmed a little early
	}
	return data, true
}

// magic starts every entry. A file without it is not the cache's, and is never
// deleted.
var magic = []byte("portspec")

const headerSize = int64(len("portspec") + sha256.Size)

// touchAfter is how exactly the last use of an entry is known.
const touchAfter = time.Hour

// Put keeps data under a key, if it can.
func (s *Store) Put(k Key, data []byte) {
	if s == nil || int64(len(data)) > s.limit/4 {
		return
	}
	dir, state := s.shard(k)
	if state == absent {
		if os.MkdirAll(dir, 0o700) != nil {
			return
		}
		dir, state = s.shard(k)
	}
	if state != trusted {
		return
	}
	f, err := os.CreateTemp(dir, temporary)
	if err != nil {
		return
	}
	sum := KeyOf(k[:], data)
	_, err = f.Write(slices.Concat(magic, sum[:], data))
	if closed := f.Close(); err != nil || closed != nil || os.Rename(f.Name(), s.name(k)) != nil {
		_ = os.Remove(f.Name())
		return
	}
	s.wrote.Add(int64(len(data)))
}

// temporary starts the names of files that are being written.
const temporary = ".new-"
