package load

import (
	"context"
	"io/fs"
)

// Tree loads the workspace in a file system, such as a folder of a commit, whose root
// contains cue.mod.
func Tree(ctx context.Context, files fs.FS, sites ...SiteFile) (*Result, error) {
	return Loader{Sites: sites}.Tree(ctx, files)
}

// Tree is like the function [Tree], with options.
func (ld Loader) Tree(ctx context.Context, files fs.FS) (*Result, error) { return ld.load(ctx, files) }
