package kubernetes

import (
	"strings"

	"github.com/portspec/portspec/gen"
)

// Of the text that people wrote, only ids get into a policy, in names, labels and comments;
// the encoder for YAML quotes them where necessary.

// maxLabel is the greatest length of a label's value.
const maxLabel = 63

// label returns an id as the value of a label or a part of a name. An id that is too long,
// or contains characters that ids do not have, ends with a hash of it.
func label(id string) string {
	clean := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' {
			return c
		}
		return -1
	}, id)
	return strings.TrimLeft(gen.Short(id, clean, maxLabel), "-")
}

// comment returns the name of a flow as a comment.
func comment(name string) string { return gen.CommentLine(name) }
