package partial

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/portspec/portspec/internal/load/eval"
)

// Schemas are what one worker has read for all packages: imported packages as parsed, and
// the parts of the schema that it made for packages. CUE notes in a file what names refer to,
// so they are not for two workers.
type Schemas struct {
	// Files are what readings share.
	Files   *eval.FileCache
	defines *survey
	parts   map[string][]*ast.File // by what makes them differ
	// Unchecked is the same of the schema without the checks that are run on data;
	// nil in itself.
	Unchecked *Schemas
}

// NewSchemas are those of a worker that has read nothing yet.
func NewSchemas() *Schemas {
	m := emptySchemas()
	m.Unchecked = emptySchemas()
	return m
}

func emptySchemas() *Schemas {
	return &Schemas{Files: eval.NewFileCache(), parts: make(map[string][]*ast.File)}
}

// part is the files of a schema without what is not needed.
func (m *Schemas) part(s specialization, files func() []*ast.File) []*ast.File {
	key := s.key()
	if part := m.parts[key]; part != nil {
		return part
	}
	part := files()
	for _, f := range part {
		f.Decls = s.pruneDecls(f.Decls)
		ast.Walk(f, s.apply, nil)
		for dropUnused(f) {
		}
	}
	s.dropUnreferenced(part)
	if m.Unchecked == nil {
		dropHidden(part)
	}
	s.trustKnown(part)
	m.parts[key] = part
	return part
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
	fmt.Fprint(&b, slices.Sorted(maps.Keys(s.used)))
	return b.String()
}
