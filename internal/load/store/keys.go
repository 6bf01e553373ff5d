package store

import (
	"path"
	"slices"
	"strings"

	"cuelang.org/go/mod/modfile"

	"github.com/portspec/portspec/internal/cache"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/workspace"
)

// Keys computes the cache keys of packages. A key depends on this program, the module, the
// files of the package (including those of the same package in parent folders, as in CUE), and
// the keys of its imports.
type Keys struct {
	files  *workspace.Snapshot
	module string             // module path
	common []byte             // part of every key
	own    map[string][]keyed // files of each folder
	made   map[string]cache.Key
	making map[string]bool
}

// keyed is what keys depend on in a file.
type keyed struct {
	sum   cache.Key
	pkg   string   // package name
	needs []string // imported folders; "" for unknown imports
}

// NewKeys returns the keys of the packages of a workspace; nil if nothing can be cached.
func NewKeys(files *workspace.Snapshot) *Keys {
	tool := cache.Tool()
	m, err := modfile.ParseNonStrict(files.Source(workspace.ModuleFile), workspace.ModuleFile)
	if tool == nil || err != nil {
		return nil
	}
	k := &Keys{
		files: files, own: make(map[string][]keyed), made: make(map[string]cache.Key), making: make(map[string]bool),
	}
	k.module, _, _ = strings.Cut(m.Module, "@")
	var names []string
	common := [][]byte{tool}
	for _, name := range files.Names() {
		if !k.foreign(name) {
			names = append(names, name)
			continue
		}
		data := files.Source(name)
		// Packages of this module that other modules import would have to be part of every key.
		if path.Dir(name) != "cue.mod" && len(k.read(name).needs) > 0 {
			return nil
		}
		common = append(common, []byte(name), data)
	}
	for _, link := range files.Links() {
		common = append(common, []byte(link[0]), []byte(link[1]))
	}
	sum := cache.KeyOf(common...)
	k.common = sum[:]

	read := make([]keyed, len(names))
	parallel.Do(len(names), func(i int) { read[i] = k.read(names[i]) })
	for i, name := range names {
		k.own[path.Dir(name)] = append(k.own[path.Dir(name)], read[i])
	}
	unsound, _ := files.Unsound()
	for _, f := range unsound {
		name := f.Position.File
		if k.foreign(name) {
			return nil
		}
		k.own[path.Dir(name)] = append(k.own[path.Dir(name)], keyed{needs: []string{""}}) // its imports are not known
	}
	return k
}

// foreign reports whether a file belongs to another module or determines which modules are used.
func (k *Keys) foreign(name string) bool {
	return strings.HasPrefix(name, "cue.mod/") || slices.ContainsFunc(k.files.Replaced, func(dir string) bool {
		return dir == "." || strings.HasPrefix(name, dir+"/")
	})
}

// read returns what keys depend on in a file.
func (k *Keys) read(name string) keyed {
	h := k.files.Header(name)
	if h.Broken {
		return keyed{needs: []string{""}}
	}
	return keyed{cache.KeyOf([]byte(name), k.files.Source(name)), h.Package, k.folders(h.Imports)}
}

// folders lists the imported folders of the workspace.
func (k *Keys) folders(imports []string) []string {
	var all []string
	for _, p := range imports {
		switch {
		case p == k.module:
			all = append(all, ".")
		case strings.HasPrefix(p, k.module+"/"):
			all = append(all, strings.TrimPrefix(p, k.module+"/"))
		}
	}
	return all
}

// of returns the key of the package in a folder, and false if it has none and must not be
// cached.
func (k *Keys) of(dir string) (cache.Key, bool) {
	if k == nil {
		return cache.Key{}, false
	}
	dir = path.Clean(dir)
	if key, ok := k.made[dir]; ok {
		return key, true
	}
	if _, ok := k.own[k.files.Folder(dir)]; !ok || k.making[dir] { // missing, or part of an import cycle
		return cache.Key{}, false
	}
	k.making[dir] = true
	defer delete(k.making, dir)
	parts := [][]byte{k.common, []byte(dir)}
	var needs []string
	packages := make(map[string]bool)
	for _, f := range k.own[k.files.Folder(dir)] {
		packages[f.pkg] = true
	}
	for at := dir; ; at = path.Dir(at) {
		for _, f := range k.own[k.files.Folder(at)] {
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

// served returns the key of a package that the binary provides in a folder of the workspace, and
// false if it must not be cached. It depends on all files outside the workspace's own module,
// which are the only ones that such a package imports.
func (k *Keys) served(dir string) (cache.Key, bool) {
	if k == nil {
		return cache.Key{}, false
	}
	return cache.KeyOf(k.common, []byte("served"), []byte(dir)), true
}
