package cache

import (
	"os"
	"sync"
)

// Temporary returns a store for one run, in a temporary file without a name, of which nothing is
// left even of a killed process. It is nil where that is not possible, as on Windows, which does
// not delete open files.
func Temporary() *Store {
	f, err := os.CreateTemp("", "portspec-models-") // readable by the user only
	if err != nil {
		return nil
	}
	if os.Remove(f.Name()) != nil {
		_ = f.Close() // otherwise it cannot be deleted either
		_ = os.Remove(f.Name())
		return nil
	}
	return &Store{limit: Limit, own: &pile{file: f, spans: make(map[Key]span)}}
}

// A pile has entries in a file that no other process can reach, so they are as they were put.
type pile struct {
	file *os.File

	mu    sync.Mutex
	spans map[Key]span
	end   int64
}

// A span is the place of an entry in the file.
type span struct {
	at   int64
	size int
}

// put adds an entry. It reports whether that was possible.
func (p *pile) put(k Key, data []byte) bool {
	p.mu.Lock()
	at := p.end
	p.end += int64(len(data))
	p.mu.Unlock()
	if _, err := p.file.WriteAt(data, at); err != nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.spans[k] = span{at, len(data)}
	return true
}

// get reads an entry into a buffer, which it replaces by a larger one if necessary.
func (p *pile) get(k Key, buffer *[]byte) ([]byte, bool) {
	p.mu.Lock()
	entry, ok := p.spans[k]
	p.mu.Unlock()
	if !ok {
		return nil, false
	}
	if cap(*buffer) < entry.size {
		*buffer = make([]byte, entry.size)
	}
	data := (*buffer)[:entry.size]
	_, err := p.file.ReadAt(data, entry.at)
	return data, err == nil
}
