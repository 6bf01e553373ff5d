package eval

import (
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"

	"github.com/portspec/portspec/internal/source"
)

// Sources has the fields of YAML and JSON files, by the CUE file that is read instead.
type Sources map[string]*source.Fields

// parse is CUE's parser, except that it returns the fields of these files.
func (s Sources) parse(name string, src any, cfg parser.Config) (*ast.File, error) {
	if fields := s[strings.TrimPrefix(name, "/")]; fields != nil {
		return fields.File(name), nil
	}
	return parser.ParseFile(name, src, cfg)
}

// place sets the position of the field that contains a file's fields to the start of the file,
// where missing fields are reported. Before repairs are applied it has no position, because the
// first field of the file may start there, too.
func (s Sources) place(name string, f *ast.File) {
	if fields := s[strings.TrimPrefix(name, "/")]; fields != nil {
		ast.SetPos(f.Decls[len(f.Decls)-1].(*ast.Field).Label, fields.Start)
	}
}
