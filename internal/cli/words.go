package cli

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/internal/screen"
)

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// oneOf refuses a flag's value that is none of those listed.
func oneOf(flag, value string, allowed ...string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	return fmt.Errorf("%s is %q; it can be %s", flag, value, enumerate(allowed))
}

// enumerate lists words as "a, b or c".
func enumerate(words []string) string {
	list := ""
	for i, word := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			list += " or "
		default:
			list += ", "
		}
		list += word
	}
	return list
}

// writeJSON prints a value as indented JSON.
func writeJSON(cmd *cobra.Command, value any) error {
	enc := json.NewEncoder(screen.JSON(cmd.OutOrStdout()))
	enc.SetIndent("", "  ")
	return enc.Encode(value)
}
