package workspace

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"testing/fstest"

	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"
	"golang.org/x/mod/semver"

	"github.com/portspec/portspec/schema"
	"github.com/portspec/portspec/specs"
)

// ModulePath is the path of the CUE module of schema and specs.
const ModulePath = "github.com/portspec/portspec"

// bundledModule is a copy of that module's cue.mod/module.cue, which Go cannot embed from
// here; a test compares the two.
const bundledModule = `module: "github.com/portspec/portspec@v0"
language: version: "` + language + `"
source: kind: "git"
`

// language is the version of CUE's language in which schema and specs are written.
const language = "v0.17.0"

const (
	ModuleFile = "cue.mod/module.cue"
	// LocalFile is the file for local replacements of a module's dependencies.
	LocalFile = "cue.mod/local-module.cue"
	// CopiedTo is where portspec init puts a copy of the module for cue and editors.
	CopiedTo = "cue.mod/pkg/" + ModulePath
)

// serve returns the files that make the module in the binary available to a workspace: the
// module itself in a folder named after its path, and module files that replace the
// dependency by that folder. It also returns the folders of other replaced modules, and the
// paths of modules that are not replaced.
func serve(base *modfile.File, localData []byte) (served fstest.MapFS, replaced, absent []string, err error) {
	// The language version that introduced replacements.
	const replacing = "v0.17.0"
	if base.Language == nil || semver.Compare(base.Language.Version, replacing) < 0 {
		base.Language = &modfile.Language{Version: replacing}
	}
	local := base
	if localData != nil {
		if local, err = modfile.ParseLocal(localData, LocalFile, base); err != nil {
			return nil, nil, nil, err
		}
	}
	deps := map[string]*modfile.Dep{
		ModulePath + "@v0": {Version: servedVersion, Default: true, ReplaceWith: "./" + ModulePath},
	}
	for name, dep := range local.Deps {
		module, _, _ := strings.Cut(name, "@")
		if module == ModulePath {
			continue
		}
		deps[name] = dep
		if dir := path.Clean(dep.ReplaceWith); strings.HasPrefix(dep.ReplaceWith, ".") && fs.ValidPath(dir) {
			replaced = append(replaced, dir)
		}
		if dep.ReplaceWith == "" {
			absent = append(absent, module)
		}
	}
	delete(base.Deps, ModulePath+"@v0")
	local = &modfile.File{Module: base.Module, Language: base.Language, Deps: deps}

	served = make(fstest.MapFS)
	data, err := modfile.Format(base)
	if err != nil {
		return nil, nil, nil, err
	}
	served[ModuleFile] = &fstest.MapFile{Data: data, Mode: 0o444}
	if data, err = modfile.FormatLocal(local, base); err != nil {
		return nil, nil, nil, err
	}
	served[LocalFile] = &fstest.MapFile{Data: data, Mode: 0o444}
	served[path.Join(ModulePath, ModuleFile)] = Bundle()[ModuleFile]
	for name, f := range offered() {
		served[path.Join(ModulePath, name)] = f
	}
	slices.Sort(absent)
	return served, replaced, absent, nil
}

// Copies returns the schema, the shared services and the JSON Schemas for YAML files, at
// the paths in a workspace where cue and editors find them without a registry.
func Copies() fstest.MapFS {
	copies := fstest.MapFS{
		path.Join(CopiedTo, "schema", "config.schema.json"): {Data: schema.ConfigJSON, Mode: 0o444},
		path.Join(CopiedTo, "schema", "site.schema.json"):   {Data: schema.SiteJSON, Mode: 0o444},
	}
	for name, f := range offered() {
		copies[path.Join(CopiedTo, name)] = f
	}
	return copies
}

// offered returns the files of the bundle that other workspaces import.
func offered() fstest.MapFS {
	files := make(fstest.MapFS)
	for name, f := range Bundle() {
		if strings.HasPrefix(name, "schema/") || strings.HasPrefix(name, "specs/") {
			files[name] = f
		}
	}
	return files
}

// Bundle returns the module in the binary as a workspace.
var Bundle = sync.OnceValue(func() fstest.MapFS {
	all := fstest.MapFS{ModuleFile: {Data: []byte(bundledModule), Mode: 0o444}}
	for dir, files := range map[string]fs.FS{"schema": schema.Files, "specs": specs.Files} {
		err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := fs.ReadFile(files, name)
			all[path.Join(dir, name)] = &fstest.MapFile{Data: data, Mode: 0o444}
			return err
		})
		if err != nil {
			panic(err) // reading embedded files cannot fail
		}
	}
	return all
})

// Offline is a module registry without modules, so that imports never use the network.
type Offline struct{}

// ModFile implements modconfig.Registry.
func (Offline) ModFile(_ context.Context, m module.Version) (*modfile.File, error) {
	return nil, notServed(m)
}

// Fetch implements modconfig.Registry.
func (Offline) Fetch(_ context.Context, m module.Version) (module.SourceLoc, error) {
	return module.SourceLoc{}, notServed(m)
}

// ModuleVersions implements modconfig.Registry.
func (Offline) ModuleVersions(context.Context, string) ([]string, error) { return nil, nil }

func notServed(m module.Version) error { return errors.New(NotServed(m.BasePath())) }

// NotServed is the message about a module that the workspace does not contain.
func NotServed(module string) string {
	return "module " + module + " is not in the workspace, and portspec downloads nothing"
}
