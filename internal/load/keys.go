package load

import (
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/parser"
	"cuelang.org/go/mod/modfile"

	"github.com/portspec/portspec/internal/cache"
)

// keys makes the key of each package under which what was found in it is kept:
// of this program, the module, the package's own files and those above it, which
// CUE counts among them, and the keys of all that it imports.
type keys struct {
	files  *snapshot
	module string // its path
	common []byte // what every key depends on
	own    map[string]cache.Key
	needs  map[string][]string // the folders that a package imports, "" for what is unknown
	made   map[string]cache.Key
	making map[string]bool
}

// newKeys reads what keys are made of; nil where nothing can be kept.
func newKeys(files *snapshot) *keys {
	tool := cache.Tool()
	module, err := fs.ReadFile(files, moduleName)
	if tool == nil || err != nil {
		return nil
	}
	m, err := modfile.ParseNonStrict(module, moduleName)
	if err != nil {
		return nil
	}
	k := &keys{
		files: files, own: make(map[string]cache.Key), needs: make(map[string][]string),
		made: make(map[string]cache.Key), making: make(map[string]bool),
	}
	k.module, _, _ = strings.Cut(m.Module, "@")
	local, _ := fs.ReadFile(files, localName)
	common := [][]byte{tool, module, local}
	// What others' packages are below cue.mod.
	for _, dir := range []string{"cue.mod/gen", "cue.mod/pkg", "cue.mod/usr"} {
		err := fs.WalkDir(files, dir, func(name string, d fs.DirEntry, err error) error {
			switch {
			case name == CopiedTo, errors.Is(err, fs.ErrNotExist) && name == dir:
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

	dirs := make(map[string][]string)
	for name := range files.sources {
		dirs[path.Dir(name)] = append(dirs[path.Dir(name)], name)
	}
	for _, name := range files.unread {
		dirs[path.Dir(name)] = append(dirs[path.Dir(name)], name)
	}
	names := slices.Sorted(maps.Keys(dirs))
	own := make([]cache.Key, len(names))
	needs := make([][]string, len(names))
	inParallel(len(names), func(i int) {
		var parts [][]byte
		for _, name := range slices.Sorted(slices.Values(dirs[names[i]])) {
			data, ok := files.sources[name]
			if !ok {
				needs[i] = append(needs[i], "") // nobody knows what it says
			}
			parts = append(parts, []byte(name), data)
			needs[i] = append(needs[i], k.imports(name, data)...)
		}
		own[i] = cache.KeyOf(parts...)
	})
	for i, name := range names {
		k.own[name], k.needs[name] = own[i], needs[i]
	}
	return k
}

// imports lists the folders of the workspace that a file imports; "" for one
// that is not known to be there.
func (k *keys) imports(name string, data []byte) []string {
	f, err := parser.ParseFile(name, data, parser.ImportsOnly)
	if err != nil {
		return []string{""}
	}
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
	for at := dir; ; at = path.Dir(at) {
		if own, ok := k.own[at]; ok {
			parts = append(parts, own[:])
			needs = append(needs, k.needs[at]...)
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
