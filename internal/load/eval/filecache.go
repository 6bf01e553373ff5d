package eval

import (
	"sync"

	"cuelang.org/go/cue/ast"
)

// A FileCache caches parsed files for several readings of a worker. It is safe for concurrent
// use, because CUE reads the files of a package concurrently.
type FileCache struct {
	mu    sync.Mutex
	files map[string]*ast.File // by name
}

// NewFileCache returns an empty cache.
func NewFileCache() *FileCache { return &FileCache{files: make(map[string]*ast.File)} }

// parse returns the parsed file with the given name, calling parse if it is not in the cache.
func (p *FileCache) parse(name string, parse func() (*ast.File, error)) (*ast.File, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if f := p.files[name]; f != nil {
		return f, nil
	}
	f, err := parse()
	if err == nil {
		p.files[name] = f
	}
	return f, err
}
