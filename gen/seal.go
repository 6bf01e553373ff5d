package gen

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"

	"github.com/portspec/portspec/internal/source"
)

// sealMark begins the line below the header, after the comment sign. The line contains the hash
// of all other lines, by which portspec recognizes what it wrote.
const sealMark = "portspec:sum "

// commentSigns are the beginnings of that line, by file extension. In Markdown, HTML and style
// sheets, it is in the header's comment.
var commentSigns = map[string]string{".asa": "! ", ".css": "", ".fortios": "# ", ".go": "//", ".html": "", ".js": "// ", ".md": "", ".mmd": "%% ", ".net": "# ", ".nft": "# ", ".panos": "# ", ".pol": "# ", ".ps1": "# ", ".py": "# ", ".service": "# ", ".sh": "# ", ".svc": "# ", ".svg": "", ".v4": "# ", ".v6": "# ", ".xml": "", ".yml": "# "}

// CanSeal reports whether files of that name can contain a hash: whether their format has
// comments.
func CanSeal(name string) bool {
	_, ok := commentSigns[path.Ext(name)]
	return ok
}

// frontMatter is the first line of a Markdown file with YAML front matter. It must be the first
// line, so the header is a comment on the next line.
const frontMatter = "---\n"

// signOf returns the beginning of the hash's line, and what is above the header.
func signOf(name string, data []byte) (sign, above string) {
	if path.Ext(name) == ".md" && bytes.HasPrefix(data, []byte(frontMatter)) {
		return "# ", frontMatter
	}
	return commentSigns[path.Ext(name)], ""
}

// Seal returns a generated file with the hash of its contents below the header. It returns a
// file without a header, or in a format without comments, as it is.
func Seal(name string, data []byte) []byte {
	head, rest := SealedParts(name, data)
	return slices.Concat(head, rest)
}

// SealedParts returns the result of [Seal] in two parts: the lines up to the hash, which may be
// none, and the rest of the data, which is not copied.
func SealedParts(name string, data []byte) (head, rest []byte) {
	sign, above := signOf(name, data)
	header, rest, ok := bytes.Cut(data[len(above):], []byte("\n"))
	if !ok || !CanSeal(name) || !bytes.Contains(header, []byte(Header)) {
		return nil, data
	}
	hash := sum(above, header, rest)
	return slices.Concat(data[:len(data)-len(rest)], []byte(sign+sealMark+hash+"\n")), rest
}

// Sealed reports whether portspec wrote a file and nobody has edited it since: it has the header
// and the hash of its contents. Line ends that a checkout has changed do not matter.
func Sealed(name string, data []byte) bool {
	if !CanSeal(name) {
		return false
	}
	data = source.LF(data)
	sign, above := signOf(name, data)
	header, rest, _ := bytes.Cut(data[len(above):], []byte("\n"))
	line, rest, _ := bytes.Cut(rest, []byte("\n"))
	want, ok := bytes.CutPrefix(line, []byte(sign+sealMark))
	return ok && bytes.Contains(header, []byte(Header)) && string(want) == sum(above, header, rest)
}

// sum returns the hash of a file without the hash's line.
func sum(above string, header, rest []byte) string {
	hash := sha256.New()
	hash.Write([]byte(above))
	hash.Write(header)
	hash.Write([]byte("\n"))
	hash.Write(rest)
	return hex.EncodeToString(hash.Sum(nil))
}
