package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen/markdown"
	"github.com/portspec/portspec/internal/targets"
)

// markdownFlagNames lists the flags that markdownFlags adds.
var markdownFlagNames = []string{"flavor", "base"}

// markdownFlags adds the options of the target markdown to a command.
func markdownFlags(cmd *cobra.Command, o *markdown.Options) {
	flags := cmd.Flags()
	flags.StringVar(&o.Flavor, "flavor", "", "markdown: the program that shows the pages: "+strings.Join(markdown.Flavors(), ", ")+" (default github)")
	flags.StringVar(&o.Base, "base", "", "markdown: the address of the folder on the site, for starlight and sphinx (default /)")
}

// markdownOptions checks the options that markdownFlags has set, and that markdown is among
// the chosen targets if there are any.
func markdownOptions(cmd *cobra.Command, o markdown.Options, chosen []targets.Target) error {
	if err := o.Validate(); err != nil {
		return fmt.Errorf("--%w", err)
	}
	for _, name := range markdownFlagNames {
		if cmd.Flags().Changed(name) && !slices.ContainsFunc(chosen, func(t targets.Target) bool { return t.Name == "markdown" }) {
			return fmt.Errorf("--%s applies only to the target markdown, which was not named", name)
		}
	}
	return nil
}
