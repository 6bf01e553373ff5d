package load

import (
	"context"
	"io/fs"
)

// Tree loads the workspace that a file system is, such as a folder of a commit:
// its root holds cue.mod.
func Tree(ctx context.Context, files fs.FS, sites ...SiteFile) (*Result, error) {
	return Loader{Sites: sites}.Tree(ctx, files)
}

// Tree is the function of that name.
func (ld Loader) Tree(ctx context.Context, files fs.FS) (*Result, error) { return ld.load(ctx, files) }
