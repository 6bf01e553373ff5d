package load

import (
	"fmt"
	"io/fs"
	"strings"

	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/mod/modfile"
	"golang.org/x/mod/semver"

	"github.com/portspec/portspec/internal/diag"
)

// servedVersion is the version of the module in the binary.
const servedVersion = "v0.1.0"

// readModule reads the module file of a workspace. What its author got wrong is
// findings; the error says that there is no such file.
func readModule(workspace fs.FS) (*modfile.File, diag.List, error) {
	data, err := fs.ReadFile(workspace, moduleName)
	if err != nil {
		return nil, nil, err
	}
	// The version is looked at first, as one of another major version makes
	// the whole file invalid.
	if f, ok := unknownVersion(data); ok {
		return nil, diag.List{f}, nil
	}
	file, err := modfile.Parse(data, moduleName)
	if err != nil {
		return nil, moduleErrors(err), nil
	}
	return file, nil, nil
}

// moduleErrors is the findings of what CUE has against a module file.
func moduleErrors(err error) diag.List {
	var found diag.List
	for _, e := range errors.Errors(err) {
		f := diag.Finding{
			Code: codeModule, Severity: diag.Error, Position: diag.Position{File: moduleName},
			Message: e.Error(),
			Hint:    `a module file names the module and its language: module: "example.com/specs@v0", language: version: "v0.17.0"`,
		}
		for _, pos := range append(errors.Positions(e), e.Position()) {
			if at := tokenPosition(pos); at.File == moduleName && !(f.Position.Line > 0) {
				f.Position = at
			}
		}
		found = append(found, f)
	}
	return found.Sort()
}

// unknownVersion is the finding of a dependency on a version of portspec's
// module that the binary cannot serve: one that came later.
func unknownVersion(data []byte) (diag.Finding, bool) {
	f, err := parser.ParseFile(moduleName, data)
	if err != nil {
		return diag.Finding{}, false
	}
	idx := make(index)
	idx.addFile(f)
	for _, dep := range idx.keysOf("deps", modulePath) {
		places, exact := idx.at([]string{"deps", dep, "v"})
		if !exact || !places[0].leaf {
			continue
		}
		at := places[0].at
		version := strings.Trim(lineText(data, at), `"`)
		if dep == modulePath+"@v0" && semver.IsValid(version) && semver.Compare(version, servedVersion) <= 0 {
			continue
		}
		return diag.Finding{
			Code: codeVersion, Severity: diag.Error, Position: at, Path: "deps." + dep + ".v",
			Message: fmt.Sprintf("this portspec does not know %s %s; it has %s", dep, version, servedVersion),
			Hint:    "depend on " + servedVersion + " of " + modulePath + "@v0, or use a newer portspec",
		}, true
	}
	return diag.Finding{}, false
}

// keysOf lists the fields under a path that name a module, whichever its major
// version.
func (idx index) keysOf(path, module string) []string {
	var all []string
	for p := range idx {
		key, below := strings.CutPrefix(p, path+"/"+module)
		if major, _, _ := strings.Cut(key, "/"); below && (major == "" || strings.HasPrefix(major, "@")) {
			all = append(all, module+major)
		}
	}
	return all
}

// lineText is what stands at a position of a file.
func lineText(data []byte, at diag.Position) string {
	lines := strings.Split(string(data), "\n")
	if at.Line < 1 || at.Line > len(lines) || at.EndLine > 0 || at.EndColumn == 0 || at.EndColumn-1 > len(lines[at.Line-1]) {
		return ""
	}
	return lines[at.Line-1][at.Column-1 : at.EndColumn-1]
}
