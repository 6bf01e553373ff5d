package compare

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// plainJSON converts a JSON document to UTF-8 without a byte order mark, because > in
// PowerShell writes UTF-16 or adds a mark. JSON begins with two ASCII characters, so
// UTF-16 is recognized without a mark, too.
func plainJSON(data []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		order, data = binary.LittleEndian, data[2:]
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		order, data = binary.BigEndian, data[2:]
	case len(data) > 1 && data[0] != 0 && data[1] == 0:
		order = binary.LittleEndian
	case len(data) > 1 && data[0] == 0 && data[1] != 0:
		order = binary.BigEndian
	default:
		return data
	}
	if len(data)%2 != 0 {
		return data // truncated, and therefore not JSON
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}
