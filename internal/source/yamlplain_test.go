package source

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestDisputed reads plain scalars, some of which have different values in different YAML
// readers.
func TestDisputed(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"443", ""},
		{"0", ""},
		{"-1", ""},
		{"0443", "write 443"},
		{"00443", "write 443"},
		{"08", "write 8"},
		{"00", "write 0"},
		{"-0", "write 0"},
		{"+443", "write 443"},
		{"0o443", "write 291"},
		{"0x1BB", "write 443"},
		{"0b110111011", "write 443"},
		{"1_000", "write 1000"},
		{"44e1", "write 440"},
		{"4.4e2", "write 440"},
		{"443.0", "write 443"},
		{"443.", "write 443"},
		{".5", "a port is a whole number"},
		{"12.10", `put it in quotes, "12.10"`},
		{".inf", "if it is a string"},
		{".NaN", "if it is a string"},
		{"22:30", `put it in quotes, "22:30"`},
		{"1:30:00", `put it in quotes, "1:30:00"`},
		{"1:2:3:4:5:6:7:8", `put it in quotes, "1:2:3:4:5:6:7:8"`},
		{"yes", "write true"},
		{"Yes", "write true"},
		{"NO", "write false"},
		{"on", `if it is a string, put it in quotes, "on"`},
		{"Off", "write false"},
		{"true", ""},
		{"True", ""},
		{"FALSE", ""},
		{"2026-01-01", `put it in quotes, "2026-01-01"`},
		{"2026-01-01T10:00:00Z", "put it in quotes"},
		{"~", ""},
		{"null", ""},
		{"10.0.0.1", ""},
		{"10.20.0.0/16", ""},
		{"2001:db8::1", ""},
		{"12.10.3", ""},
		{"oNline", ""},
		{"n", ""},
		{"server1", ""},
		{"1e", ""},
		{"tcp", ""},
		{`"0443"`, ""},
		{`'on'`, ""},
		{"|\n  0443", ""},
	} {
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte("a: "+c.text+"\n"), &doc); err != nil {
			t.Fatal(c.text, err)
		}
		message, hint := disputed(doc.Content[0].Content[1])
		if c.want == "" && message != "" || c.want != "" && !strings.Contains(hint, c.want) {
			t.Errorf("%s: %q, %q, want %q", c.text, message, hint, c.want)
		}
	}
}
