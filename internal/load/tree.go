package load

import (
	"context"
	"io/fs"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/workspace"
)

// Tree loads the workspace that a file system is, such as a folder of a commit:
// its root holds cue.mod.
func Tree(ctx context.Context, files fs.FS, sites ...SiteFile) (*Result, error) {
	return Loader{Sites: sites}.Tree(ctx, files)
}

// Tree is the function of that name.
func (ld Loader) Tree(ctx context.Context, files fs.FS) (*Result, error) {
	files, found, err := workspace.OpenFS(files)
	if err != nil {
		return nil, err
	}
	if len(found) > 0 {
		return &Result{Catalog: &model.Catalog{}, Findings: inside(files, found), Files: files}, nil
	}
	return ld.load(ctx, files)
}
