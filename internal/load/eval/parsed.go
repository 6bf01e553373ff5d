package eval

import (
	"strings"
	"sync"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
)

// Parsed contains files that were parsed before CUE asks for them. Each is handed out once,
// because CUE and repairs change it.
type Parsed struct {
	mu    sync.Mutex
	files map[string]*ast.File // by name
}

// Add adds a file that was parsed under the name that CUE uses for it, which begins with a
// slash. It does nothing if p is nil.
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

// File returns the file of a name that CUE has not asked for yet; nil if there is none.
func (p *Parsed) File(name string) *ast.File {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.files[name]
}

// take returns the file of a name; nil if there is none in that language version, or if only the
// package clause is requested. A file of which only the imports are requested is kept.
func (p *Parsed) take(name string, cfg parser.Config) *ast.File {
	if p == nil || cfg.Mode&parser.PackageClauseOnly != 0 {
		return nil
	}
	name = strings.TrimPrefix(name, "/")
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.files[name]
	if f == nil || f.LanguageVersion != cfg.Version {
		return nil
	}
	if cfg.Mode&parser.ImportsOnly == 0 {
		delete(p.files, name)
	}
	return f
}
