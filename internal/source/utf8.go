package source

import (
	"bytes"
	"unicode/utf8"

	"github.com/portspec/portspec/internal/diag"
)

// CUEIsUTF8 is the hint for a CUE file that is not UTF-8.
const CUEIsUTF8 = "CUE files are UTF-8; convert the file"

// NotUTF8 returns a finding, with the given hint, if a file is not UTF-8; otherwise nil.
func NotUTF8(name string, data []byte, hint string) diag.List {
	if utf8.Valid(data) {
		return nil
	}
	return diag.List{{
		Code: diag.NotUTF8, Severity: diag.Error, Position: invalid(name, data),
		Message: "invalid UTF-8", Hint: hint,
	}}
}

// invalid returns the position of the first byte that is not UTF-8.
func invalid(name string, data []byte) diag.Position {
	n := 0
	for n < len(data) {
		r, size := utf8.DecodeRune(data[n:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		n += size
	}
	before := data[:n]
	return diag.Position{
		File: name, Line: 1 + bytes.Count(before, []byte("\n")),
		Column: n - bytes.LastIndexByte(before, '\n'),
	}
}
