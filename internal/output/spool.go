package output

import (
	"fmt"
	"os"
	"sync"

	"github.com/portspec/portspec/internal/limit"
)

// A spool keeps new contents of files until they are written, because nothing is written
// before all are known. What does not fit into memory goes to a file without a name.
type spool struct {
	most int64 // maximum size of all contents, in bytes; 0 for no limit

	mu       sync.Mutex
	size     int64 // of all contents
	inMemory int64
	inFile   int64    // of that, written is in the file, and the rest in the block
	file     *os.File // nil until it is needed
	written  int64
	block    []byte
}

// maxInMemory is the maximum size of contents that a spool keeps in memory, in bytes. It is
// enough for the outputs of some five products; the program takes twice as much for each byte,
// since its heap grows with what is in use.
const maxInMemory = 2 << 20

// A piece is the contents of one file in a spool.
type piece struct {
	data []byte // nil if it is in the file
	at   int64
	size int
}

// put keeps contents. In memory, it keeps the slice itself, which must not be changed then.
func (s *spool) put(data []byte) (p piece, inMemory bool, err error) {
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
	if s.file == nil {
		if s.file, err = unnamed(); err != nil {
			return p, false, err
		}
	}
	p.at = s.inFile
	s.inFile += int64(p.size)
	return p, false, s.write(data)
}

// blockSize is how many bytes are written to the file at once, because most contents have a few
// thousand, for which a system call each takes more than everything else that is done here.
const blockSize = 256 << 10

// write appends to the file, or to the block that is going to be written to it.
func (s *spool) write(data []byte) error {
	if len(s.block)+len(data) <= blockSize {
		if s.block == nil {
			s.block = make([]byte, 0, blockSize)
		}
		s.block = append(s.block, data...)
		return nil
	}
	if err := s.flush(); err != nil {
		return err
	}
	if len(data) <= blockSize {
		s.block = append(s.block, data...)
		return nil
	}
	return s.append(data)
}

// flush writes the block.
func (s *spool) flush() error {
	if len(s.block) == 0 {
		return nil
	}
	block := s.block
	s.block = s.block[:0]
	return s.append(block)
}

// append writes to the end of the file.
func (s *spool) append(data []byte) error {
	n, err := s.file.WriteAt(data, s.written)
	s.written += int64(n)
	if err != nil {
		return spoolError(err)
	}
	return nil
}

// get returns contents, which must not be changed. What is in the file is read into the buffer,
// which grows as needed.
func (s *spool) get(p piece, buffer *[]byte) ([]byte, error) {
	if p.data != nil || p.size == 0 {
		return p.data, nil
	}
	s.mu.Lock()
	err := s.flush()
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if cap(*buffer) < p.size {
		*buffer = make([]byte, p.size, p.size+p.size/4)
	}
	data := (*buffer)[:p.size]
	_, err = s.file.ReadAt(data, p.at)
	return data, err
}

// close forgets all contents.
func (s *spool) close() {
	if s.file != nil {
		_ = s.file.Close() // only this process has read it
		_ = os.Remove(s.file.Name())
		s.file = nil
	}
}

// unnamed returns a new file in the folder for the user's locks. Where the system permits it,
// the file has no name, so that nothing is left even of a killed process.
func unnamed() (*os.File, error) {
	dir, err := lockFolder()
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(dir, "outputs-")
	if err != nil {
		return nil, spoolError(err)
	}
	_ = os.Remove(f.Name()) // Windows does not permit it before the file is closed
	return f, nil
}

func spoolError(err error) error {
	return fmt.Errorf("%w; TMPDIR must be a writable folder with room for the outputs", err)
}
