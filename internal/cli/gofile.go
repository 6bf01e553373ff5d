package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen/golang"
	"github.com/portspec/portspec/internal/output"
	"github.com/portspec/portspec/internal/targets"
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
func goOptions(cmd *cobra.Command, o golang.Options, chosen []targets.Target) (golang.Options, error) {
	if o.Type == "untyped" {
		o.Type = ""
	}
	if err := o.Validate(); err != nil {
		return o, fmt.Errorf("--%w", err)
	}
	for _, name := range goFlagNames {
		if cmd.Flags().Changed(name) && !slices.ContainsFunc(chosen, func(t targets.Target) bool { return t.Name == "go" }) {
			return o, fmt.Errorf("--%s is an option of the target go, which is not among those named", name)
		}
	}
	return o, nil
}

// newGoFile is the one file that a product's package goes to, among others of
// somebody's package, or why it cannot be one.
func newGoFile(out string, o *golang.Options, chosen []targets.Target, products []string, site string) (*output.Output, error) {
	if info, err := os.Stat(out); err == nil && info.IsDir() {
		return nil, fmt.Errorf("--out: %s is a folder; the name of a single file ends in .go", out)
	}
	if len(chosen) != 1 || chosen[0].Name != "go" || len(products) != 1 || site != "" {
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
	documented, err := output.IsDocumented(filepath.Clean(dir), "", name, nil)
	if err != nil {
		return nil, err
	}
	o.Documents = !documented
	return &output.Output{Dir: filepath.Clean(dir), Single: true}, nil
}
