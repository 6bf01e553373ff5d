package output

import (
	"fmt"
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
	file     spool.Spool
}

// maxInMemory is the maximum size of pending contents in memory, in bytes. It is enough for the
// outputs of some five products; the program takes twice as much for each byte, since its heap
// grows with what is in use.
const maxInMemory = 2 << 20

// A piece is the contents of one pending file.
type piece struct {
	data []byte // nil if it is in the file
	at   int64
	size int
}

// put keeps contents. In memory, it keeps the slice itself, which must not be changed then.
func (s *pending) put(data []byte) (p piece, inMemory bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.size = len(data)
	if s.size += int64(p.size); s.most > 0 && s.size > s.most {
		return p, false, limit.Exceeded(fmt.Sprintf("the outputs have more than %v: simplify the specs, or raise --memory", limit.Bytes(s.most)))
	}
	if s.inMemory+int64(p.size) <= maxInMemory {
		s.inMemory += int64(p.size)
		p.data = data
		return p, true, nil
	}
	if s.file.Dir == "" {
		if s.file.Dir, err = lockFolder(); err != nil {
			return p, false, err
		}
		s.file.Named = true
	}
	p.at = s.file.Put(data)
	if err = s.file.Err(); err != nil {
		return p, false, spoolError(err)
	}
	return p, false, nil
}

// get returns contents, which must not be changed. What is in the file is read into the buffer,
// which grows as needed.
func (s *pending) get(p piece, buffer *[]byte) ([]byte, error) {
	if p.data != nil || p.size == 0 {
		return p.data, nil
	}
	if cap(*buffer) < p.size {
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
