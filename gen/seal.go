package gen

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path"

	"github.com/portspec/portspec/internal/source"
)

// sealMark is at the beginning of the second line of a generated file, after the comment
// sign. The hash of all other lines follows it, by which portspec recognizes its files.
const sealMark = "portspec:sum "

// commentSigns has the comment signs by file extension. In Markdown, the line is inside the
// header's comment.
var commentSigns = map[string]string{".go": "//", ".md": "", ".mmd": "%% ", ".py": "# ", ".yml": "# "}

// CanSeal reports whether a file can contain a hash, that is, whether its format has comments.
func CanSeal(name string) bool {
	_, ok := commentSigns[path.Ext(name)]
	return ok
}

// Seal adds the hash of a generated file below its header. It does not change files without
// a header or in a format without comments.
func Seal(name string, data []byte) []byte {
	header, rest, ok := bytes.Cut(data, []byte("\n"))
	if !ok || !CanSeal(name) || !bytes.Contains(header, []byte(Header)) {
		return data
	}
	line := commentSigns[path.Ext(name)] + sealMark + sum(header, rest) + "\n"
	sealed := make([]byte, 0, len(data)+len(line))
	sealed = append(append(sealed, header...), '\n')
	return append(append(sealed, line...), rest...)
}

// Sealed reports whether portspec wrote a file and nobody has edited it since: it has the
// header and the right hash. Line endings changed by a checkout do not count as an edit.
func Sealed(name string, data []byte) bool {
	if !CanSeal(name) {
		return false
	}
	header, rest, _ := bytes.Cut(source.LF(data), []byte("\n"))
	line, rest, _ := bytes.Cut(rest, []byte("\n"))
	want, ok := bytes.CutPrefix(line, []byte(commentSigns[path.Ext(name)]+sealMark))
	return ok && bytes.Contains(header, []byte(Header)) && string(want) == sum(header, rest)
}

// sum returns the hash of a file without the line that contains it.
func sum(header, rest []byte) string {
	hash := sha256.New()
	hash.Write(header)
	hash.Write([]byte("\n"))
	hash.Write(rest)
	return hex.EncodeToString(hash.Sum(nil))
}
