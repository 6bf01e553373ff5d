package golang

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
)

// sumMark begins the second line of a file that stands alone: the hash of the
// others, by which portspec knows what it wrote without a list of its files.
const sumMark = "//portspec:sum "

// seal puts the hash into a file, below its header.
func seal(data []byte) []byte {
	header, rest, _ := bytes.Cut(data, []byte("\n"))
	return bytes.Join([][]byte{header, []byte(sumMark + sum(data)), rest}, []byte("\n"))
}

// Intact reports whether a file is one that portspec wrote as a single file and
// that nobody edited since. What a checkout did to the ends of lines is no edit.
func Intact(data []byte) bool {
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	header, rest, _ := bytes.Cut(data, []byte("\n"))
	line, rest, _ := bytes.Cut(rest, []byte("\n"))
	want, ok := bytes.CutPrefix(line, []byte(sumMark))
	return ok && string(want) == sum(bytes.Join([][]byte{header, rest}, []byte("\n")))
}

func sum(data []byte) string {
	hash := sha256.Sum256(data)
	return hex.EncodeToString(hash[:])
}
