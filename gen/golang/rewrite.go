package golang

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/pattern"
)

// A rewriting adds a prefix to the names of a finished package, and a type to its constants of
// ports. It works on the type-checked syntax of the files, so that the rest of the generator
// need not know about these options.
type rewriting struct {
	typ   string
	names map[string]string // new names of declarations
	info  types.Info
	pkg   *types.Package
	edits []edit
	base  token.Pos // start of the file
}

// An edit replaces bytes of a file by a text.
type edit struct {
	from, to int
	text     string
}

// rewrite rewrites the files of a package. It fails if they are not valid Go.
func rewrite(files []gen.File, prefix, typ string) ([]gen.File, error) {
	r := &rewriting{
		typ: typ, names: make(map[string]string),
		info: types.Info{Defs: make(map[*ast.Ident]types.Object), Uses: make(map[*ast.Ident]types.Object)},
	}
	set := token.NewFileSet()
	parsed := make([]*ast.File, len(files))
	var err error
	for i, f := range files {
		if parsed[i], err = parser.ParseFile(set, f.Path, f.Data, parser.ParseComments|parser.SkipObjectResolution); err != nil {
			return files, err
		}
	}
	if r.pkg, err = new(types.Config).Check("", set, parsed, &r.info); err != nil {
		return files, err
	}
	if prefix != "" {
		for _, name := range r.pkg.Scope().Names() {
			r.names[name] = prefixed(prefix, name, r.pkg.Scope())
		}
	}
	done := make([]gen.File, len(files))
	for i, f := range files {
		data, err := r.file(f.Data, parsed[i])
		if err != nil {
			return files, err
		}
		done[i] = gen.File{Path: f.Path, Data: data}
	}
	return done, nil
}

// prefixed adds the prefix to a name: IGELFlows for Flows, and igelFlows for flows. If the prefix
// begins in lower case, the two are kept different.
func prefixed(prefix, name string, declares *types.Scope) string {
	if ast.IsExported(name) {
		return prefix + name
	}
	_, size := utf8.DecodeRuneInString(name)
	upper := strings.ToUpper(name[:size]) + name[size:]
	if lower := strings.ToLower(prefix); lower != prefix || declares.Lookup(upper) == nil {
		return lower + upper
	}
	return prefix + upper + "Table"
}

// file rewrites a file.
func (r *rewriting) file(data []byte, file *ast.File) ([]byte, error) {
	r.base, r.edits = file.FileStart, nil
	for _, d := range file.Decls {
		r.declaration(d)
	}
	if len(r.names) > 0 {
		r.rename(file)
	}
	slices.SortFunc(r.edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var b bytes.Buffer
	at := 0
	for _, e := range r.edits {
		b.Write(data[at:e.from])
		b.WriteString(e.text)
		at = e.to
	}
	b.Write(data[at:])
	return format.Source(b.Bytes())
}

func (r *rewriting) put(from, to token.Pos, text string) {
	r.edits = append(r.edits, edit{int(from - r.base), int(to - r.base), text})
}

// declaration adds the type to numeric constants, to functions that list ports, and to the ranges
// of a package without tables.
//
//	UMSServerWebPort uint16 = 8443
func (r *rewriting) declaration(d ast.Decl) {
	if r.typ == "" {
		return
	}
	switch d := d.(type) {
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			v, ok := spec.(*ast.ValueSpec)
			if ok && d.Tok == token.CONST && v.Type == nil && len(v.Values) == 1 && !isText(v.Values[0]) {
				r.put(v.Names[0].End(), v.Names[0].End(), " "+r.typ)
			}
		}
	case *ast.FuncDecl:
		if d.Recv != nil || d.Type.Params.NumFields() > 0 || d.Type.Results.NumFields() != 1 {
			return
		}
		ast.Inspect(d, func(n ast.Node) bool {
			if list, ok := n.(*ast.ArrayType); ok {
				if of, ok := list.Elt.(*ast.Ident); ok && of.Name == "int" {
					r.put(of.Pos(), of.End(), r.typ)
				}
			}
			return true
		})
	}
}

func isText(e ast.Expr) bool {
	lit, ok := e.(*ast.BasicLit)
	return ok && lit.Kind == token.STRING
}

// rename renames declarations wherever a file refers to them: in code, and in comments that begin
// with the name or link to it.
func (r *rewriting) rename(file *ast.File) {
	about := make(map[*ast.CommentGroup]*ast.Ident) // subjects of doc comments
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			if len(n.Specs) == 1 && !n.Lparen.IsValid() {
				switch spec := n.Specs[0].(type) {
				case *ast.TypeSpec:
					about[n.Doc] = spec.Name
				case *ast.ValueSpec:
					about[n.Doc] = spec.Names[0]
				}
			} else if v, ok := n.Specs[0].(*ast.ValueSpec); ok && n.Tok == token.CONST {
				about[n.Doc] = v.Names[0] // of a feature and its choices
			}
		case *ast.ValueSpec:
			about[n.Doc] = n.Names[0]
		case *ast.FuncDecl:
			about[n.Doc] = n.Name
		case *ast.Ident:
			if name, ours := r.names[n.Name]; ours && r.declares(n) {
				r.put(n.Pos(), n.End(), name)
			}
		}
		return true
	})
	for _, group := range file.Comments {
		for i, c := range group.List {
			if text := r.comment(c.Text, i == 0, about[group]); text != c.Text {
				r.put(c.Pos(), c.End(), text)
			}
		}
	}
}

// declares reports whether an identifier refers to a declaration of the package, or to a field
// embedded from such a type.
func (r *rewriting) declares(id *ast.Ident) bool {
	object := r.info.Uses[id]
	if object == nil {
		object = r.info.Defs[id]
	}
	if field, ok := object.(*types.Var); ok && field.Embedded() {
		return true
	}
	return object != nil && object.Parent() == r.pkg.Scope()
}

var (
	docLinks  = pattern.New(`\[([A-Za-z0-9_]+)[\].]`)
	firstWord = pattern.New(`^// (?:An? )?([A-Za-z0-9_]+) `)
	// Names in examples; fields of f are not names of the package.
	examples = pattern.New(`(?:\bf\.)?\b([A-Z][A-Za-z0-9_]*)[(),]`)
)

// comment returns a line of a comment with the new names.
func (r *rewriting) comment(line string, first bool, about *ast.Ident) string {
	patterns := []*regexp.Regexp{docLinks()}
	if m := firstWord().FindStringSubmatch(line); first && about != nil && m != nil && m[1] == about.Name {
		patterns = append(patterns, firstWord())
	}
	if strings.HasPrefix(line, "//\t") {
		patterns = append(patterns, examples())
	}
	for _, p := range patterns {
		line = p.ReplaceAllStringFunc(line, func(match string) string {
			old := p.FindStringSubmatch(match)[1]
			if name, ours := r.names[old]; ours && !strings.HasPrefix(match, "f.") {
				return strings.Replace(match, old, name, 1)
			}
			return match
		})
	}
	return line
}
