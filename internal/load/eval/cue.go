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

// Checks returns the schema's checks in a value; the result does not exist if the value does
// not use the schema. CUE knows the package of the schema with a version if it is imported from
// another module, and without a version in its own module.
func Checks(v cue.Value) cue.Value {
	for _, version := range []string{"", "@v0"} {
		checks := v.LookupPath(cue.MakePath(cue.Hid("_check", workspace.ModulePath+"/schema"+version)))
		if checks.Exists() {
			return checks
		}
	}
	return cue.Value{}
}

// SchemaOf returns the schema among the imports of a package.
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

// FolderOf returns the folder of a package in the file system that CUE reads.
func FolderOf(inst *build.Instance) string { return strings.TrimPrefix(inst.Dir, "/") }

// Folders converts patterns such as ./products/x to paths of a file system.
func Folders(dirs []string) []string {
	all := make([]string, len(dirs))
	for i, dir := range dirs {
		all[i] = path.Clean(dir)
	}
	return all
}

// Arguments converts folders to arguments of CUE's loader, which would treat a name such as
// 1.0 as a file.
func Arguments(dirs []string) []string {
	args := slices.Clone(dirs)
	for i, dir := range args {
		if dir != "." && path.Ext(dir) != "" {
			args[i] = dir + "/"
		}
	}
	return args
}

// Message returns the text of a CUE error. Long strings in it, which a spec may have computed,
// are shortened.
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

// Cause returns why the call or interpolation of a CUE error failed; "" if CUE does not say.
func Cause(err errors.Error) string {
	cause := errors.Unwrap(err)
	if cause == nil {
		return ""
	}
	wrapped, ok := cause.(errors.Error)
	if !ok {
		return Brief(cause)
	}
	text := Message(wrapped) // without the path, which Error adds
	switch more := Cause(wrapped); {
	case text == "":
		return more
	case more != "":
		text += ": " + more
	}
	return Brief(text)
}

// Brief formats a value for a message, and truncates a long one.
func Brief(value any) string {
	const most = 100
	s := []rune(fmt.Sprint(value))
	if len(s) <= most {
		return string(s)
	}
	return string(s[:most]) + "…"
}

// Unquoted returns the path of a CUE error with unquoted labels.
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

// Last returns the last part of a path; "" if the path is empty.
func Last(path []string) string {
	if len(path) == 0 {
		return ""
	}
	return path[len(path)-1]
}
