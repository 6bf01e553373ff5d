package output

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/portspec/portspec/gen"
)

// A goPart is a set of Go files that are part of a package in a folder with other files.
type goPart struct {
	dir   string // relative to the output folder
	file  string // path of the only file; "" for all that are added directly to the folder
	files []gen.File
	// constrained means that a build constraint excludes the files from some builds, so that their
	// declarations may be repeated elsewhere.
	constrained bool
}

// partOf returns the part that a file belongs to; nil for none.
func (o *Output) partOf(name string) *goPart {
	i := slices.IndexFunc(o.packages, func(p *goPart) bool { return p.file == name })
	if i < 0 {
		i = slices.IndexFunc(o.packages, func(p *goPart) bool { return p.file == "" && p.dir == path.Dir(name) })
	}
	if i < 0 {
		return nil
	}
	return o.packages[i]
}

// OnlyPackage declares that the output folder is that of a package, with sites below it.
func (o *Output) OnlyPackage(tags string) {
	o.pkg = true
	o.packages = append(o.packages, &goPart{dir: ".", constrained: tags != ""})
}

// OnlyFile declares that only one file is going to be added, which is part of the package in
// the output folder.
func (o *Output) OnlyFile(name, tags string) {
	o.single = true
	o.packages = append(o.packages, &goPart{dir: ".", file: name, constrained: tags != ""})
}

// compiles returns an error if the compiler would reject the parts together with the other
// files in their folders, because of duplicate declarations or different packages.
func (o *Output) compiles() error {
	going := make(map[string]bool)   // files that will be deleted or replaced
	changes := make(map[string]bool) // folders in which something changes
	for _, f := range o.files {
		going[f.path] = f.made || f.what == Surplus
		changes[f.dir] = changes[f.dir] || f.made && f.what != 0
	}
	var before []*goPart
	for _, part := range o.packages {
		if part.constrained || !changes[part.dir] {
			continue
		}
		made := part.declared()
		var beside []goFileNames
		for _, other := range before {
			if other.dir == part.dir {
				beside = append(beside, other.declared()...)
			}
		}
		others, err := o.root.goFiles(part.dir)
		if err != nil {
			return err
		}
		for _, f := range others {
			if going[path.Join(part.dir, f.Path)] || !builds(f) {
				continue
			}
			names := namesOf(path.Join(part.dir, f.Path), f.Data)
			names.ours = gen.Sealed(f.Path, f.Data)
			beside = append(beside, names)
		}
		for _, f := range made {
			for _, other := range beside {
				if err := f.clash(other); err != nil {
					return err
				}
			}
		}
		before = append(before, part)
	}
	return nil
}

func (p *goPart) declared() []goFileNames {
	slices.SortFunc(p.files, func(a, b gen.File) int { return strings.Compare(a.Path, b.Path) })
	all := make([]goFileNames, len(p.files))
	for i, f := range p.files {
		all[i] = namesOf(f.Path, f.Data)
	}
	return all
}

// goFileNames has the names that a Go file declares in its package, and those of its
// imports.
type goFileNames struct {
	file     string
	ours     bool   // an earlier run wrote it as a single file
	pkg      string // "" if the file does not parse, or belongs to an external test package
	declared map[string]int
	imports  map[string]int // line of each
}

func namesOf(name string, data []byte) goFileNames {
	n := goFileNames{file: name, declared: make(map[string]int), imports: make(map[string]int)}
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, name, data, parser.SkipObjectResolution)
	if err != nil || strings.HasSuffix(name, "_test.go") && strings.HasSuffix(f.Name.Name, "_test") || f.Name.Name == "documentation" {
		return n
	}
	n.pkg = f.Name.Name
	declare := func(id *ast.Ident) {
		if id.Name != "_" && id.Name != "init" {
			n.declared[id.Name] = set.Position(id.Pos()).Line
		}
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				declare(d.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					declare(spec.Name)
				case *ast.ValueSpec:
					for _, id := range spec.Names {
						declare(id)
					}
				case *ast.ImportSpec:
					name, _ := strconv.Unquote(spec.Path.Value)
					if name = path.Base(name); spec.Name != nil {
						name = spec.Name.Name
					}
					n.imports[name] = set.Position(spec.Pos()).Line
				}
			}
		}
	}
	return n
}

// mostClashes limits how many clashing names are listed.
const mostClashes = 3

// clash returns why the compiler would reject the two files in one folder.
func (n goFileNames) clash(other goFileNames) error {
	if n.pkg == "" || other.pkg == "" {
		return nil
	}
	if n.pkg != other.pkg {
		return fmt.Errorf("%s would be in package %s, but %s next to it is in package %s; use that package, or another folder", n.file, n.pkg, other.file, other.pkg)
	}
	var twice []string
	for _, name := range slices.Sorted(maps.Keys(n.declared)) {
		line, clashes := other.declared[name]
		if !clashes {
			line, clashes = other.imports[name]
		}
		if clashes {
			twice = append(twice, fmt.Sprintf("%s (line %d)", name, line))
		}
	}
	if len(twice) == 0 {
		return nil
	}
	more := ""
	if n := len(twice) - mostClashes; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	wayOut := "use a prefix to avoid this"
	if other.ours {
		wayOut = "portspec wrote that file: delete it if this one replaces it; otherwise use a prefix"
	}
	return fmt.Errorf("%s would declare names that %s already declares: %s%s; %s",
		n.file, other.file, strings.Join(twice[:min(len(twice), mostClashes)], ", "), more, wayOut)
}
