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
	flags.StringVar(&o.Package, "package", "", "go: package name; for a single product")
	flags.StringVar(&o.Only, "only", "", "go: generate only \"constants\", without the tables")
	flags.StringSliceVar(&o.Components, "component", nil, "go: only constants of these components, and flows from and to them")
	flags.StringVar(&o.Prefix, "prefix", "", "go: prefix of all names; with a lower-case prefix, none is exported")
	flags.StringVar(&o.Type, "type", "", "go: type of ports: int, uint16 or untyped (default untyped)")
	flags.StringVar(&o.Tags, "tags", "", "go: build constraint, as in a //go:build line")
}

// goFlagNames lists the flags that goFlags adds.
var goFlagNames = []string{"package", "only", "component", "prefix", "type", "tags"}

// goOptions checks the options that goFlags has set, and that go is among the chosen
// targets if there are any.
func goOptions(cmd *cobra.Command, o golang.Options, chosen []targets.Target) (golang.Options, error) {
	if o.Type == "untyped" {
		o.Type = ""
	}
	if err := o.Validate(); err != nil {
		return o, fmt.Errorf("--%w", err)
	}
	for _, name := range goFlagNames {
		if cmd.Flags().Changed(name) && !slices.ContainsFunc(chosen, func(t targets.Target) bool { return t.Name == "go" }) {
			return o, fmt.Errorf("--%s applies only to the target go, which was not named", name)
		}
	}
	return o, nil
}

// newGoFile returns the output for a product that is written to a single Go file of an
// existing or new package.
func newGoFile(out string, o *golang.Options, chosen []targets.Target, products []string, site string) (*output.Output, error) {
	if info, err := os.Stat(out); err == nil && info.IsDir() {
		return nil, fmt.Errorf("--out: %s is a folder; the name of a single file ends in .go", out)
	}
	if len(chosen) != 1 || chosen[0].Name != "go" || len(products) != 1 || site != "" {
		return nil, fmt.Errorf("--out %s is a single Go file: name the target go and one product, as in portspec generate go --product igel-ums --out %s", out, out)
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
	return &output.Output{Dir: filepath.Clean(dir)}, nil
}
