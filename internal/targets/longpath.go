package targets

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// longestPath is the greatest length of a file's path below the folder of all outputs. Most
// programs on Windows, such as git, open no file whose whole path has more than 259 characters
// (MAX_PATH, which counts the final zero); the rest is for the folder of the repository, such
// as C:\Users\firstname.lastname\source\repos\network.
const longestPath = 200

// longPath reports the longest of the files of a product or site, if it is too long. Data
// paths begin with root. Targets that choose the names of their files keep them short; those
// that must name them by ids cannot.
func longPath(target string, files []gen.File, root, id string, at model.Positions) diag.List {
	length := func(f gen.File) int { return len(utf16.Encode([]rune(f.Path))) }
	long := slices.DeleteFunc(slices.Clone(files), func(f gen.File) bool { return length(f) <= longestPath })
	if len(long) == 0 {
		return nil
	}
	longest := slices.MaxFunc(long, func(a, b gen.File) int {
		return cmp.Or(length(a)-length(b), strings.Compare(b.Path, a.Path))
	})
	others := ""
	if n := len(long) - 1; n > 0 {
		others = fmt.Sprintf("; %d more are too long", n)
	}
	return diag.List{{
		Code: diag.LongPath, Severity: diag.Warning, Position: at.At(), Path: model.PathOf(root),
		Message: fmt.Sprintf("%s: %s: many programs on Windows cannot open %s, whose path has %d characters%s", target, id, longest.Path, length(longest), others),
		Hint:    fmt.Sprintf("shorten the ids in it, or write it nearer to the top of the repository: up to %d characters leave room for a folder such as C:\\Users\\name\\repository", longestPath),
	}}
}
