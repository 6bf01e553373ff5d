package output

import (
	"context"
	"errors"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/parallel"
)

// write adds files and brings the folder up to date.
func (o *Output) write(ctx context.Context, files []gen.File) ([]Change, error) {
	if err := o.Begin(ctx); err != nil {
		o.Close()
		return nil, err
	}
	defer o.Close()
	errs := make([]error, len(files))
	parallel.Do(len(files), func(i int) { errs[i] = o.Add(files[i]) })
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return o.End(ctx)
}

// plan returns what write would do.
func (o *Output) plan(files []gen.File) ([]Change, error) {
	o.Check = true
	return o.write(context.Background(), files)
}
