package lintgo

import (
	"go/build"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/tools/go/analysis"
)

var folders sync.Map // of folders outside of the module to their *Package

// imports returns those imports of a package that portspec generated, wherever they are.
func imports(pass *analysis.Pass) []*Package {
	var all []*Package
	for _, imported := range pass.Pkg.Imports() {
		if file := declaresPorts(pass, imported); filepath.IsAbs(file) {
			if p := readFolder(filepath.Dir(file), imported.Path()); p != nil {
				all = append(all, p)
			}
		}
	}
	return all
}

// declaresPorts returns the file that declares the first constant of a package that may be
// a port; "" if there is none. Few packages have one, so few folders are read.
func declaresPorts(pass *analysis.Pass, p *types.Package) string {
	for _, name := range p.Scope().Names() {
		if c, ok := p.Scope().Lookup(name).(*types.Const); ok && c.Exported() && hasAny(words(name), portWords) {
			return pass.Fset.PositionFor(c.Pos(), false).Filename
		}
	}
	return ""
}

// required returns the package with a path in a module that go.mod requires; nil if
// portspec did not generate it, or it is not on this computer.
func (m *goModule) required(path string) *Package {
	if m.vendored {
		return readFolder(filepath.Join(m.dir, "vendor", filepath.FromSlash(path)), path)
	}
	for _, r := range m.requires {
		if below, ok := strings.CutPrefix(path+"/", r.path+"/"); ok && r.dir != "" {
			if p := readFolder(filepath.Join(r.dir, filepath.FromSlash(below)), path); p != nil {
				return p
			}
		}
	}
	return nil
}

// readFolder reads the package in a folder; nil if portspec did not generate it.
func readFolder(dir, importPath string) *Package {
	if p, ok := folders.Load(dir); ok {
		return p.(*Package)
	}
	files := make(map[string][]byte)
	entries, _ := os.ReadDir(dir) // none if there is no folder
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			if data := generated(filepath.Join(dir, name)); data != nil {
				files[name] = data
			}
		}
	}
	p := Read(importPath, files)
	folders.Store(dir, p)
	return p
}

// dirOf returns the folder of a module that the go.mod in a folder requires: that of its
// replacement, or the one in the module cache.
func dirOf(dir string, f *modfile.File, m module.Version) string {
	for _, r := range f.Replace {
		if r.Old.Path == m.Path && (r.Old.Version == "" || r.Old.Version == m.Version) {
			if r.New.Version == "" {
				if filepath.IsAbs(r.New.Path) {
					return r.New.Path
				}
				return filepath.Join(dir, filepath.FromSlash(r.New.Path))
			}
			m = r.New
			break
		}
	}
	cache := os.Getenv("GOMODCACHE")
	if cache == "" {
		list := filepath.SplitList(build.Default.GOPATH)
		if len(list) == 0 {
			return ""
		}
		cache = filepath.Join(list[0], "pkg", "mod")
	}
	path, err1 := module.EscapePath(m.Path)
	version, err2 := module.EscapeVersion(m.Version)
	if err1 != nil || err2 != nil {
		return ""
	}
	return filepath.Join(cache, filepath.FromSlash(path)+"@"+version)
}
