package aws

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/portspec/portspec/gen"
)

// Of the text that people wrote, only ids get into a template, in descriptions, tags and
// comments; the encoder for YAML quotes them where necessary.

// maxText is the greatest length of a description.
const maxText = 255

// text returns an id as Amazon accepts it in a description or a tag: letters, digits and
// some marks, three of which occur in ids.
func text(s string) string {
	s = gen.Plain(s, " -/.")
	if len(s) > maxText {
		return s[:maxText-3] + "..."
	}
	return s
}

// logicalID returns a name for a resource, of letters and digits only, that follows from
// what the resource says.
func logicalID(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:8])
}
