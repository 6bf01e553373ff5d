package eval

import (
	"sync"

	"cuelang.org/go/cue/ast"
)

// A FileCache keeps files as parsed, for several readings of one worker. CUE reads
// the files of a package side by side.
type FileCache struct {
	mu    sync.Mutex
	files map[string]*ast.File // by name
}

// NewFileCache is one that keeps no file yet.
func NewFileCache() *FileCache { return &FileCache{files: make(map[string]*ast.File)} }

// parse is the parsed file of a name, if that was kept.
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

// Forget lets go of all files, as somebody changes them.
func (p *FileCache) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.files)
}
