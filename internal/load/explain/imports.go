package explain

import (
	"slices"
	"strings"

	"cuelang.org/go/cue/errors"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/source"
	"github.com/portspec/portspec/internal/workspace"
)

// copyHint tells how specs can use the contents of other modules.
const copyHint = "copy what you need from other modules to a folder of the workspace, and import it from there"

// Imports converts the errors of CUE's loader about a package without syntax errors to
// findings: imports that cannot be resolved, and import cycles. If files of the workspace are
// broken, imports of their packages fail as well, so it returns only imports of missing packages.
func Imports(err error, broken bool) diag.List {
	var found diag.List
	for _, e := range errors.Errors(err) {
		wrong := importErrorOf(e)
		if broken && !wrong.nothing && wrong.copies == nil {
			continue
		}
		f := diag.Finding{
			Code: diag.UnknownImport, Severity: diag.Error, Position: source.At(e.Position()),
			Hint: "specs import " + workspace.ModulePath + "/schema and " + workspace.ModulePath + "/specs/services, which come with portspec, and packages of their own module; nothing is downloaded: " + copyHint,
		}
		f.Message = wrong.text
		if wrong.at.IsValid() {
			f.Position = wrong.at
		}
		switch {
		case wrong.missing != "": // the same error for every import
			f = absent(wrong.missing)
		case wrong.inCUE:
			f.Message = "packages in cue.mod are not read, except for portspec's own"
		case wrong.copies != nil:
			f.Message = "package " + wrong.text + " comes with portspec, and is also in " + strings.Join(wrong.copies, " and in ")
			f.Hint = "remove the copy"
		case wrong.back:
			f.Message = "this import is part of a cycle"
			f.Hint = "move what both packages need to a separate package"
		}
		found = append(found, f)
	}
	return found
}

// Absent is the finding about a module that the workspace depends on without containing it.
func Absent(module string) diag.Finding { return absent(workspace.NotServed(module)) }

func absent(message string) diag.Finding {
	return diag.Finding{
		Code: diag.UnknownImport, Severity: diag.Error, Position: diag.Position{File: workspace.ModuleFile},
		Message: message, Hint: "remove it from deps; " + copyHint,
	}
}

// FalselyUnused reports whether a finding is about an import that seems unused only because
// its name is misspelt or because of a repair, according to other findings and to CUE's errors
// about the package as written.
func FalselyUnused(f diag.Finding, first func() []errors.Error, found diag.List) bool {
	if !isUnusedImport(f) {
		return false
	}
	misspelt := slices.ContainsFunc(found, func(f diag.Finding) bool { return f.Code == diag.UndefinedName })
	was := slices.ContainsFunc(first(), func(err errors.Error) bool { return eval.Message(err) == f.Message })
	return misspelt || !was
}
