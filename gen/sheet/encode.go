package sheet

import (
	"encoding/hex"
	"encoding/xml"
	"strings"
	"unicode/utf16"

	"github.com/portspec/portspec/gen"
)

// escaped escapes a text for XML.
func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a builder never fails
	return b.String()
}

// cut ends a text that is too long for a cell.
const cut = " … (cut: the CSV has all of it)"

// plain escapes a text for a cell. Spreadsheets read _x0041_ as the character with that number,
// which could be an invisible one:
//
//	_x202E_  →  _x005F_x202E_
func plain(text string) string {
	text = gen.Visible(text)
	if units := utf16.Encode([]rune(text)); len(units) > maxChars {
		text = strings.TrimSuffix(string(utf16.Decode(units[:maxChars-len(cut)])), "\uFFFD") + cut
	}
	if !strings.Contains(text, "_x") {
		return text
	}
	var b strings.Builder
	for i := range len(text) {
		if isCharacter(text[i:]) {
			b.WriteString("_x005F")
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// isCharacter reports whether a text begins with an escaped character, such as _x0041_.
func isCharacter(text string) bool {
	if len(text) < len("_x0041_") || text[0] != '_' || text[1] != 'x' || text[6] != '_' {
		return false
	}
	_, err := hex.DecodeString(text[2:6])
	return err == nil
}
