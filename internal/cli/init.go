package cli

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"cuelang.org/go/mod/module"
	"github.com/spf13/cobra"

	"github.com/portspec/portspec/internal/load"
)

//go:embed starter/product.cue.txt
var starterProduct []byte

func newInit() *cobra.Command {
	var modulePath string
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Make a spec repository",
		Long: `Init makes the folder, or the current one, a workspace: a CUE module with a
commented product to start from, and below cue.mod/pkg a copy of the schema and
of the shared services, where plain cue and editors find them. portspec itself
uses those in the binary. What is there already is kept; only the copy is
brought up to date, so run init again after an update of portspec.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			if err := module.CheckPath(modulePath); err != nil {
				return fmt.Errorf("--module: %w; a module path is a domain and a path, as in example.com/ports@v0", err)
			}
			return initialize(cmd, dir, modulePath)
		},
	}
	cmd.Flags().StringVar(&modulePath, "module", "example.com/ports@v0", "the path of the CUE module")
	return cmd
}

// initialize writes what a new workspace needs.
func initialize(cmd *cobra.Command, dir, modulePath string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	o := &output{dir: dir}
	unlock, err := o.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if o.root, err = os.OpenRoot(dir); err != nil {
		return err
	}
	defer o.root.Close()

	said := func(what, name string) { fmt.Fprintf(cmd.OutOrStdout(), "%-9s %s\n", what, name) }
	_, err = o.root.Stat(filepath.FromSlash("cue.mod/module.cue"))
	isNew := errors.Is(err, fs.ErrNotExist)
	if isNew {
		// The product first: a run that ends in between is made again.
		for _, f := range []struct {
			name string
			data []byte
		}{
			{"example/product.cue", starterProduct},
			{"cue.mod/module.cue", fmt.Appendf(nil, "module: %q\nlanguage: version: \"v0.17.0\"\n", modulePath)},
		} {
			if _, err := o.root.Stat(filepath.FromSlash(f.name)); err == nil {
				said("kept", f.name)
				continue
			}
			if err := o.replace(f.name, f.data); err != nil {
				return err
			}
			said("wrote", f.name)
		}
	} else {
		said("kept", "cue.mod/module.cue")
	}
	copies := load.Copies()
	for _, name := range slices.Sorted(maps.Keys(copies)) {
		old, err := o.root.ReadFile(filepath.FromSlash(name))
		if err == nil && string(old) == string(copies[name].Data) {
			continue
		}
		if err := o.replace(name, copies[name].Data); err != nil {
			return err
		}
		said("wrote", name)
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "portspec vet %s checks the specs there\n", dir)
	return nil
}
