package cli

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the versions of portspec and of the CUE that it contains",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			info, ok := debug.ReadBuildInfo()
			if !ok {
				return fmt.Errorf("this binary was built without module support, so its version is unknown")
			}
			fmt.Fprintln(cmd.OutOrStdout(), "portspec", info.Main.Version)
			for _, dep := range info.Deps {
				if dep.Path == "cuelang.org/go" {
					fmt.Fprintln(cmd.OutOrStdout(), "cue", dep.Version)
				}
			}
			fmt.Fprintln(cmd.OutOrStdout(), info.GoVersion)
			return nil
		},
	}
}
