package lintgo

import (
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/modfile"
)

// A goModule is the Go module that an analysed file is in.
type goModule struct {
	dir      string
	path     string
	requires []require
	vendored bool

	packages func() []*Package // those that portspec generated, read on first use
}

// A require is a module that go.mod requires.
type require struct {
	path string
	dir  string // where its files are; "" if that is not known
}

var modules sync.Map // of folders to *goModule

// moduleOf returns the module of a folder; nil outside of one.
func moduleOf(dir string) *goModule {
	for {
		if m, ok := modules.Load(dir); ok {
			return m.(*goModule)
		}
		if data, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil {
			m := newModule(dir, data)
			modules.Store(dir, m)
			return m
		}
		up := filepath.Dir(dir)
		if up == dir {
			return nil
		}
		dir = up
	}
}

func newModule(dir string, data []byte) *goModule {
	m := &goModule{dir: dir, path: modfile.ModulePath(data)}
	f, err := modfile.Parse("go.mod", data, nil)
	if err != nil { // from another version of Go: read without replacements
		f, err = modfile.ParseLax("go.mod", data, nil)
	}
	if err == nil {
		for _, r := range f.Require {
			m.requires = append(m.requires, require{r.Mod.Path, dirOf(dir, f, r.Mod)})
		}
	}
	_, err = os.Stat(filepath.Join(dir, "vendor", "modules.txt"))
	m.vendored = err == nil
	m.packages = sync.OnceValue(func() []*Package { return scan(m.dir, m.path) })
	return m
}

// scan finds the packages below a module's folder that portspec generated.
// Folders that are not part of the module, vendor and testdata are left out.
func scan(root, module string) []*Package {
	found := make(map[string]map[string][]byte)
	_ = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch base := filepath.Base(name); {
		case err != nil:
			if d != nil && d.IsDir() {
				return fs.SkipDir // what cannot be read cannot be imported
			}
			return nil
		case d.IsDir() && name != root:
			if base == "vendor" || base == "testdata" || base == "node_modules" || base[0] == '.' || base[0] == '_' {
				return fs.SkipDir
			}
			if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil {
				return fs.SkipDir
			}
		case d.Type().IsRegular() && strings.HasSuffix(base, ".go") && !strings.HasSuffix(base, "_test.go"):
			if data := generated(name); data != nil {
				dir := filepath.Dir(name)
				if found[dir] == nil {
					found[dir] = make(map[string][]byte)
				}
				found[dir][base] = data
			}
		}
		return nil
	})
	var all []*Package
	for _, dir := range slices.Sorted(maps.Keys(found)) {
		rel, err := filepath.Rel(root, dir)
		if err != nil {
			continue
		}
		if p := Read(path.Join(module, filepath.ToSlash(rel)), found[dir]); p != nil {
			all = append(all, p)
		}
	}
	return all
}

// generated returns the content of a file that portspec generated; nil for others, of which
// only the beginning is read.
func generated(name string) []byte {
	f, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	start, _ := io.ReadAll(io.LimitReader(f, 1024))
	if !generatedByPortspec(start) {
		return nil
	}
	rest, err := io.ReadAll(f)
	if err != nil {
		return nil
	}
	return append(start, rest...)
}

// has reports whether packages of the module can import a package: it belongs to the module
// itself or to one that go.mod requires, and is not internal to others.
func (m *goModule) has(from, importPath string) bool {
	if importPath == "" {
		return false
	}
	if at := strings.LastIndex("/"+importPath+"/", "/internal/"); at >= 0 {
		parent := strings.TrimSuffix(importPath[:at], "/")
		if from != parent && !strings.HasPrefix(from, parent+"/") {
			return false
		}
	}
	within := func(p string) bool { return importPath == p || strings.HasPrefix(importPath, p+"/") }
	if within(m.path) {
		return true
	}
	if m.vendored {
		_, err := os.Stat(filepath.Join(m.dir, "vendor", filepath.FromSlash(importPath)))
		return err == nil
	}
	return slices.ContainsFunc(m.requires, func(r require) bool { return within(r.path) })
}
