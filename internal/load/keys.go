package load

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/mod/modfile"

	"github.com/portspec/portspec/internal/cache"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/workspace"
)

// keys makes the key of each package under which what was found in it is kept:
// of this program, the module, the package's own files and those of its name in
// folders above, which CUE counts among them, and the keys of all that it imports.
type keys struct {
	files  *workspace.Snapshot
	module string             // its path
	common []byte             // what every key depends on
	own    map[string][]keyed // the files of each folder
	made   map[string]cache.Key
	making map[string]bool
}

// keyed is what of a file matters for keys.
type keyed struct {
	sum   cache.Key
	pkg   string   // its package
	needs []string // the folders that it imports; "" for what is unknown
}

// newKeys reads what keys are made of; nil where nothing can be kept.
func newKeys(files *workspace.Snapshot) *keys {
	tool := cache.Tool()
	module, err := fs.ReadFile(files, workspace.ModuleFile)
	if tool == nil || err != nil {
		return nil
	}
	m, err := modfile.ParseNonStrict(module, workspace.ModuleFile)
	if err != nil {
		return nil
	}
	k := &keys{
		files: files, own: make(map[string][]keyed), made: make(map[string]cache.Key), making: make(map[string]bool),
	}
	k.module, _, _ = strings.Cut(m.Module, "@")
	local, _ := fs.ReadFile(files, workspace.LocalFile)
	common := [][]byte{tool, module, local}
	// What others' packages are below cue.mod.
	for _, dir := range []string{"cue.mod/gen", "cue.mod/pkg", "cue.mod/usr"} {
		err := fs.WalkDir(files, dir, func(name string, d fs.DirEntry, err error) error {
			switch {
			case name == workspace.CopiedTo, errors.Is(err, fs.ErrNotExist) && name == dir:
				return fs.SkipDir
			case err != nil || d.IsDir():
				return err
			}
			data, err := fs.ReadFile(files, name)
			common = append(common, []byte(name), data)
			return err
		})
		if err != nil {
			return nil
		}
	}
	sum := cache.KeyOf(common...)
	k.common = sum[:]

	names := slices.Collect(maps.Keys(files.Sources))
	slices.Sort(names)
	read := make([]keyed, len(names))
	parallel.Do(len(names), func(i int) { read[i] = k.read(names[i], files.Sources[names[i]]) })
	for i, name := range names {
		k.own[path.Dir(name)] = append(k.own[path.Dir(name)], read[i])
	}
	for _, name := range files.Unread {
		k.own[path.Dir(name)] = append(k.own[path.Dir(name)], keyed{needs: []string{""}}) // nobody knows what it says
	}
	return k
}

// read reads what of a file matters for keys.
func (k *keys) read(name string, data []byte) keyed {
	f, err := parser.ParseFile(name, data, parser.ImportsOnly)
	if err != nil {
		return keyed{needs: []string{""}}
	}
	return keyed{cache.KeyOf([]byte(name), data), f.PackageName(), k.imports(f)}
}

// imports lists the folders of the workspace that a file imports; "" for one
// that is not known.
func (k *keys) imports(f *ast.File) []string {
	var all []string
	for spec := range f.ImportSpecs() {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return []string{""}
		}
		p, _, _ = strings.Cut(p, ":")
		switch {
		case p == k.module:
			all = append(all, ".")
		case strings.HasPrefix(p, k.module+"/"):
			all = append(all, strings.TrimPrefix(p, k.module+"/"))
		}
	}
	return all
}

// of is the key of the package in a folder; false where it has none, and nothing
// of it is to be kept.
func (k *keys) of(dir string) (cache.Key, bool) {
	if k == nil {
		return cache.Key{}, false
	}
	dir = path.Clean(dir)
	if key, ok := k.made[dir]; ok {
		return key, true
	}
	if _, ok := k.own[dir]; !ok || k.making[dir] { // not there, or importing itself
		return cache.Key{}, false
	}
	k.making[dir] = true
	defer delete(k.making, dir)
	parts := [][]byte{k.common, []byte(dir)}
	var needs []string
	packages := make(map[string]bool)
	for _, f := range k.own[dir] {
		packages[f.pkg] = true
	}
	for at := dir; ; at = path.Dir(at) {
		for _, f := range k.own[at] {
			if packages[f.pkg] {
				parts = append(parts, f.sum[:])
				needs = append(needs, f.needs...)
			}
		}
		if at == "." {
			break
		}
	}
	slices.Sort(needs)
	for _, need := range slices.Compact(needs) {
		key, ok := k.of(need)
		if need == "" || !ok {
			return cache.Key{}, false
		}
		parts = append(parts, key[:])
	}
	k.made[dir] = cache.KeyOf(parts...)
	return k.made[dir], true
}
