package load

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"testing/fstest"
	"unicode/utf8"

	"cuelang.org/go/cue/ast"
	cueerrors "cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
	cuejson "cuelang.org/go/encoding/json"
	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/source"
)

// A SiteFile is where a site is: the folder of a package, or a file in YAML or
// JSON.
type SiteFile struct {
	// Name is the folder or the file relative to the workspace, as positions are to
	// name it.
	Name string
	Data []byte // nil for a folder
}

// MaxSiteFile is how large a site in YAML or JSON may be, in bytes: some twenty
// times one of 10,000 hosts.
const MaxSiteFile = 32 << 20

// Codes of what is wrong with a site's file.
const (
	codeSiteSyntax = "PS1009"
	codeSiteYAML   = "PS1010"
)

// siteDir is where CUE finds the site of a file: a package that is not there.
const siteDir = "site.portspec"

// A siteSource is a site's file as CUE's syntax.
type siteSource struct {
	// decls makes the fields anew for every reading, as the mends change what
	// they mend.
	decls func() []ast.Decl
	mu    sync.Mutex // for decls
	start token.Pos  // of the file
	// prelude is the package that the fields go into; "" for that of a site.
	prelude string
	// ends says where values end whose text is not that of CUE.
	ends map[diag.Position]int
}

// A kind is what a file says, as its findings name it.
type kind struct {
	noun   string // with its article
	fields string // that it begins with
	start  string // how to get one to start from
}

var (
	ofSite   = kind{"a site", "site: and hosts:", "portspec init site writes one"}
	ofConfig = kind{"a configuration", "version: and generate:", "portspec init writes one with the specs that it makes"}
)

// readSite reads a site's file.
func readSite(file SiteFile) (*siteSource, diag.List) { return readFields(file, ofSite) }

// readFields reads a file of fields in YAML or JSON.
func readFields(file SiteFile, of kind) (*siteSource, diag.List) {
	if !utf8.Valid(file.Data) {
		return nil, diag.List{{
			Code: codeEncoding, Severity: diag.Error, Position: invalid(file.Name, file.Data),
			Message: "this is not UTF-8", Hint: "convert the file",
		}}
	}
	data := bytes.TrimPrefix(file.Data, []byte("\xef\xbb\xbf"))
	if strings.EqualFold(path.Ext(file.Name), ".json") {
		return readJSON(file.Name, data, of)
	}
	var docs []*yaml.Node
	for d := yaml.NewDecoder(bytes.NewReader(data)); ; {
		var doc yaml.Node
		err := d.Decode(&doc)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, diag.List{yamlError(file.Name, data, err)}
		}
		docs = append(docs, &doc)
	}
	y := newYAMLReading(file.Name, data, of)
	switch {
	case len(docs) == 0 || len(docs[0].Content) == 0 || docs[0].Content[0].Kind == yaml.ScalarNode && docs[0].Content[0].Tag == "!!null":
		y.report(codeSiteSyntax, &yaml.Node{Line: 1, Column: 1}, "the file is empty", of.noun+" begins with "+of.fields+"; "+of.start)
	case len(docs) > 1:
		y.report(codeSiteYAML, docs[1], "a second document begins here", "a file holds "+strings.Replace(of.noun, "a ", "one ", 1)+"; take the --- out")
	case docs[0].Content[0].Kind != yaml.MappingNode:
		y.report(codeSiteSyntax, docs[0].Content[0], "this is no mapping", of.noun+" begins with fields such as "+of.fields)
	default:
		fields := func() []ast.Decl { return y.expr(docs[0].Content[0]).(*ast.StructLit).Elts }
		if fields(); len(y.found) == 0 {
			return &siteSource{decls: fields, start: y.file.Pos(0, token.NoRelPos), ends: maps.Clone(y.ends)}, nil
		}
	}
	return nil, y.found
}

// readJSON reads a file in JSON, which is CUE.
func readJSON(name string, data []byte, of kind) (*siteSource, diag.List) {
	expr, err := cuejson.Extract(name, data)
	if err != nil {
		f := diag.Finding{
			Code: codeSiteSyntax, Severity: diag.Error, Position: diag.Position{File: name, Line: 1, Column: 1},
			Message: "this is not JSON", Hint: "mend the JSON syntax here",
		}
		if at := source.At(cueerrors.Errors(err)[0].Position()); at.IsValid() {
			f.Position = at
		}
		return nil, diag.List{f}
	}
	s, ok := expr.(*ast.StructLit)
	if !ok {
		return nil, diag.List{{
			Code: codeSiteSyntax, Severity: diag.Error, Position: diag.Position{File: name, Line: 1, Column: 1},
			Message: "this is no object", Hint: of.noun + " begins with fields such as " + strings.ReplaceAll(of.fields, ":", ""),
		}}
	}
	var found diag.List
	ast.Walk(s, func(n ast.Node) bool {
		if s, ok := n.(*ast.StructLit); ok {
			first := make(map[string]diag.Position)
			for _, d := range s.Elts {
				if field, ok := d.(*ast.Field); ok {
					key, _, _ := ast.LabelName(field.Label)
					at := source.Span(field.Label)
					if before, twice := first[key]; twice {
						found = append(found, duplicate(key, at, before))
					}
					first[key] = at
				}
			}
		}
		return true
	}, nil)
	again := func() []ast.Decl {
		expr, _ := cuejson.Extract(name, data)
		return expr.(*ast.StructLit).Elts
	}
	return &siteSource{decls: again, start: s.Lbrace}, found
}

func duplicate(key string, at, first diag.Position) diag.Finding {
	return diag.Finding{
		Code: codeSiteYAML, Severity: diag.Error, Position: at,
		Message: fmt.Sprintf("%s stands here a second time", key),
		Related: []diag.Related{{Position: first, Message: "the first is here"}},
		Hint:    "say it once",
	}
}

// file is the package of the site for CUE.
func (s *siteSource) file(name string) *ast.File {
	f, err := parser.ParseFile(name, cmp.Or(s.prelude, sitePrelude))
	if err != nil {
		panic(err) // it is a constant
	}
	site := f.Decls[len(f.Decls)-1].(*ast.Field)
	body := site.Value.(*ast.BinaryExpr).Y.(*ast.StructLit)
	s.mu.Lock()
	defer s.mu.Unlock()
	body.Elts = append(body.Elts, s.decls()...)
	return f
}

// siteSources are the sites of files, by the file that CUE reads in their place.
type siteSources map[string]*siteSource

// parse is CUE's parser, which finds the sites of files where they are not.
func (s siteSources) parse(name string, src any, cfg parser.Config) (*ast.File, error) {
	if source := s[strings.TrimPrefix(name, "/")]; source != nil {
		return source.file(name), nil
	}
	return parser.ParseFile(name, src, cfg)
}

// place puts the field that holds a file's fields at the beginning of the file,
// where what is missing is missed. Until the file is mended it is nowhere: the
// first field of the file may begin there too.
func (s siteSources) place(name string, f *ast.File) {
	if source := s[strings.TrimPrefix(name, "/")]; source != nil {
		ast.SetPos(f.Decls[len(f.Decls)-1].(*ast.Field).Label, source.start)
	}
}

const sitePrelude = `package site

import "github.com/portspec/portspec/schema"

site: schema.#Site & {
	catalog: {}
}
`

// withSites is a workspace with the files of sites: as packages for CUE, and
// under their own names for showing their lines.
func withSites(files fs.FS, sites []SiteFile) fs.FS {
	if !slices.ContainsFunc(sites, func(s SiteFile) bool { return s.Data != nil }) {
		return files
	}
	extra := make(fstest.MapFS)
	for i, s := range sites {
		if s.Data == nil {
			continue
		}
		extra[sitePackage(i)+"/site.cue"] = &fstest.MapFile{Data: []byte(sitePrelude), Mode: 0o444}
		if !fs.ValidPath(s.Name) {
			continue
		}
		extra[s.Name] = &fstest.MapFile{Data: s.Data, Mode: 0o444}
	}
	return siteFS{files, extra, sites}
}

func sitePackage(i int) string { return fmt.Sprintf("%s/%d", siteDir, i) }

// siteFS is a file system with other files over it.
type siteFS struct {
	fs.FS
	over  fstest.MapFS
	sites []SiteFile
}

// Open implements [fs.FS].
func (o siteFS) Open(name string) (fs.File, error) {
	if name == siteDir || strings.HasPrefix(name, siteDir+"/") {
		return o.over.Open(name)
	}
	if _, ok := o.over[name]; ok {
		return o.over.Open(name)
	}
	for _, s := range o.sites { // outside of the workspace: no path of a file system
		if s.Name == name {
			return fstest.MapFS{"site": {Data: s.Data, Mode: 0o444}}.Open("site")
		}
	}
	return o.FS.Open(name)
}

// Stat implements [fs.StatFS].
func (o siteFS) Stat(name string) (fs.FileInfo, error) {
	if name == siteDir || strings.HasPrefix(name, siteDir+"/") {
		return o.over.Stat(name)
	}
	return fs.Stat(o.FS, name)
}
