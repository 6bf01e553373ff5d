package eval

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/errors"

	"github.com/portspec/portspec/internal/workspace"
)

// Checks are the schema's checks in a value; they do not exist in values that
// do not use the schema. CUE knows the schema's package with the version of a
// module that is imported, and without in the module itself.
func Checks(v cue.Value) cue.Value {
	for _, version := range []string{"", "@v0"} {
		checks := v.LookupPath(cue.MakePath(cue.Hid("_check", workspace.ModulePath+"/schema"+version)))
		if checks.Exists() {
			return checks
		}
	}
	return cue.Value{}
}

// SchemaOf is the schema among the packages that one imports.
func SchemaOf(inst *build.Instance) *build.Instance {
	for _, imported := range inst.Imports {
		if IsSchema(imported.ImportPath) {
			return imported
		}
		if found := SchemaOf(imported); found != nil {
			return found
		}
	}
	return nil
}

// Folders are the folders that patterns such as ./products/x name, as paths of a
// file system.
func Folders(dirs []string) []string {
	all := make([]string, len(dirs))
	for i, dir := range dirs {
		all[i] = path.Clean(dir)
	}
	return all
}

// Arguments are folders as CUE's loader takes them. A name such as 1.0 would be
// that of a file to it.
func Arguments(dirs []string) []string {
	args := slices.Clone(dirs)
	for i, dir := range args {
		if dir != "." && path.Ext(dir) != "" {
			args[i] = dir + "/"
		}
	}
	return args
}

// Message is the text of an error of CUE. A long text in it, which a spec may have computed,
// is shortened.
func Message(err errors.Error) string {
	format, args := err.Msg()
	args = slices.Clone(args)
	for i, arg := range args {
		if s := fmt.Sprint(arg); strings.HasPrefix(s, `"`) && Brief(s) != s {
			args[i] = Brief(s) + `"`
		}
	}
	return fmt.Sprintf(format, args...)
}

// Brief is a value as a message shows it: all of a short one, and the beginning of a long one.
func Brief(value any) string {
	const most = 100
	s := []rune(fmt.Sprint(value))
	if len(s) <= most {
		return string(s)
	}
	return string(s[:most]) + "…"
}

// Unquoted is the path of an error of CUE with its labels as they are meant.
func Unquoted(path []string) []string {
	all := make([]string, len(path))
	for i, part := range path {
		if s, err := strconv.Unquote(part); err == nil {
			part = s
		}
		all[i] = part
	}
	return all
}

// Last is the last part of a path; "" of none.
func Last(path []string) string {
	if len(path) == 0 {
		return ""
	}
	return path[len(path)-1]
}
