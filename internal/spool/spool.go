// Package spool keeps data of one run outside of memory. A [Spool] is a temporary file without a
// name, and a [Stream] is data in it that grows at its end.
package spool

import (
	"os"
	"sync"
)

// A Spool keeps pieces of data in a temporary file, which is created when there is more than one
// block of them. The zero value is empty. Several goroutines may use it.
type Spool struct {
	Dir string // folder of the file; "" for that of the system for temporary files
	// Named permits a name where the system does not delete open files, as on Windows. Then
	// only Close deletes the file. Without it, all data stays in memory there.
	Named bool

	mu      sync.Mutex
	file    *os.File // nil until it is needed
	name    string   // of the file, if it has one
	written int64    // size of the file
	block   []byte   // data that follows that in the file
	err     error
}

// blockSize is how many bytes are written to the file at once. Most pieces have a few thousand,
// and a system call for each of them would take longer than everything else here.
const blockSize = 256 << 10

// Put adds a copy of data, which may be in parts, and returns its place. If the file cannot be
// written, the data stays in memory, and [Spool.Err] returns the reason.
func (s *Spool) Put(parts ...[]byte) (at int64) {
	size := 0
	for _, data := range parts {
		size += len(data)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.block)+size > blockSize {
		s.flush(s.block)
	}
	if size > blockSize && s.err == nil {
		if at = s.written; s.flush(parts...) {
			return at
		}
	}
	at = s.written + int64(len(s.block))
	for _, data := range parts {
		s.block = append(s.block, data...)
	}
	return at
}

// flush writes data to the end of the file, and empties the block. It reports whether that was
// possible.
func (s *Spool) flush(parts ...[]byte) bool {
	if s.file == nil && s.err == nil {
		s.file, s.err = s.unnamed()
	}
	end := s.written
	for _, data := range parts {
		if s.err == nil {
			_, s.err = s.file.WriteAt(data, end)
			end += int64(len(data))
		}
	}
	if s.err != nil {
		return false
	}
	s.written = end
	s.block = s.block[:0]
	return true
}

// Err returns the error because of which data stays in memory; nil if there was none.
func (s *Spool) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Get fills to with the data at a place.
func (s *Spool) Get(at int64, to []byte) error {
	s.mu.Lock()
	if at >= s.written {
		copy(to, s.block[at-s.written:])
		s.mu.Unlock()
		return nil
	}
	s.mu.Unlock()
	_, err := s.file.ReadAt(to, at)
	return err
}

// Close forgets all data.
func (s *Spool) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file != nil {
		_ = s.file.Close() // only this process has read it
	}
	if s.name != "" {
		_ = os.Remove(s.name)
	}
	s.file, s.name, s.written, s.block = nil, "", 0, nil
}

// unnamed returns a new file. If possible, it has no name, so that even a killed process leaves
// nothing behind.
func (s *Spool) unnamed() (*os.File, error) {
	f, err := os.CreateTemp(s.Dir, "portspec-") // readable by the user only
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		if !s.Named {
			_ = f.Close() // otherwise it cannot be deleted either
			_ = os.Remove(f.Name())
			return nil, err
		}
		s.name = f.Name()
	}
	return f, nil
}
