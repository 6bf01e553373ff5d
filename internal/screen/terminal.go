package screen

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Colored reports whether to write colours to out: whether it is a terminal, unless
// NO_COLOR or CLICOLOR_FORCE decide otherwise.
func Colored(out io.Writer) bool {
	if os.Getenv("NO_COLOR") != "" {
		return false
	}
	if force := os.Getenv("CLICOLOR_FORCE"); force != "" && force != "0" {
		return true
	}
	return IsTerminal(out)
}

// IsTerminal reports whether out is a terminal that understands control sequences.
func IsTerminal(out io.Writer) bool {
	return os.Getenv("TERM") != "dumb" && IsShown(out)
}

// IsShown reports whether out is a terminal of any kind.
func IsShown(out io.Writer) bool {
	f, ok := Under(out).(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
