package eval

import (
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"

	"github.com/portspec/portspec/internal/source"
)

// Sources are the fields of files in YAML and JSON, by the file of CUE that is read
// in their place.
type Sources map[string]*source.Fields

// parse is CUE's parser, which finds the fields of files in their places.
func (s Sources) parse(name string, src any, cfg parser.Config) (*ast.File, error) {
	if fields := s[strings.TrimPrefix(name, "/")]; fields != nil {
		return fields.File(name), nil
	}
	return parser.ParseFile(name, src, cfg)
}

// place puts the field that holds a file's fields at the beginning of the file,
// where what is missing is missed. Until repairs are made it is nowhere: the
// first field of the file may begin there too.
func (s Sources) place(name string, f *ast.File) {
	if fields := s[strings.TrimPrefix(name, "/")]; fields != nil {
		ast.SetPos(f.Decls[len(f.Decls)-1].(*ast.Field).Label, fields.Start)
	}
}
