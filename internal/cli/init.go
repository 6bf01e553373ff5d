package cli

import (
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing/fstest"

	"cuelang.org/go/mod/module"
	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/config"
	"github.com/portspec/portspec/internal/limit"
	"github.com/portspec/portspec/internal/output"
	ws "github.com/portspec/portspec/internal/workspace"
)

var (
	//go:embed starter/product.cue.txt
	starterProduct []byte
	//go:embed starter/portspec.yaml.txt
	starterConfig []byte
	//go:embed starter/gitattributes.txt
	starterAttributes []byte
)

func newInit(w *workspace) *cobra.Command {
	var modulePath string
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Make a spec repository",
		Long: `Init makes the folder, or the current one, a workspace: a CUE module with a
commented product to start from, a portspec.yaml that says what is generated, a
.gitattributes for that, and below cue.mod/pkg a copy of the schema and of the
shared services, where plain cue and editors find them, with JSON Schemas for
files in YAML. portspec itself uses those in the binary. What is there already
is kept; only the copy is brought up to date, so run init again after an update
of portspec.

Init site writes a site to start from.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := w.takeDir(args); err != nil {
				return err
			}
			if err := module.CheckPath(modulePath); err != nil {
				return fmt.Errorf("--module: %w; a module path is a domain and a path, as in example.com/ports@v0", err)
			}
			if ws.IsOwn(modulePath) {
				return fmt.Errorf("--module %s is portspec's own; give the module a path of yours", modulePath)
			}
			return initialize(cmd, cmp.Or(w.Dir, "."), modulePath)
		},
	}
	cmd.AddCommand(newInitSite(w))
	cmd.Flags().StringVar(&modulePath, "module", "example.com/ports@v0", "the path of the CUE module")
	return cmd
}

// initialize writes what a new workspace needs.
func initialize(cmd *cobra.Command, dir, modulePath string) error {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return fmt.Errorf("%s is a file; give the folder that is to be a workspace", dir)
	}
	// Below another workspace, that one would take the folder's packages for its
	// own, and cue for nobody's.
	above, err := ws.FindRoot(dir)
	if err != nil {
		return err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if above != "" && above != abs {
		return fmt.Errorf("%s is in the workspace %s; make a folder for the product there instead", dir, above)
	}
	if own, err := ws.IsOwnRoot(dir); own || err != nil && above != "" {
		return errors.Join(fmt.Errorf("%s is portspec's own repository or has a broken cue.mod/module.cue", dir), err)
	}
	end, err := limit.Finish(cmd.Context())
	if err != nil {
		return err
	}
	defer end()
	o, err := output.Open(cmd.Context(), dir, "", cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer o.Close()
	if _, err := o.Files(ws.CopiedTo); err != nil { // before anything is written
		return err
	}

	said := func(what, name string) { printFile(cmd.OutOrStdout(), what, name) }
	var notes []string
	if !o.Exists("cue.mod/module.cue") {
		if notes, err = start(o, dir, modulePath, said); err != nil {
			return err
		}
	} else {
		said("kept", "cue.mod/module.cue")
	}
	copies := ws.Copies()
	if err := removeStale(o, copies, said); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(copies)) {
		old, err := o.Read(name)
		if err == nil && string(old) == string(copies[name].Data) {
			continue
		}
		if err := o.Replace(name, copies[name].Data); err != nil {
			return err
		}
		said("wrote", name)
	}
	for _, note := range append(notes, fmt.Sprintf("portspec vet %s checks the specs there", dir)) {
		fmt.Fprintln(cmd.ErrOrStderr(), note)
	}
	return nil
}

// start writes the files that a new workspace begins with, but for those that are
// there. It returns what its user is to know of these.
func start(o *output.Root, dir, modulePath string, said func(what, name string)) (notes []string, err error) {
	files := []gen.File{
		{Path: "example/product.cue", Data: starterProduct},
		{Path: ".gitattributes", Data: starterAttributes},
	}
	switch in, names, err := config.Nearest(dir); {
	case err != nil:
		return nil, err
	case len(names) == 0:
		files = append(files, gen.File{Path: config.Names[0], Data: starterConfig})
	default:
		name := filepath.Join(in, names[0])
		said("kept", ws.Near(name))
		if abs, err := filepath.Abs(dir); err == nil && abs != in {
			if rel, err := filepath.Rel(in, abs); err == nil {
				notes = append(notes, fmt.Sprintf("%s says what is generated; with specs: %s there, portspec works on these specs from all of its folder", ws.Near(name), filepath.ToSlash(rel)))
			}
		}
	}
	// The module last: a run that ends in between is made again.
	files = append(files, gen.File{Path: "cue.mod/module.cue", Data: fmt.Appendf(nil, "module: %q\nlanguage: version: \"v0.17.0\"\n", modulePath)})
	for _, f := range files {
		if o.Exists(f.Path) {
			said("kept", f.Path)
			if f.Path == ".gitattributes" {
				notes = append(notes, "these lines in .gitattributes mark what portspec writes:\n"+strings.TrimRight(string(f.Data), "\n"))
			}
			continue
		}
		if err := o.Replace(f.Path, f.Data); err != nil {
			return nil, err
		}
		said("wrote", f.Path)
	}
	return notes, nil
}

// removeStale deletes what is in the copy of the schema and no longer in the
// schema.
func removeStale(o *output.Root, copies fstest.MapFS, said func(what, name string)) error {
	names, err := o.Files(ws.CopiedTo)
	if err != nil {
		return err
	}
	for _, name := range names {
		if copies[name] != nil {
			continue
		}
		said("deleted", name)
		if err := o.Remove(name); err != nil {
			return err
		}
	}
	return nil
}
