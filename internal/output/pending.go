package output

import (
	"fmt"
	"slices"
	"sync"

	"github.com/portspec/portspec/internal/limit"
	"github.com/portspec/portspec/internal/spool"
)

// A pending keeps new contents of files until they are written, because nothing is written before
// all are known. What does not fit into memory goes to a file without a name.
type pending struct {
	most int64 // maximum size of all contents, in bytes; 0 for no limit

	mu       sync.Mutex
	size     int64 // of all contents
	inMemory int64
	held     [][]byte // what is in memory
	file     spool.Spool
}

// maxInMemory is the maximum size of pending contents in memory, in bytes. It is enough for the
// outputs of some five products. Each byte takes twice the memory, because the heap grows with
// what is in use.
const maxInMemory = 2 << 20

// A piece is the contents of one pending file.
type piece struct {
	at   int64 // in the file; -1 - n for the n-th in memory
	size int
}

// put keeps a copy of contents in two parts.
func (s *pending) put(head, rest []byte) (p piece, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.size = len(head) + len(rest)
	if s.size += int64(p.size); s.most > 0 && s.size > s.most {
		return p, limit.Exceeded(fmt.Sprintf("the outputs have more than %v: simplify the specs, or raise --memory", limit.Bytes(s.most)))
	}
	if s.inMemory+int64(p.size) <= maxInMemory {
		s.inMemory += int64(p.size)
		s.held = append(s.held, slices.Concat(head, rest))
		p.at = -int64(len(s.held))
		return p, nil
	}
	if s.file.Dir == "" {
		if s.file.Dir, err = lockFolder(); err != nil {
			return p, err
		}
		s.file.Named = true
	}
	p.at = s.file.Put(head, rest)
	if err = s.file.Err(); err != nil {
		return p, spoolError(err)
	}
	return p, nil
}

// get returns contents, which must not be changed. What is in the file is read into the buffer,
// which grows as needed, unless they are large.
func (s *pending) get(p piece, buffer *[]byte) ([]byte, error) {
	switch {
	case p.at < 0:
		return s.held[-1-p.at], nil
	case p.size > maxKept:
		data := make([]byte, p.size)
		return data, s.file.Get(p.at, data)
	case cap(*buffer) < p.size:
		*buffer = make([]byte, p.size, p.size+p.size/4)
	}
	data := (*buffer)[:p.size]
	return data, s.file.Get(p.at, data)
}

// close forgets all contents.
func (s *pending) close() { s.file.Close() }

// spoolError is like tmpdirError, for contents.
func spoolError(err error) error {
	return fmt.Errorf("%v; TMPDIR must be a writable folder with room for the outputs", err)
}
