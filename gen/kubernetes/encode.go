package kubernetes

import (
	"crypto/sha256"
	"encoding/hex"
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
	if clean == id && len(id) <= maxLabel {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	const digits = 8
	return strings.TrimLeft(clean[:min(len(clean), maxLabel-digits-1)]+"-"+hex.EncodeToString(sum[:digits/2]), "-")
}

// comment is the name of a flow in a comment.
func comment(name string) string { return gen.CommentLine(name) }
