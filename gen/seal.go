package gen

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"

	"github.com/portspec/portspec/internal/source"
)

// sealMark begins the line below the header, behind the comment sign: the hash of all other
// lines, by which portspec knows what it wrote.
const sealMark = "portspec:sum "

// commentSigns are how the line begins, by the extension of the file. In Markdown,
// HTML and style sheets the header's comment goes on.
var commentSigns = map[string]string{".css": "", ".go": "//", ".html": "", ".js": "// ", ".md": "", ".mmd": "%% ", ".nft": "# ", ".ps1": "# ", ".py": "# ", ".service": "# ", ".sh": "# ", ".svg": "", ".yml": "# "}

// CanSeal reports whether files of a name can hold a hash: whether their format has comments.
func CanSeal(name string) bool {
	_, ok := commentSigns[path.Ext(name)]
	return ok
}

// frontMatter is the first line of a Markdown file with front matter, in YAML, which has to
// begin the file. The header is a comment on the next line then.
const frontMatter = "---\n"

// signOf returns how the line begins, and what is above the header.
func signOf(name string, data []byte) (sign, above string) {
	if path.Ext(name) == ".md" && bytes.HasPrefix(data, []byte(frontMatter)) {
		return "# ", frontMatter
	}
	return commentSigns[path.Ext(name)], ""
}

// Seal returns a generated file with the hash of its content below the header. A file
// without a header is returned as it is, and so is one whose format has no comments.
func Seal(name string, data []byte) []byte { return AppendSealed(nil, name, data) }

// AppendSealed appends what Seal returns.
func AppendSealed(to []byte, name string, data []byte) []byte {
	sign, above := signOf(name, data)
	header, rest, ok := bytes.Cut(data[len(above):], []byte("\n"))
	if !ok || !CanSeal(name) || !bytes.Contains(header, []byte(Header)) {
		return append(to, data...)
	}
	hash := sum(above, header, rest)
	to = slices.Grow(to, len(data)+len(sign)+len(sealMark)+len(hash)+1)
	to = append(to, data[:len(data)-len(rest)]...)
	to = append(append(append(append(to, sign...), sealMark...), hash...), '\n')
	return append(to, rest...)
}

// Sealed reports whether a file is one that portspec wrote and nobody has edited since: it
// has the header and the hash of what it holds. What a checkout did to the ends of lines is
// no edit.
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

// sum is the hash of a file without the line that holds it.
func sum(above string, header, rest []byte) string {
	hash := sha256.New()
	hash.Write([]byte(above))
	hash.Write(header)
	hash.Write([]byte("\n"))
	hash.Write(rest)
	return hex.EncodeToString(hash.Sum(nil))
}
