package kubernetes

import (
	"strings"

	"github.com/portspec/portspec/gen"
)

// Texts that people wrote get into a policy as ids in names, labels and comments only; the
// encoder for YAML quotes what it has to.

// maxLabel is how long the value of a label may be.
const maxLabel = 63

// label is an id as the value of a label or a part of a name: an id that is too long, or
// that has letters which ids do not have, ends in a hash of it.
func label(id string) string {
	clean := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' {
			return c
		}
		return -1
	}, id)
	return strings.TrimLeft(gen.Short(id, clean, maxLabel), "-")
}

// comment is the name of a flow in a comment.
func comment(name string) string { return gen.CommentLine(name) }
