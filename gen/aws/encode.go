package aws

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/portspec/portspec/gen"
)

// Texts that people wrote get into a template as ids in descriptions, tags and comments
// only; the encoder for YAML quotes what it has to.

// maxText is how long a description may be.
const maxText = 255

// text is an id as Amazon takes it in a description or a tag: letters, digits and some
// marks, of which an id has three.
func text(s string) string {
	s = gen.Plain(s, " -/.")
	if len(s) > maxText {
		return s[:maxText-3] + "..."
	}
	return s
}

// logicalID is a name for a resource, which has letters and digits only, by what the
// resource says.
func logicalID(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:8])
}
