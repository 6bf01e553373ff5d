package load

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing/fstest"

	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"
	"golang.org/x/mod/semver"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/schema"
	"github.com/portspec/portspec/specs"
)

// modulePath is the CUE module that schema and specs belong to.
const modulePath = "github.com/portspec/portspec"

// moduleFile is that module's cue.mod/module.cue, which Go cannot embed from
// here; a test holds the two together.
const moduleFile = `module: "github.com/portspec/portspec@v0"
language: version: "v0.17.0"
source: kind: "git"
`

// FindRoot is the nearest folder at or above dir that has a cue.mod, or "".
func FindRoot(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for {
		info, err := os.Stat(filepath.Join(dir, "cue.mod"))
		if err == nil && info.IsDir() {
			return dir, nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", nil
		}
		dir = up
	}
}

// openWorkspace is the files of a workspace as CUE is to see them, or what is
// wrong with its module file.
func openWorkspace(root string) (fs.FS, diag.List, error) {
	files, found, err := openWorkspaceOf(os.DirFS(root))
	if err != nil {
		return nil, nil, fmt.Errorf("%s is no workspace: %w; portspec init makes one", root, err)
	}
	return files, found, nil
}

// openWorkspaceOf is the same for files wherever they are.
func openWorkspaceOf(files fs.FS) (fs.FS, diag.List, error) {
	served, found, err := serve(files)
	if err != nil || served == nil {
		return files, found, err
	}
	return layered{files, served}, nil, nil
}

const (
	moduleName = "cue.mod/module.cue"
	// localName holds what is true of a module's dependencies on this machine
	// only.
	localName = "cue.mod/local-module.cue"
	// CopiedTo is where portspec init puts a copy of the module for plain cue.
	CopiedTo = "cue.mod/pkg/" + modulePath
)

// serve is the files through which a workspace sees the module in the binary:
// the module under its own path, and module files in which it is a dependency
// that is replaced by that folder. There are none for a workspace that is the
// module itself.
func serve(workspace fs.FS) (fstest.MapFS, diag.List, error) {
	base, found, err := readModule(workspace)
	if err != nil || len(found) > 0 {
		return nil, found, err
	}
	if base.QualifiedModule() == modulePath+"@v0" {
		return nil, nil, nil
	}
	// Replacements came with this version of the language.
	const replacing = "v0.17.0"
	if base.Language == nil || semver.Compare(base.Language.Version, replacing) < 0 {
		base.Language = &modfile.Language{Version: replacing}
	}
	local := base
	if data, err := fs.ReadFile(workspace, localName); err == nil {
		if local, err = modfile.ParseLocal(data, localName, base); err != nil {
			return nil, nil, err
		}
	}
	deps := map[string]*modfile.Dep{
		modulePath + "@v0": {Version: servedVersion, Default: true, ReplaceWith: "./" + modulePath},
	}
	for name, dep := range local.Deps {
		if base, _, _ := strings.Cut(name, "@"); base != modulePath {
			deps[name] = dep
		}
	}
	delete(base.Deps, modulePath+"@v0")
	local = &modfile.File{Module: base.Module, Language: base.Language, Deps: deps}

	served := make(fstest.MapFS)
	data, err := modfile.Format(base)
	if err != nil {
		return nil, nil, err
	}
	served[moduleName] = &fstest.MapFile{Data: data, Mode: 0o444}
	if data, err = modfile.FormatLocal(local, base); err != nil {
		return nil, nil, err
	}
	served[localName] = &fstest.MapFile{Data: data, Mode: 0o444}
	served[path.Join(modulePath, moduleName)] = bundle()[moduleName]
	for name, f := range offered() {
		served[path.Join(modulePath, name)] = f
	}
	return served, nil, nil
}

// Copies is the schema and the shared services as files of a workspace, where
// plain cue and editors find them without a registry, and the JSON Schemas of
// files in YAML beside them.
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

// offered is what other workspaces import of the bundle.
func offered() fstest.MapFS {
	files := make(fstest.MapFS)
	for name, f := range bundle() {
		if strings.HasPrefix(name, "schema/") || strings.HasPrefix(name, "specs/") {
			files[name] = f
		}
	}
	return files
}

// IsOwn reports whether a module path is that of portspec itself.
func IsOwn(module string) bool {
	base, _, _ := strings.Cut(module, "@")
	return base == modulePath
}

// IsOwnWorkspace reports whether a folder is the root of portspec's own
// repository.
func IsOwnWorkspace(root string) (bool, error) {
	data, err := os.ReadFile(filepath.Join(root, moduleName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	m, err := modfile.ParseNonStrict(data, moduleName)
	if err != nil {
		return false, err
	}
	return IsOwn(m.Module), nil
}

// Served reports whether a file of a workspace, as positions name it, comes out
// of the binary.
func Served(file string) bool { return strings.HasPrefix(file, modulePath+"/") }

// layered is a workspace with the files that the binary serves over it.
type layered struct {
	workspace fs.FS
	served    fstest.MapFS
}

// Open implements [fs.FS].
func (l layered) Open(name string) (fs.File, error) {
	files, err := l.layer("open", name)
	if err != nil {
		return nil, err
	}
	return files.Open(name)
}

// Stat implements [fs.StatFS]: to open a pipe would wait for its writer.
func (l layered) Stat(name string) (fs.FileInfo, error) {
	files, err := l.layer("stat", name)
	if err != nil {
		return nil, err
	}
	return fs.Stat(files, name)
}

// layer is where a file comes from.
func (l layered) layer(op, name string) (fs.FS, error) {
	if name == moduleName || name == localName || name == modulePath || Served(name) {
		return l.served, nil
	}
	// A copy that plain cue and editors read must not be found as well.
	if name == CopiedTo || strings.HasPrefix(name, CopiedTo+"/") {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return l.workspace, nil
}

// LeavesOut reports whether a folder of a workspace, by its path there, holds no
// specs whatever is in it: one whose name starts with a dot or an underscore,
// and cue.mod, as with cue itself, and what tools and tests put beside specs.
func LeavesOut(dir string) bool {
	base := path.Base(dir)
	return dir != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")) ||
		base == "cue.mod" || base == "node_modules" || base == "testdata"
}

// bundle is the module that the binary carries, as a workspace.
var bundle = sync.OnceValue(func() fstest.MapFS {
	all := fstest.MapFS{moduleName: {Data: []byte(moduleFile), Mode: 0o444}}
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
			panic(err) // the embedded files are in memory
		}
	}
	return all
})

// offline is a module registry that knows no module, so that an import never
// reaches the network.
type offline struct{}

// ModFile implements modconfig.Registry.
func (offline) ModFile(_ context.Context, m module.Version) (*modfile.File, error) {
	return nil, notServed(m)
}

// Fetch implements modconfig.Registry.
func (offline) Fetch(_ context.Context, m module.Version) (module.SourceLoc, error) {
	return module.SourceLoc{}, notServed(m)
}

// ModuleVersions implements modconfig.Registry.
func (offline) ModuleVersions(context.Context, string) ([]string, error) { return nil, nil }

func notServed(m module.Version) error {
	return fmt.Errorf("module %s is not here, and portspec fetches nothing: copy its packages into cue.mod/pkg/%s", m.BasePath(), m.BasePath())
}
