package load

import (
	"context"
	"io/fs"
)

// Tree loads the workspace in a file system, such as a folder of a commit, whose root
// contains cue.mod.
func (ld Loader) Tree(ctx context.Context, files fs.FS) (*Result, error) { return ld.load(ctx, files) }
