package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen/golang"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/output"
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
		return fmt.Errorf("--component: no component %s; there are %s", id, english.Or(known))
	}
	return nil
}

// newGoFile is the one file that a product's package goes to, among others of
// somebody's package, or why it cannot be one.
func newGoFile(out string, o *golang.Options, chosen []target, products []string, site string) (*output.Output, error) {
	if info, err := os.Stat(out); err == nil && info.IsDir() {
		return nil, fmt.Errorf("--out: %s is a folder; the name of a single file ends in .go", out)
	}
	if len(chosen) != 1 || chosen[0].name != "go" || len(products) != 1 || site != "" {
		return nil, fmt.Errorf("--out %s is one file of Go: name the target go and one product, as in portspec generate go --product igel-ums --out %s", out, out)
	}
	if err := output.CheckGoName(out); err != nil {
		return nil, fmt.Errorf("--out: %w", err)
	}
	dir, name := filepath.Split(out)
	if o.Package == "" {
		var err error
		if o.Package, err = output.PackageAt(filepath.Clean(dir), "", name); err != nil {
			return nil, err
		}
	}
	return &output.Output{Dir: filepath.Clean(dir), Single: true}, nil
}
