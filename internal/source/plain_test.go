package source

import (
	"encoding/binary"
	"testing"
	"unicode/utf16"
)

// TestPlain reads a document as each version of PowerShell writes it with >.
func TestPlain(t *testing.T) {
	const want = "{\"name\": \"Größe 😀\"}\r\n"
	in := func(order binary.AppendByteOrder, mark bool) []byte {
		var data []byte
		units := utf16.Encode([]rune(want))
		if mark {
			units = append([]uint16{0xfeff}, units...)
		}
		for _, u := range units {
			data = order.AppendUint16(data, u)
		}
		return data
	}
	for name, data := range map[string][]byte{
		"as it is":                  []byte(want),
		"UTF-8 with a mark":         []byte("\ufeff" + want),
		"UTF-16 LE":                 in(binary.LittleEndian, true),
		"UTF-16 BE":                 in(binary.BigEndian, true),
		"UTF-16 LE without a mark":  in(binary.LittleEndian, false),
		"UTF-16 BE without a mark ": in(binary.BigEndian, false),
	} {
		if got, cut := Plain(data); string(got) != want || cut {
			t.Errorf("%s: %q, cut: %t", name, got, cut)
		}
	}
	for _, short := range []string{"", "{", "\xff", "\xff\xfe{"} {
		if _, cut := Plain([]byte(short)); cut != (short == "\xff\xfe{") {
			t.Errorf("%q is cut: %t", short, cut)
		}
	}
}
