package partial

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"

	"github.com/portspec/portspec/internal/load/eval"
)

// Schemas caches what one worker reads for all packages: parsed imports, and parts of the
// schema. It is not safe for concurrent use, because CUE resolves names in the files.
type Schemas struct {
	// Files caches files for all readings.
	Files   *eval.FileCache
	defines *survey
	parts   map[string][]*ast.File // by [specialization.key]
	// Unchecked has the schemas without the checks that are run on data; its own Unchecked
	// is nil.
	Unchecked *Schemas
}

// NewSchemas returns the empty cache of a worker.
func NewSchemas() *Schemas {
	m := emptySchemas()
	m.Unchecked = emptySchemas()
	return m
}

func emptySchemas() *Schemas {
	return &Schemas{Files: eval.NewFileCache(), parts: make(map[string][]*ast.File)}
}

// part returns the files of a schema without the parts that are not needed.
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

// key identifies the part of a schema that a specialization leaves.
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
