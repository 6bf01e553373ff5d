package load

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"github.com/portspec/portspec/internal/load/eval"
)

// schemas is what one worker has read for all packages: files of the schema and
// of imported packages as parsed, and the parts of the schema that it made for
// packages. CUE notes in a file what names refer to, so they are not for two
// workers.
type schemas struct {
	files *eval.FileCache
	parts map[string][]*ast.File // by what makes them differ
	// unchecked is the same of the schema without its checks.
	unchecked *schemas
}

func newSchemas() *schemas {
	m := emptySchemas()
	m.unchecked = emptySchemas()
	return m
}

func emptySchemas() *schemas {
	return &schemas{files: eval.NewFileCache(), parts: make(map[string][]*ast.File)}
}

// part is the files of a schema without what is not needed.
func (m *schemas) part(s specialization, files []*ast.File) []*ast.File {
	key := s.key()
	if part := m.parts[key]; part != nil {
		return part
	}
	m.files.Forget() // they are changed now
	for _, f := range files {
		f.Decls = s.pruneDecls(f.Decls)
		ast.Walk(f, s.apply, nil)
		for dropUnused(f) {
		}
		eval.DropUnusedImports(f)
	}
	s.shorten(files)
	m.parts[key] = files
	return files
}

// key tells specializations apart that leave different parts of a schema.
func (s specialization) key() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(s.optional)) {
		fmt.Fprint(&b, name, s.writes(name), s.knownOf(name), " ")
	}
	for _, name := range slices.Sorted(maps.Keys(s.regular)) {
		fmt.Fprint(&b, name, s.writes(name), " ")
	}
	return b.String()
}
