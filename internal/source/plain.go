package source

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// Plain converts what a program printed to UTF-8 without a byte order mark, because > in
// PowerShell writes UTF-16 or adds a mark. Such text begins with two ASCII characters, so
// UTF-16 is recognized without a mark, too. It is cut if it ends within a character.
func Plain(data []byte) (text []byte, cut bool) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return data[3:], false
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		order, data = binary.LittleEndian, data[2:]
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		order, data = binary.BigEndian, data[2:]
	case len(data) > 1 && printed(data[0]) && data[1] == 0:
		order = binary.LittleEndian
	case len(data) > 1 && data[0] == 0 && printed(data[1]):
		order = binary.BigEndian
	default:
		return data, false
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return []byte(string(utf16.Decode(units))), len(data)%2 != 0
}

// printed reports whether a byte is a printable ASCII character or white space.
func printed(b byte) bool { return ' ' <= b && b < 0x7f || b == '\t' || b == '\n' || b == '\r' }
