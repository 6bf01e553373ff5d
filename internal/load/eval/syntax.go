package eval

import (
	"io/fs"
	"iter"
	"path"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"

	"github.com/portspec/portspec/internal/parallel"
)

// A Syntax contains the parsed files of a schema, without [resolutionFile]. They are not
// changed: CUE gets copies. It is safe for concurrent use.
type Syntax struct {
	names []string
	files []*ast.File
}

// ReadSyntax parses the schema in a folder, in a version of CUE's language. Files that are
// already parsed are taken from parsed, which may be nil. It returns nil if files have syntax
// errors, attributes, or imports other than CUE's own packages: CUE has to read these itself.
func ReadSyntax(files fs.FS, dir, version string, parsed *Parsed) *Syntax {
	entries, err := fs.ReadDir(files, path.Clean(dir))
	if err != nil {
		return nil
	}
	s := new(Syntax)
	for _, e := range entries {
		if path.Ext(e.Name()) == ".cue" && e.Name() != resolutionFile {
			s.names = append(s.names, path.Join(dir, e.Name()))
		}
	}
	s.files = make([]*ast.File, len(s.names))
	parallel.Do(len(s.names), func(i int) {
		cfg := parser.NewConfig(parser.Version(version))
		if s.files[i] = parsed.take(s.names[i], cfg); s.files[i] != nil {
			return
		}
		data, err := fs.ReadFile(files, s.names[i])
		if err != nil {
			return
		}
		if f, err := parser.ParseFile("/"+s.names[i], data, cfg); err == nil {
			s.files[i] = f
		}
	})
	for _, f := range s.files {
		if f == nil || !isPlain(f) {
			return nil
		}
	}
	return s
}

// isPlain reports whether a file has no attributes of its own, and imports only CUE's own
// packages.
func isPlain(f *ast.File) bool {
	for _, d := range f.Decls {
		if _, ok := d.(*ast.Attribute); ok {
			return false
		}
	}
	for spec := range f.ImportSpecs() {
		if p, err := strconv.Unquote(spec.Path.Value); err != nil || strings.Contains(p, ".") {
			return false
		}
	}
	return true
}

// Files iterates over the files, which must not be changed.
func (s *Syntax) Files() iter.Seq[*ast.File] {
	return func(yield func(*ast.File) bool) {
		for _, f := range s.files {
			if !yield(f) {
				return
			}
		}
	}
}

// file returns the file of a name; nil if there is none in that language version.
func (s *Syntax) file(name, version string) *ast.File {
	if s == nil {
		return nil
	}
	for i, f := range s.files {
		if s.names[i] == strings.TrimPrefix(name, "/") && f.LanguageVersion == version {
			return f
		}
	}
	return nil
}
