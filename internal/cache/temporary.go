package cache

import (
	"sync"

	"github.com/portspec/portspec/internal/spool"
)

// Temporary returns a store for one run, outside of memory if possible.
func Temporary() *Store { return &Store{limit: Limit, own: &pile{spans: make(map[Key]span)}} }

// A pile has entries that no other process can reach, so they are as they were put.
type pile struct {
	entries spool.Spool

	mu    sync.Mutex
	spans map[Key]span
}

// A span is the place of an entry.
type span struct {
	at   int64
	size int
}

// put adds an entry.
func (p *pile) put(k Key, data []byte) {
	at := p.entries.Put(data)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.spans[k] = span{at, len(data)}
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
	return data, p.entries.Get(entry.at, data) == nil
}
