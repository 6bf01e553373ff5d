package load

import (
	"bytes"
	"cmp"
	"path"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"github.com/portspec/portspec/internal/workspace"
)

// ID returns the id of the site in a file in YAML or JSON; "" if there is none.
func (f SiteFile) ID() string {
	s, found := readSite(f)
	if s == nil || len(found) > 0 {
		return ""
	}
	return textAt(s.Decls(), "site")
}

// SiteFolders returns the folders of the CUE packages of a workspace that are sites, by id. The
// ids are read off the syntax, without evaluating anything: an id that is not written as a
// plain string is not found.
func SiteFolders(files *workspace.Snapshot) map[string]string {
	all := make(map[string]string)
	for _, name := range files.Names() {
		data := files.Source(name)
		if !bytes.Contains(data, []byte("site")) {
			continue
		}
		f, err := parser.ParseFile(name, data)
		if err != nil {
			continue
		}
		if id := textAt(f.Decls, "site", "site"); id != "" {
			all[id] = path.Dir(name)
		}
	}
	return all
}

// textAt returns the plain text that is written at a path; "" if there is none.
func textAt(decls []ast.Decl, at ...string) string {
	for _, d := range decls {
		switch d := d.(type) {
		case *ast.Field:
			if name, _, err := ast.LabelName(d.Label); err == nil && name == at[0] {
				if text := textIn(d.Value, at[1:]); text != "" {
					return text
				}
			}
		case *ast.EmbedDecl:
			if text := textIn(d.Expr, at); text != "" {
				return text
			}
		}
	}
	return ""
}

func textIn(e ast.Expr, at []string) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := literal.Unquote(e.Value); err == nil && e.Kind == token.STRING && len(at) == 0 {
			return text
		}
	case *ast.StructLit:
		if len(at) > 0 {
			return textAt(e.Elts, at...)
		}
	case *ast.BinaryExpr:
		return cmp.Or(textIn(e.X, at), textIn(e.Y, at))
	case *ast.ParenExpr:
		return textIn(e.X, at)
	}
	return ""
}
