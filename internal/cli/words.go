package cli

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/internal/english"
	"github.com/portspec/portspec/internal/screen"
)

// oneOf returns an error if the value of a flag is not one of those allowed.
func oneOf(flag, value string, allowed ...string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	return fmt.Errorf("%s %q is unknown; use %s", flag, value, english.Or(allowed))
}

// writeJSON prints a value as indented JSON.
func writeJSON(cmd *cobra.Command, value any) error {
	enc := json.NewEncoder(screen.JSON(cmd.OutOrStdout()))
	enc.SetIndent("", "  ")
	return enc.Encode(value)
}

// shown makes foreign text safe to print as part of a line.
func shown(s string) string { return screen.Cell(s) }

// siteFlag adds --site to a command.
func (w *workspace) siteFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&w.Site, "site", "", "site to use: its id, the folder of a CUE package, or a file in YAML or JSON")
}
