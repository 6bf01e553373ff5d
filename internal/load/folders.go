package load

import (
	"io/fs"
	"maps"
	"slices"
	"strings"

	"cuelang.org/go/mod/modfile"

	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/load/scan"
	"github.com/portspec/portspec/internal/workspace"
)

// folders is what is known about the folders of packages before these are judged.
type folders struct {
	files    fs.FS
	language string // version of CUE's language in the workspace
	outlines map[string]scan.Outline
}

// A stage is a set of packages that do not import each other.
type stage struct {
	dirs  []string
	sites bool // it or a later stage contains a site
	last  bool // the packages unify others, and are judged only if those have no faults
}

// stages orders folders by the imports of their packages: first those that import nothing
// from the workspace, then those that import only these, and so on; catalogues and sites
// come last.
func (f *folders) stages(dirs []string) []stage {
	imports := make(map[string][]string)
	deepest := eval.PlainKind
	prefix := ""
	if data, err := fs.ReadFile(f.files, workspace.ModuleFile); err == nil {
		if m, err := modfile.ParseNonStrict(data, workspace.ModuleFile); err == nil {
			prefix, _, _ = strings.Cut(m.Module, "@")
		}
	}
	for _, dir := range dirs {
		imports[dir] = nil
		for _, p := range f.outlines[dir].Imports {
			if rest, own := strings.CutPrefix(p, prefix+"/"); own {
				imports[dir] = append(imports[dir], "./"+rest)
			}
		}
		deepest = max(deepest, f.outlines[dir].Kind)
	}
	levels := make(map[string]int)
	var level func(dir string, seen int) int
	level = func(dir string, seen int) int {
		if n, known := levels[dir]; known || seen > len(dirs) { // a cycle, which is reported later
			return n
		}
		n := 0
		for _, imported := range imports[dir] {
			if _, own := imports[imported]; own {
				n = max(n, 1+level(imported, seen+1))
			}
		}
		levels[dir] = n
		return n
	}
	const above = 1 << 20 // longer than any chain of imports
	groups := make(map[int][]string)
	for _, dir := range dirs {
		n := level(dir, 0) + int(f.outlines[dir].Kind)*above
		groups[n] = append(groups[n], dir)
	}
	var all []stage
	for _, n := range slices.Sorted(maps.Keys(groups)) {
		all = append(all, stage{dirs: groups[n], last: n >= above})
	}
	if deepest == eval.SiteKind {
		for i := range all {
			all[i].sites = true
		}
	}
	return all
}

// unscanned returns the folders that are only outlined, see [scan.Plain].
func (f *folders) unscanned(dirs []string) []string {
	return slices.DeleteFunc(slices.Clone(dirs), func(dir string) bool { return !f.outlines[dir].Unscanned })
}

// anyBroken reports whether folders that were at first only outlined contain broken files. It
// parses them all, so it is called only if imports of a package fail.
func (f *folders) anyBroken() bool {
	_, broken := scan.Folders(f.files, f.unscanned(slices.Collect(maps.Keys(f.outlines))), f.language, nil)
	return len(broken) > 0
}
