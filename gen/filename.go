package gen

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// maxName is how long the part of a file's name is that is made of an id. A path has up to
// four, and Windows has paths of 259 characters.
const maxName = 48

// FileName is an id as a part of the name of a file or of an anchor. Ids of lower-case
// letters, digits, hyphens, dots and underscores are themselves; others, and long ones, get
// a part of their hash, so that no two are the same, not even where case makes no difference.
func FileName(id string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9', r == '-', r == '.', r == '_':
			return r
		}
		return '_'
	}, id)
	return Short(id, plain, maxName)
}

// Short is an id if it is also its plain form and has at most so many bytes; else the
// beginning of the plain form with a part of the id's hash, so that no two are the same. The
// plain form is ASCII.
func Short(id, plain string, most int) string {
	if plain == id && len(id) <= most && id != "" {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	const short = 8 // hexadecimal digits: a site has thousands of names
	return plain[:min(len(plain), most-short-1)] + "-" + hex.EncodeToString(sum[:])[:short]
}
