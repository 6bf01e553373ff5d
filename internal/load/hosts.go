package load

import (
	"runtime"
	"slices"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/token"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/parallel"
)

// The schema judges each host of a site by itself: what hosts do to each other is
// internal/resolve's to say. So the hosts of a large site are judged on all
// cores, a part of them on each, where nothing in the site refers to one. What
// is not accepted so is judged as it is written.

// fewHosts is how many a part has at least; a test lets it be one.
var fewHosts = 500

// inParts evaluates a site in parts and reads the hosts of all but the first; nil
// where that cannot be done, or there is something against one.
func (l *loading) inParts(p *pkg) (first cue.Value, rest [][]*model.Host) {
	if p.nowhere == nil {
		return cue.Value{}, nil
	}
	instances := splitHosts(p.instance, runtime.GOMAXPROCS(0))
	if instances == nil {
		return cue.Value{}, nil
	}
	fine := make([]bool, len(instances))
	rest = make([][]*model.Host, len(instances))
	parallel.Do(len(instances), func(i int) {
		ctx := l.ctx
		if i > 0 {
			ctx = cuecontext.New()
		}
		v := l.evaluation(ctx, instances[i], byPart)
		if fine[i] = v.Validate(cue.Concrete(true), cue.All()) == nil; !fine[i] {
			return
		}
		if i == 0 {
			first = v
		} else {
			rest[i] = list(p.read(v.LookupPath(cue.ParsePath("site.hosts"))), host)
		}
	})
	if slices.Contains(fine, false) {
		return cue.Value{}, nil
	}
	return first, rest[1:]
}

// splitHosts makes packages of a site that have a part of its hosts each; nil
// where there are few, or the site is more than plain values.
func splitHosts(inst *build.Instance, parts int) []*build.Instance {
	if inst.Complete() != nil || inst.ResolutionErr != nil {
		return nil
	}
	var hosts *ast.Field
	for _, f := range inst.Files {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.Package, *ast.ImportDecl, *ast.CommentGroup:
			case *ast.Field:
				found, plain := hostsOf(inst, d)
				if !plain || found != nil && hosts != nil {
					return nil
				}
				if found != nil {
					hosts = found
				}
			default:
				return nil
			}
		}
	}
	if hosts == nil {
		return nil
	}
	all := hosts.Value.(*ast.StructLit).Elts
	parts = min(parts, len(all)/fewHosts)
	if parts < 2 {
		return nil
	}
	var instances []*build.Instance
	for part := range slices.Chunk(all, (len(all)+parts-1)/parts) {
		copied := *inst
		copied.Files = slices.Clone(inst.Files)
		for i, f := range inst.Files {
			copied.Files[i] = withHosts(f, hosts, part)
		}
		instances = append(instances, &copied)
	}
	return instances
}

// hostsOf is the field of a site's hosts in a field at the top of its package,
// nil where it has none, and whether all of it is plain.
func hostsOf(inst *build.Instance, d *ast.Field) (hosts *ast.Field, plain bool) {
	label, ok := d.Label.(*ast.Ident)
	if !ok || label.Name != "site" || d.Constraint != token.ILLEGAL || d.Alias != nil {
		return nil, false
	}
	elts := bodyOf(inst, d.Value, "#Site")
	if body, ok := d.Value.(*ast.StructLit); ok {
		elts = body.Elts
	}
	if elts == nil {
		return nil, false
	}
	for _, d := range elts {
		f, ok := d.(*ast.Field)
		if !ok || f.Constraint != token.ILLEGAL || f.Alias != nil {
			return nil, false
		}
		switch name, _, err := ast.LabelName(f.Label); {
		case err != nil:
			return nil, false
		case name == "catalog": // whose package is judged by itself
		case name != "hosts":
			plain := isPlainValue(f.Value)
			if !plain {
				return nil, false
			}
		case hosts != nil || !isPlainValue(f.Value) || !differ(f.Value):
			return nil, false
		default:
			hosts = f
		}
	}
	return hosts, true
}

// differ reports whether a value is a struct no two of whose fields have one
// name.
func differ(value ast.Expr) bool {
	body, ok := value.(*ast.StructLit)
	if !ok {
		return false
	}
	seen := make(map[string]bool)
	for _, d := range body.Elts {
		name, _, _ := ast.LabelName(d.(*ast.Field).Label)
		if seen[name] {
			return false
		}
		seen[name] = true
	}
	return true
}

// isPlainValue reports whether an expression is data: it refers to nothing, and
// nothing can refer to it.
func isPlainValue(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return true
	case *ast.ListLit:
		return !slices.ContainsFunc(e.Elts, func(e ast.Expr) bool { return !isPlainValue(e) })
	case *ast.StructLit:
		return !slices.ContainsFunc(e.Elts, func(d ast.Decl) bool {
			f, ok := d.(*ast.Field)
			if !ok || f.Constraint != token.ILLEGAL || f.Alias != nil {
				return true
			}
			_, _, err := ast.LabelName(f.Label)
			return err != nil || !isPlainValue(f.Value)
		})
	}
	return false
}

// withHosts is a file with some of the hosts in the place of all.
func withHosts(file *ast.File, hosts *ast.Field, some []ast.Decl) *ast.File {
	for i, d := range file.Decls {
		site, ok := d.(*ast.Field)
		if !ok {
			continue
		}
		body, isStruct := site.Value.(*ast.StructLit)
		both, _ := site.Value.(*ast.BinaryExpr)
		if both != nil {
			body = both.Y.(*ast.StructLit)
		}
		at := -1
		if isStruct || both != nil {
			at = slices.IndexFunc(body.Elts, func(d ast.Decl) bool { return d == ast.Decl(hosts) })
		}
		if at < 0 {
			continue
		}
		field, fields, copied, f := *hosts, *body, *site, *file
		field.Value = &ast.StructLit{Elts: some}
		fields.Elts = slices.Clone(body.Elts)
		fields.Elts[at] = &field
		copied.Value = &fields
		if both != nil {
			b := *both
			b.Y = &fields
			copied.Value = &b
		}
		f.Decls = slices.Clone(file.Decls)
		f.Decls[i] = &copied
		return &f
	}
	return file
}
