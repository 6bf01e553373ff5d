package cli

import (
	"bytes"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/golang"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
)

// goFlags adds the options of the target go to a command.
func goFlags(cmd *cobra.Command, o *golang.Options) {
	flags := cmd.Flags()
	flags.StringVar(&o.Package, "package", "", "go: the name of the package of one product")
	flags.StringVar(&o.Only, "only", "", "go: constants, to leave out the tables")
	flags.StringSliceVar(&o.Components, "component", nil, "go: constants of these components only, and the flows from and to them")
	flags.StringVar(&o.Prefix, "prefix", "", "go: what every name begins with; in lower case to export none")
	flags.StringVar(&o.Type, "type", "", "go: the type of ports, int, uint16 or untyped (default untyped)")
	flags.StringVar(&o.Tags, "tags", "", "go: a build constraint, as behind //go:build")
}

// goFlagNames are those flags.
var goFlagNames = []string{"package", "only", "component", "prefix", "type", "tags"}

// goOptions are the options that flags say; none of them fits other targets.
func goOptions(cmd *cobra.Command, o golang.Options, chosen []target) (golang.Options, error) {
	if o.Type == "untyped" {
		o.Type = ""
	}
	if err := o.Validate(); err != nil {
		return o, fmt.Errorf("--%w", err)
	}
	for _, name := range goFlagNames {
		if cmd.Flags().Changed(name) && !slices.ContainsFunc(chosen, func(t target) bool { return t.name == "go" }) {
			return o, fmt.Errorf("--%s is an option of the target go, which is not among those named", name)
		}
	}
	return o, nil
}

// withGo is targets of which go is made with options.
func withGo(chosen []target, o golang.Options) []target {
	chosen = slices.Clone(chosen)
	for i := range chosen {
		if chosen[i].name == "go" {
			chosen[i].generate = o.Generate
		}
	}
	return chosen
}

// fits refuses options that the products do not take.
func fits(o golang.Options, c *model.Catalog) error {
	if c == nil {
		return nil
	}
	if o.Package != "" && len(c.Products) != 1 {
		return fmt.Errorf("--package names the package of one product, and there are %d; choose one with --product", len(c.Products))
	}
	for _, id := range o.Components {
		var known []string
		for _, p := range c.Products {
			for _, c := range p.Components {
				known = append(known, c.ID)
			}
		}
		if slices.Contains(known, id) {
			continue
		}
		if meant := diag.Nearest(id, known); meant != "" {
			return fmt.Errorf("--component: no component %s; did you mean %s?", id, meant)
		}
		return fmt.Errorf("--component: no component %s; there are %s", id, enumerate(known))
	}
	return nil
}

// isGoFile reports whether --out names a single file of Go.
func isGoFile(out string) bool { return strings.HasSuffix(out, ".go") }

// A goFile is one product's package in a single file, among others of somebody's
// package. There is no list of it: the file itself says what portspec wrote.
type goFile struct {
	output
	name    string
	options golang.Options
}

// newGoFile says where the one file goes, or why it cannot be one.
func newGoFile(out string, o golang.Options, chosen []target, products []string, site string) (*goFile, error) {
	if info, err := os.Stat(out); err == nil && info.IsDir() {
		return nil, fmt.Errorf("--out: %s is a folder; the name of a single file ends in .go", out)
	}
	if len(chosen) != 1 || chosen[0].name != "go" || len(products) != 1 || site != "" {
		return nil, fmt.Errorf("--out %s is one file of Go: name the target go and one product, as in portspec generate go --product igel-ums --out %s", out, out)
	}
	f := &goFile{output: output{dir: filepath.Dir(out)}, name: filepath.Base(out), options: o}
	if o.Package == "" {
		var err error
		if f.options.Package, err = packageAt(f.dir, f.name); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// packageAt is the package that a new file in a folder belongs to: that of the
// files there; else, in the current folder, the one that go generate works for;
// else one after the folder's name.
func packageAt(dir, except string) (string, error) {
	found := make(map[string]string)
	for _, name := range goFilesOf(dir) {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if name == except || err != nil || bytes.Contains(data, []byte("//go:build ignore")) {
			continue
		}
		if f, err := parser.ParseFile(token.NewFileSet(), name, data, parser.PackageClauseOnly); err == nil {
			pkg := f.Name.Name
			if strings.HasSuffix(name, "_test.go") {
				pkg = strings.TrimSuffix(pkg, "_test")
			}
			found[pkg] = name
		}
	}
	if len(found) > 1 {
		var all []string
		for pkg, file := range found {
			all = append(all, fmt.Sprintf("%s (%s)", pkg, file))
		}
		slices.Sort(all)
		return "", fmt.Errorf("the files of %s are of several packages, %s; say which with --package", dir, strings.Join(all, " and "))
	}
	for pkg := range found {
		return pkg, nil
	}
	if pkg := os.Getenv("GOPACKAGE"); pkg != "" && dir == "." {
		return strings.TrimSuffix(pkg, "_test"), nil
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return golang.PackageName(filepath.Base(abs)), nil
}

// run compares the file with what the specs say, and writes it.
func (f *goFile) run(cmd *cobra.Command, w *workspace, result *load.Result, p *model.Product, checkOnly, force bool) error {
	made, findings := f.options.File(p)
	w.print(cmd.ErrOrStderr(), atLeast(findings, diag.Warning), result)
	if findings.HasErrors() {
		return errFindings
	}
	f.ctx, f.log, f.force = cmd.Context(), cmd.ErrOrStderr(), force
	what, err := f.state(made)
	if err != nil {
		return err
	}
	var changes []change
	if what != "" {
		changes = []change{{what, f.name}}
		f.files = []*file{{path: f.name, dir: ".", made: true, what: what}}
		f.packages = []goPart{partOf(".", []gen.File{{Path: f.name, Data: made}}, f.options.Tags)}
		if what != edited || force {
			if err := f.compiles(); err != nil {
				return err
			}
		}
	}
	if checkOnly {
		return f.printPlan(cmd, changes, 1)
	}
	if f.refused = what == edited && !force; what != "" && !f.refused {
		if err := f.put(made); err != nil {
			return err
		}
	}
	return f.print(cmd, changes, 1)
}

// state is what is to be done about the file; "" where it is as it should be.
func (f *goFile) state(made []byte) (string, error) {
	root, err := os.OpenRoot(f.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return missing, nil
	}
	if err != nil {
		return "", f.failed(err)
	}
	defer root.Close()
	in := folder{root: root}
	data, err := in.read(f.name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return missing, nil
	case errors.Is(err, errNoFile):
		return "", fmt.Errorf("--out: %s is no regular file", filepath.Join(f.dir, f.name))
	case err != nil:
		return "", f.failed(err)
	case bytes.Equal(data, made):
		return "", nil
	}
	return map[bool]string{true: changed, false: edited}[golang.Intact(data)], nil
}

// put writes the file as a whole.
func (f *goFile) put(made []byte) error {
	if err := os.MkdirAll(f.dir, 0o777); err != nil {
		return f.failed(err)
	}
	unlock, err := f.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if f.root, err = os.OpenRoot(f.dir); err != nil {
		return f.failed(err)
	}
	defer f.root.Close()
	return f.replace(f.name, made)
}
