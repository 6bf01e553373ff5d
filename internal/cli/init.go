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
		Short: "Create a workspace",
		Long: `Init creates a workspace in the folder, or in the current one: a CUE module with
a commented example product, a portspec.yaml that lists the outputs, and a
.gitattributes that marks them as generated. Below cue.mod/pkg, it puts a copy
of the schema and the shared services for cue and editors, with JSON Schemas for
YAML files; portspec itself uses the ones in the binary. Existing files are
kept, except that the copy is updated: run init again after updating portspec.

portspec init site writes an example site.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := w.takeDir(args); err != nil {
				return err
			}
			if err := module.CheckPath(modulePath); err != nil {
				return fmt.Errorf("--module: %w; a module path consists of a domain and a path, as in example.com/ports@v0", err)
			}
			if ws.IsOwn(modulePath) {
				return fmt.Errorf("--module %s is portspec's own module; choose another path", modulePath)
			}
			return initialize(cmd, cmp.Or(w.Dir, "."), modulePath)
		},
	}
	cmd.AddCommand(newInitSite(w))
	cmd.Flags().StringVar(&modulePath, "module", "example.com/ports@v0", "path of the CUE module")
	return cmd
}

// initialize writes the files of a new workspace, and updates those of an existing one.
func initialize(cmd *cobra.Command, dir, modulePath string) error {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return fmt.Errorf("%s is a file; name the folder for the workspace", dir)
	}
	// Inside another workspace, portspec would load the packages of the folder as part of
	// the outer workspace, and cue would not.
	above, err := ws.FindRoot(dir)
	if err != nil {
		return err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if above != "" && above != abs {
		return fmt.Errorf("%s is inside the workspace %s; add a folder for the product there instead", dir, above)
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
	if _, err := o.Files(ws.CopiedTo); err != nil { // fails before anything is written
		return err
	}

	report := func(what, name string) { printFile(cmd.OutOrStdout(), what, name) }
	var notes []string
	if !o.Exists("cue.mod/module.cue") {
		if notes, err = start(o, dir, modulePath, report); err != nil {
			return err
		}
	} else {
		report("kept", "cue.mod/module.cue")
	}
	copies := ws.Copies()
	if err := removeStale(o, copies, report); err != nil {
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
		report("wrote", name)
	}
	for _, note := range append(notes, fmt.Sprintf("run portspec vet %s to check the specs", dir)) {
		fmt.Fprintln(cmd.ErrOrStderr(), note)
	}
	return nil
}

// start writes the files of a new workspace, except for those that already exist. It
// returns notes for the user about existing files.
func start(o *output.Root, dir, modulePath string, report func(what, name string)) (notes []string, err error) {
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
		report("kept", ws.Near(name))
		if abs, err := filepath.Abs(dir); err == nil && abs != in {
			if rel, err := filepath.Rel(in, abs); err == nil {
				notes = append(notes, fmt.Sprintf("%s lists the outputs; add specs: %s to it, and portspec finds these specs from anywhere in its folder", ws.Near(name), filepath.ToSlash(rel)))
			}
		}
	}
	// The module comes last, so that an interrupted run can be repeated.
	files = append(files, gen.File{Path: "cue.mod/module.cue", Data: fmt.Appendf(nil, "module: %q\nlanguage: version: \"v0.17.0\"\n", modulePath)})
	for _, f := range files {
		if o.Exists(f.Path) {
			report("kept", f.Path)
			if f.Path == ".gitattributes" {
				notes = append(notes, "add these lines to .gitattributes to mark what portspec writes:\n"+strings.TrimRight(string(f.Data), "\n"))
			}
			continue
		}
		if err := o.Replace(f.Path, f.Data); err != nil {
			return nil, err
		}
		report("wrote", f.Path)
	}
	return notes, nil
}

// removeStale deletes files from the copy of the schema that the schema no longer
// contains.
func removeStale(o *output.Root, copies fstest.MapFS, report func(what, name string)) error {
	names, err := o.Files(ws.CopiedTo)
	if err != nil {
		return err
	}
	for _, name := range names {
		if copies[name] != nil {
			continue
		}
		report("deleted", name)
		if err := o.Remove(name); err != nil {
			return err
		}
	}
	return nil
}
