package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/targets"
)

// firewallFlagNames are the flags of targets that write the rules of firewalls.
var firewallFlagNames = []string{"optional", "phase", "observe", "allow-partial"}

// policyFlags adds the flags that select permits to a command.
func policyFlags(cmd *cobra.Command, o *policy.Options) {
	cmd.Flags().BoolVar(&o.Optional, "optional", false, "include flows that the products work without")
	cmd.Flags().StringSliceVar(&o.Phases, "phase", nil, "include flows that are only needed during these phases, such as installation")
}

// firewallFlags adds the flags of targets that write the rules of firewalls to a command.
func firewallFlags(cmd *cobra.Command, s *policy.Settings) {
	policyFlags(cmd, &s.Options)
	cmd.Flags().BoolVar(&s.Observe, "observe", false, "rules log what they would drop, and let it pass")
	cmd.Flags().BoolVar(&s.Partial, "allow-partial", false, "write rules even where they cannot express everything; files list what is missing")
}

// firewallOptions returns an error if a flag is given that concerns none of the targets.
func firewallOptions(cmd *cobra.Command, chosen []targets.Target) error {
	if slices.ContainsFunc(chosen, targets.Target.Rules) {
		return nil
	}
	for _, name := range firewallFlagNames {
		if cmd.Flags().Changed(name) {
			return fmt.Errorf("--%s applies only to targets that write the rules of firewalls, and none was named", name)
		}
	}
	return nil
}
