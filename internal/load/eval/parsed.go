package eval

import (
	"strings"
	"sync"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
)

// Parsed are files that were parsed before CUE asks for them. Each is handed out once, as
// CUE and repairs change it.
type Parsed struct {
	mu    sync.Mutex
	files map[string]*ast.File // by name
}

// Add adds a file that was parsed under the name that CUE has for it, which begins with a
// slash. It does nothing with a nil Parsed.
func (p *Parsed) Add(f *ast.File) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.files == nil {
		p.files = make(map[string]*ast.File)
	}
	p.files[strings.TrimPrefix(f.Filename, "/")] = f
}

// take is the file of a name, as parsed in the current version of CUE; nil for none, and
// where no more than the package clause is to be seen. A file of which only the imports are
// asked for stays.
func (p *Parsed) take(name string, cfg parser.Config) *ast.File {
	if p == nil || cfg.Mode&parser.PackageClauseOnly != 0 || cfg.Version != parser.NewConfig().Version {
		return nil
	}
	name = strings.TrimPrefix(name, "/")
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.files[name]
	if cfg.Mode&parser.ImportsOnly == 0 {
		delete(p.files, name)
	}
	return f
}
