//go:build !linux

package prove

import (
	"context"
	"errors"
	"io"

	"github.com/portspec/portspec/internal/model"
)

var errSystem = errors.New("prove needs Linux: it loads rules into network namespaces")

// Possible returns an error: this system cannot run proofs.
func Possible() error { return errSystem }

// Enter works on Linux only.
func Enter(context.Context, io.Writer, io.Writer) (bool, int, error) { return false, 0, errSystem }

// Run works on Linux only.
func Run(context.Context, *model.Deployment, []Case, Options) (*Result, error) { return nil, errSystem }
