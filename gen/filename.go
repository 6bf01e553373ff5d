package gen

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// maxName is the maximum length of the part of a file name that is made from an id. A path has
// up to four such parts, and Windows limits paths to 259 characters.
const maxName = 48

// FileName returns an id as a part of a file name or of an anchor. Ids of lower-case letters,
// digits, hyphens, dots and underscores stay as they are. Others, and long ones, get a part of
// their hash, so that no two are the same, even if case is ignored.
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

// Short returns an id unchanged if it equals its plain form and has at most the given number of
// bytes. Otherwise, it returns the beginning of the plain form and a part of the id's hash, so
// that no two are the same. The plain form is ASCII.
func Short(id, plain string, most int) string {
	if plain == id && len(id) <= most && id != "" {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	const short = 8 // hexadecimal digits: a site has thousands of names
	return plain[:min(len(plain), most-short-1)] + "-" + hex.EncodeToString(sum[:])[:short]
}
