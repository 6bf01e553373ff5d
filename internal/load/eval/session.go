// Package eval is the only package in which CUE reads and evaluates packages. A [Session]
// evaluates the packages of a workspace, as written or with [Repairs], which replace faults in
// memory so that CUE finds others.
package eval

import (
	"io/fs"
	"maps"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	cueload "cuelang.org/go/cue/load"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/source"
	"github.com/portspec/portspec/internal/workspace"
)

// A Package is a CUE package.
type Package struct {
	Instance *build.Instance
	Value    cue.Value
	Written  source.Index
	Kind     Kind // according to its syntax
	// By is what the package is judged by: a part of the schema, or the whole schema.
	By Means
	// Unwritten has the optional fields that this part leaves out, because no value of the
	// package has them.
	Unwritten map[string]bool
	// Unchecked means that the schema's checks are left out.
	Unchecked bool
	// ImportsFaults means that an imported package has faults, which show here as well.
	ImportsFaults bool
	tree          *Tree
	of            cue.Value // the value that tree was made from
}

// Tree returns the package as data; nil if it is not concrete.
func (p *Package) Tree() *Tree {
	if p.tree == nil || p.of != p.Value {
		p.tree, p.of = TreeOf(p.Value, p.Unwritten), p.Value
	}
	return p.tree
}

// Forget releases CUE's value of the package, and the data read from it.
func (p *Package) Forget() { p.Value, p.tree, p.of = cue.Value{}, nil, cue.Value{} }

// IsSite reports whether the package contains a site.
func (p *Package) IsSite() bool {
	return p.Written.At("site") != nil
}

// A Session reads and evaluates packages of a workspace in one CUE context. It must not be used
// by several goroutines.
type Session struct {
	Files  fs.FS
	Schema string  // folder of the schema, as returned by [SchemaDir]
	Fields Sources // contents of YAML and JSON files
	Parsed *Parsed // files that are already parsed; may be nil
	// Syntax returns the parsed schema, or nil. The function is nil if CUE parses the
	// schema.
	Syntax func() *Syntax
	// Repairs has the repairs of all packages.
	Repairs Repairs
	// Evaluated is called for each evaluation, possibly by several goroutines; may be nil.
	Evaluated func(dir string, by Means)
	Context   *cue.Context
	Written   map[string]source.Index // by import path
	places    map[diag.Position]source.Place
}

// NewSession returns a session without repairs.
func NewSession() *Session {
	return &Session{Context: NewContext(), Written: make(map[string]source.Index), Repairs: make(Repairs)}
}

// Fork returns a session with a context of its own that reads the same files with the same
// repairs.
func (s *Session) Fork() *Session {
	return &Session{
		Files: s.Files, Schema: s.Schema, Fields: s.Fields, Parsed: s.Parsed, Syntax: s.Syntax, Evaluated: s.Evaluated,
		Context: NewContext(), Written: make(map[string]source.Index), Repairs: maps.Clone(s.Repairs),
	}
}

// Renew gives the session a new context, because a context keeps everything that it has
// evaluated.
func (s *Session) Renew() { s.Context = NewContext() }

// Release releases what is needed only for evaluation.
func (s *Session) Release() { s.Context, s.Parsed, s.Written, s.places = nil, nil, nil, nil }

// Open returns a package whose files CUE has read. It is not evaluated yet, and will be judged
// by the whole schema.
func (s *Session) Open(inst *build.Instance) *Package {
	p := &Package{Instance: inst, Written: s.Index(inst), By: ByWhole}
	for _, f := range inst.Files {
		p.Kind = max(p.Kind, KindOf(f))
	}
	return p
}

// Evaluate evaluates a package.
func (s *Session) Evaluate(p *Package) {
	p.Value = s.Build(s.Context, p.Instance, p.By)
}

// Means is what a package is judged by.
type Means string

// Means of judging.
const (
	ByPart     Means = "part"     // a part of the schema
	ByWhole    Means = "whole"    // the whole schema
	ByRepaired Means = "repaired" // with repairs, or without the schema's checks
)

// Build evaluates a package.
func (s *Session) Build(ctx *cue.Context, inst *build.Instance, by Means) cue.Value {
	if s.Evaluated != nil {
		s.Evaluated(FolderOf(inst), by)
	}
	return ctx.BuildInstance(inst)
}

// Reading returns a reading of the files as written.
func (s *Session) Reading() Reading {
	r := Reading{Files: s.Files, Schema: s.Schema, sites: s.Fields, parsed: s.Parsed}
	if s.Syntax != nil {
		r.syntax = s.Syntax()
	}
	return r
}

// Rebuild starts to evaluate a package again, concurrently, with the current repairs and, if
// unchecked, without the schema's checks. The returned function waits for the result.
func (s *Session) Rebuild(p *Package, unchecked bool) func() (*Package, error) {
	r := s.Reading()
	r.Repairs, r.Unchecked = maps.Clone(s.Repairs), unchecked
	dir := "./" + FolderOf(p.Instance)
	type built struct {
		instance *build.Instance
		value    cue.Value
	}
	wait := parallel.Go(func() (b built) {
		b.instance = cueload.Instances(Arguments([]string{dir}), r.Config())[0]
		if b.instance.Err == nil {
			b.value = s.Build(NewContext(), b.instance, ByRepaired)
		}
		return b
	})
	return func() (*Package, error) {
		b := wait()
		if b.instance.Err != nil {
			return nil, b.instance.Err
		}
		again := *p
		again.Instance, again.Value = b.instance, b.value
		return &again, nil
	}
}

// Repaired reports whether the files of a package or of its imports have repairs.
func (s *Session) Repaired(inst *build.Instance) bool {
	files := make(map[string]bool)
	var add func(*build.Instance)
	add = func(inst *build.Instance) {
		if inst == nil {
			return
		}
		for _, f := range inst.Files {
			files[strings.TrimPrefix(f.Filename, "/")] = true
		}
		for _, imported := range inst.Imports {
			add(imported)
		}
	}
	add(inst)
	for at := range s.Repairs {
		if files[at.File] {
			return true
		}
	}
	return false
}

// Index returns the index of a package, and adds those of its imports to s.Written, except for
// the schema's, which is never needed.
func (s *Session) Index(inst *build.Instance) source.Index {
	if idx, ok := s.Written[inst.ImportPath]; ok {
		return idx
	}
	idx := source.NewIndex()
	s.Written[inst.ImportPath] = idx
	for _, f := range inst.Files {
		idx.AddFile(f)
		if fields := s.Fields[strings.TrimPrefix(f.Filename, "/")]; fields != nil {
			idx.EndAt(fields.Ends)
		}
	}
	for _, imported := range inst.Imports {
		if !IsSchema(imported.ImportPath) {
			s.Index(imported)
		}
	}
	return idx
}

// Places returns all places where authors wrote a field or a value, by their starts.
func (s *Session) Places() map[diag.Position]source.Place {
	if s.places == nil {
		s.places = make(map[diag.Position]source.Place)
		for path, idx := range s.Written {
			if IsSchema(path) {
				continue
			}
			for w := range idx.All() {
				s.places[source.Start(w.Label)] = source.Place{At: w.Label, Label: w.Label}
				s.places[w.Value] = w
			}
		}
	}
	return s.places
}

// Line returns the text at a position, or "" if it is not on a single line.
func (s *Session) Line(at diag.Position) string {
	data, err := fs.ReadFile(s.Files, at.File)
	if err != nil {
		return ""
	}
	return source.Text(data, at)
}

// IsSchema reports whether an import path is that of the schema.
func IsSchema(importPath string) bool {
	return strings.HasPrefix(importPath, workspace.ModulePath+"/schema")
}
